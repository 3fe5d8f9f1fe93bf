"""make catalogues: take up the texts of the code and templates into the catalogues, and compile them.

`todo LANGUAGE DOMAIN` prints what isn't translated yet as JSON, `fill LANGUAGE DOMAIN FILE` writes translations back.
"""

import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final, get_args

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from vizdots.agents import LANGUAGES
from vizdots.translations import FOLDER, Domain

ROOT: Final = Path(__file__).resolve().parent.parent
DOMAINS: Final[tuple[Domain, ...]] = get_args(Domain)
TRANSLATED: Final = tuple(language for language in LANGUAGES if language != "en")

# Where each domain's texts stand, and how they are found there.
SOURCES: Final[dict[Domain, Path]] = {
    "console": ROOT / "functions/web/console",
    "interviewer": ROOT / "shared/vizdots/interview",
    "mail": ROOT / "shared/vizdots/mails",
}
JINJA: Final = {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}
OPTIONS: Final = {"templates/**.html": JINJA, "templates/**.jinja": JINJA}
METHODS: Final = [("**.py", "python"), *((each, "jinja2") for each in OPTIONS)]
KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|\{\w*\}")


def extracted(domain: Domain, source: Path | None = None) -> Catalog:
    """Every text of a domain, as the code and the templates have it now."""
    catalogue = Catalog(domain=domain, fuzzy=False)
    found = extract_from_dir(
        source or SOURCES[domain], METHODS, OPTIONS, keywords=KEYWORDS, directory_filter=_is_translated
    )
    for _, _, message, _, context in found:
        catalogue.add(message, context=context)
    return catalogue


def _is_translated(folder: str) -> bool:
    """Whether a folder's texts are; the admins' pages speak English (docs/decisions/025-gettext.md)."""
    return Path(folder).name != "admin"


def path(domain: Domain, language: str) -> Path:
    """Where a catalogue lies."""
    return FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


def read(domain: Domain, language: str) -> Catalog:
    """A catalogue as its translators left it; an empty one where there is none yet."""
    file = path(domain, language)
    if not file.exists():
        return Catalog(locale=language, domain=domain, fuzzy=False)
    with file.open("rb") as opened:
        return read_po(opened, locale=language, domain=domain)


def write(domain: Domain, language: str, catalogue: Catalog) -> None:
    """Write a catalogue the same way on each machine: sorted, no dates, no places, lines as they are."""
    fresh = Catalog(locale=language, domain=domain, fuzzy=False)
    for message in _messages(catalogue):
        fresh.add(message.id, message.string, context=message.context)
    body = BytesIO()
    write_po(body, fresh, width=0, sort_output=True, omit_header=True, no_location=True, ignore_obsolete=True)
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {fresh.plural_forms}\\n"\n\n'
    )
    file = path(domain, language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(header + body.getvalue().decode("utf-8"), encoding="utf-8")


def updated(domain: Domain, language: str) -> Catalog:
    """The catalogue with the texts of today: new ones empty, those that nobody says any more gone, none guessed."""
    known = {(message.context, message.id): message.string for message in _messages(read(domain, language))}
    catalogue = Catalog(locale=language, domain=domain, fuzzy=False)
    for message in _messages(extracted(domain)):
        catalogue.add(message.id, known.get((message.context, message.id)), context=message.context)
    return catalogue


def compiled(domain: Domain, language: str) -> None:
    """Write what gettext reads, beside the catalogue, where it is older or missing."""
    source = path(domain, language)
    made = source.with_suffix(".mo")
    if source.exists() and (not made.exists() or made.stat().st_mtime < source.stat().st_mtime):
        with made.open("wb") as opened:
            write_mo(opened, read(domain, language))


def open_texts(domain: Domain, language: str) -> list[dict[str, Any]]:
    """What isn't translated yet: `id`, `plural` and `context` where a text has them, in the order of the catalogue."""
    catalogue = updated(domain, language)
    return [
        _told(message)
        for message in sorted(_messages(catalogue), key=lambda it: (str(it.context or ""), _first(it)))
        if not all(_strings(message))
    ]


def fill(domain: Domain, language: str, translations: list[dict[str, Any]]) -> None:
    """Put translations (`id`, `context`, `text`: a string, or a list for plural forms) into a catalogue.

    Raises ValueError for an unknown text, a placeholder lost or made up, or a wrong number of plural forms.
    """
    catalogue = updated(domain, language)
    by_id = {(message.context, _first(message)): message for message in _messages(catalogue)}
    for each in translations:
        message = by_id.get((each.get("context"), each["id"]))
        if message is None:
            raise ValueError(f"nobody says {each['id']!r}")
        message.string = tuple(each["text"]) if isinstance(each["text"], list) else each["text"]
        if wrong := "; ".join(mistakes(message, catalogue.num_plurals)):
            raise ValueError(f"{each['id']!r}: {wrong}")
    write(domain, language, catalogue)
    compiled(domain, language)


def mistakes(message: Message, plural_forms: int) -> Iterator[str]:
    """What is wrong with one translation."""
    strings = _strings(message)
    if not all(strings):
        yield "it isn't translated"
    if message.fuzzy:
        yield "it is a guess (fuzzy)"
    if isinstance(message.id, tuple) != isinstance(message.string, tuple):
        yield "plural forms where there are none, or none where there are"
    if isinstance(message.string, tuple) and len(message.string) != plural_forms:
        yield f"{len(message.string)} plural forms instead of {plural_forms}"
    wanted = {it for text in _ids(message) for it in PLACEHOLDER.findall(text)}
    for text in filter(None, strings):
        found = set(PLACEHOLDER.findall(text))
        missing = wanted - found - ({"%(count)s", "%(number)s"} if isinstance(message.id, tuple) else set())
        if missing or found - wanted:
            yield f"placeholders {sorted(found)} instead of {sorted(wanted)}"


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def _strings(message: Message) -> tuple[str, ...]:
    held = message.string
    return tuple(held) if isinstance(held, tuple | list) else (str(held or ""),)


def _first(message: Message) -> str:
    return _ids(message)[0]


def _told(message: Message) -> dict[str, Any]:
    ids = _ids(message)
    return {
        "id": ids[0],
        **({"plural": ids[1]} if len(ids) > 1 else {}),
        **({"context": message.context} if message.context else {}),
    }


def main(arguments: list[str]) -> None:
    """update and compile; compile; todo; fill."""
    match arguments:
        case []:
            for domain in DOMAINS:
                for language in TRANSLATED:
                    write(domain, language, updated(domain, language))
                    compiled(domain, language)
        case ["compile"]:
            for domain in DOMAINS:
                for language in TRANSLATED:
                    compiled(domain, language)
        case ["todo", language, domain]:
            print(json.dumps(open_texts(domain, language), ensure_ascii=False, indent=0))  # noqa: T201
        case ["fill", language, domain, file]:
            fill(domain, language, json.loads(Path(file).read_text(encoding="utf-8")))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
