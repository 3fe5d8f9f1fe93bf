"""Every text is said in every language: none missing, none guessed, none that nobody says any more."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.catalog import Catalog, Message

from tools import catalogues
from vizdots import translations

EVERY: Final = [(domain, language) for domain in catalogues.DOMAINS for language in catalogues.TRANSLATED]


def known(catalogue: Catalog) -> set[tuple[str | None, Any]]:
    """The texts of a catalogue, by context and key."""
    return {(message.context, message.id) for message in catalogue if message.id}


@pytest.mark.parametrize(("domain", "language"), EVERY)
def test_every_text_is_there_and_none_besides(domain: translations.Domain, language: str) -> None:
    said, translated = known(catalogues.extracted(domain)), known(catalogues.read(domain, language))
    assert said - translated == set(), "run: make catalogues"
    assert translated - said == set(), "nobody says these any more; run: make catalogues"


@pytest.mark.parametrize(("domain", "language"), EVERY)
def test_every_text_is_translated_whole(domain: translations.Domain, language: str) -> None:
    catalogue = catalogues.read(domain, language)
    found = [
        f"{message.id!r}: {wrong}"
        for message in catalogue
        if message.id
        for wrong in catalogues.mistakes(message, catalogue.num_plurals)
    ]
    assert found == []


@pytest.mark.parametrize(("domain", "language"), EVERY)
def test_the_build_can_compile_it(domain: translations.Domain, language: str) -> None:
    wrong = [
        (message.id, str(error)) for message, errors in catalogues.read(domain, language).check() for error in errors
    ]
    assert wrong == [], "pybabel compile fails on these, and sam build with it"


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
def test_the_build_compiles_every_domain_that_has_texts(domain: translations.Domain) -> None:
    compiled = re.findall(r"--domain (?:\"([^\"]+)\"|(\S+))", (catalogues.ROOT / "shared/Makefile").read_text("utf-8"))
    assert domain in " ".join(map("".join, compiled)).split() or not known(catalogues.extracted(domain))


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (Message("Send"), "it isn't translated"),
        (Message("Send", "Senden", flags=["fuzzy"]), "it is a guess (fuzzy)"),
        (Message("Hello, %(name)s"), "it isn't translated"),
        (Message("Hello, %(name)s", "Hallo, %(nmae)s"), "placeholders ['%(nmae)s'] instead of ['%(name)s']"),
        (Message("Hello, %(name)s", "Hallo"), "placeholders [] instead of ['%(name)s']"),
        (Message(("%(count)s dot", "%(count)s dots"), ("Ein Punkt", "")), "it isn't translated"),
        (Message(("%(count)s dot", "%(count)s dots"), ("Ein Punkt",)), "1 plural forms instead of 2"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_a_planted_mistake_is_found(message: Message, told: str) -> None:
    assert told in [*catalogues.mistakes(message, 2)]


def test_a_text_is_found_wherever_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{{ _("On a page") }} {% trans count=n %}One{% pluralize %}{{ count }} of them{% endtrans %}', encoding="utf-8"
    )
    (tmp_path / "words.py").write_text('A = N_("In a table")\nB = pgettext("a day", "Off")\n', encoding="utf-8")
    assert known(catalogues.extracted("console", tmp_path)) == {
        (None, "On a page"),
        (None, ("One", "%(count)s of them")),
        (None, "In a table"),
        ("a day", "Off"),
    }


def test_translations_come_back_only_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="nobody says"):
        catalogues.fill("console", "de", [{"id": "No page says this", "text": "Das sagt keine Seite"}])
    first = catalogues.open_texts("console", "de")[0]
    with pytest.raises(ValueError, match="isn't translated"):
        catalogues.fill("console", "de", [{**first, "text": ""}])
    assert not catalogues.path("console", "de").exists()


def test_the_pseudo_language_marks_what_can_be_translated_and_keeps_the_rest() -> None:
    pseudo = translations.of("console", translations.PSEUDO)
    assert pseudo.gettext("Hello, %(name)s") == "⟦Héļļö, %(name)s·····⟧"
    assert pseudo.ngettext("%(count)s day", "%(count)s days", 2).startswith("⟦%(count)s ")
