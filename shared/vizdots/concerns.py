"""Self-harm, harassment, violence: a mention is answered with help at once, alerts nobody and is flagged nowhere.

What the person said stays theirs like all their words, and the help stays in the line of the chat that it was shown in.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

from vizdots.agents import LANGUAGES, Concern, Language
from vizdots.interview.script import CJK, plain
from vizdots.outputs import Turn

FOLDER: Final = Path(__file__).parent / "help_resources"
KINDS: Final[tuple[Concern, ...]] = ("self_harm", "violence", "harassment")  # the gravest first


def detect(text: str) -> Concern:
    """What the text mentions, in any of the languages, whatever the person's own; the gravest of several.

    Phrases, not words: help offered to somebody who needs none costs a smile, but somebody whose "deadline is murder"
    gets it every week stops reading it.
    """
    searched = re.sub(r"\s+", " ", plain(unicodedata.normalize("NFC", text)))
    searched = _figures_of_speech().sub(" ", searched)
    return next((kind for kind in KINDS if _mentions(kind).search(searched)), "none")


def help_text(concern: Concern, language: Language) -> str:
    """Where to find help, in the language; empty for "none"."""
    return "" if concern == "none" else _resources(language)["help"][concern]


def answered(turn: Turn[Any], text: str, language: Language) -> str:
    """What the person is shown: the turn's reply, under the help when the turn or their text calls for it.

    For the model's turns and the script's alike. The help comes first: whoever needs it shouldn't have to scroll.
    """
    concern = turn.concern if turn.concern != "none" else detect(text)
    return turn.reply if concern == "none" else f"{help_text(concern, language)}\n\n{turn.reply}"


def split(line: str) -> tuple[str, str]:
    """A line of the chat as the help that it begins with, empty where it has none, and the rest."""
    found = next((help_ for help_ in _all_help() if line.startswith(f"{help_}\n\n")), "")
    return found, line[len(found) :].lstrip("\n")


@cache
def _all_help() -> tuple[str, ...]:
    return tuple(help_text(kind, language) for language in LANGUAGES for kind in KINDS)


@cache
def _resources(language: Language) -> Any:
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


@cache
def _mentions(kind: Concern) -> re.Pattern[str]:
    return _pattern([(language, phrase) for language in LANGUAGES for phrase in _resources(language)["mentions"][kind]])


@cache
def _figures_of_speech() -> re.Pattern[str]:
    return _pattern(
        [(language, phrase) for language in LANGUAGES for phrase in _resources(language)["figures_of_speech"]]
    )


def _pattern(phrases: list[tuple[Language, str]]) -> re.Pattern[str]:
    """Whole words for languages with spaces, plain substrings for the others; a trailing * stands for any ending."""
    return re.compile("|".join(_phrase(language, phrase) for language, phrase in phrases))


def _phrase(language: Language, phrase: str) -> str:
    written = re.escape(plain(phrase)).replace(r"\*", r"\w*")
    return written if language in CJK else rf"(?<!\w){written}(?!\w)"
