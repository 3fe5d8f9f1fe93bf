"""What we say, in eleven languages: gettext catalogues, one domain for each who speaks (console, interviewer, mail).

The English text is the key and stands in the code. `locale/<language>/LC_MESSAGES/<domain>.po` holds the others;
`make catalogues` takes up new keys and compiles. The pseudo-language marks every translated text, so that one that was
forgotten can be seen.
"""

import gettext
import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

from vizdots.agents import LANGUAGES, Language

Domain = Literal["console", "interviewer", "mail"]
Spoken = Language | Literal["pseudo"]

PSEUDO: Final = "pseudo"
FOLDER: Final = Path(__file__).parent / "locale"

# Each language in its own words: whoever looks for theirs needn't read ours.
NAMES: Final[dict[Language, str]] = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "pt": "Português",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ja": "日本語",
    "zh": "中文",
    "ko": "한국어",
}


@cache
def of(domain: Domain, language: Spoken) -> gettext.NullTranslations:
    """The translations of one domain. Raises FileNotFoundError where the catalogues aren't compiled."""
    if language == "en":
        return gettext.NullTranslations()
    if language == PSEUDO:
        return _Pseudo()
    try:
        with (FOLDER / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as compiled:
            return gettext.GNUTranslations(compiled)
    except FileNotFoundError as missing:
        raise FileNotFoundError(f"{missing.filename} isn't compiled: make catalogues") from None


def accepted(header: str, otherwise: Language = "en") -> Language:
    """The first of our languages in an `Accept-Language` header, by its weights (RFC 9110, 12.5.4)."""
    wishes = []
    for nth, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.partition("-")[0].strip().lower()
        try:
            wishes.append((-float(weight or 1), nth, language))
        except ValueError:
            continue
    return next((it for weight, _, it in sorted(wishes) if weight < 0 and it in LANGUAGES), otherwise)


class _Pseudo(gettext.NullTranslations):
    """⟦Ţéxţ ļîķé ţĥîš⟧, a third longer: what isn't translatable stays plain, what is cramped breaks."""

    _LETTERS: Final = str.maketrans("aceilnorstuyACEILNORSTUY", "åçéîļñöŕšţûýÅÇÉÎĻÑÖŔŠŢÛÝ")
    _KEPT: Final = re.compile(r"%\([^)]*\)s|\{[^}]*\}|<[^>]*>")  # placeholders and marks are not text

    def gettext(self, message: str) -> str:
        words, kept = self._KEPT.split(message), [*self._KEPT.findall(message), ""]
        told = "".join(word.translate(self._LETTERS) + mark for word, mark in zip(words, kept, strict=True))
        return f"⟦{told}{'·' * (len(message) // 3)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)
