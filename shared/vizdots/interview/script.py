"""The texts and words of the scripted interviewer, one JSON file a language, read when the language is first used."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from vizdots.agents import Language

FOLDER: Final = Path(__file__).parent / "languages"
CJK: Final = frozenset({"ja", "zh", "ko"})  # written without spaces, or with endings glued to the word


@dataclass(frozen=True, slots=True)
class Script:
    """One language: what is asked (`texts`), and the words in which explicit answers come (`words`)."""

    language: Language
    texts: dict[str, Any]
    words: dict[str, Any]

    @property
    def glued(self) -> bool:
        """Whether a word is recognised inside other characters, as in Japanese, Chinese and Korean."""
        return self.language in CJK

    def pattern(self, words: list[str]) -> str:
        """A regular expression that finds any of the words, the longest first; one that never matches for none."""
        if not words:
            return r"(?!)"
        either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        return f"(?:{either})" if self.glued else rf"(?<!\w)(?:{either})(?!\w)"


@cache
def load(language: Language) -> Script:
    """The script of a language. Read once in the life of the process."""
    held = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return Script(language, held["texts"], _plain_words(held["words"]))


def plain(text: str) -> str:
    """The text for comparing: one case, narrow forms, straight apostrophes, no accents. As long as it was before."""
    return "".join(map(_plain_character, text))


@cache
def _plain_character(character: str) -> str:
    if character in "’‘ʼ":
        return "'"
    if character == "ł":  # a letter of its own to Unicode, a forgotten stroke on many keyboards
        return "l"
    folded = unicodedata.normalize("NFKC", character).casefold()
    base = "".join(it for it in unicodedata.normalize("NFD", folded) if not "\u0300" <= it <= "\u036f")
    composed = unicodedata.normalize("NFC", base)  # Hangul and kana become whole again
    return composed if len(composed) == 1 else character


def _plain_words(words: Any) -> Any:
    if isinstance(words, dict):
        return {key: _plain_words(value) for key, value in words.items()}
    return [plain(word) for word in words]
