"""Text that fits into a box, measured without a font: roughly, and rather too wide than too narrow."""

import unicodedata
from collections.abc import Iterator
from functools import reduce
from typing import Final

ELLIPSIS: Final = "…"
WIDE, NARROW, PLAIN = 1.0, 0.32, 0.56  # of the font's size
THIN: Final = frozenset("iljtfrI.,:;'’|!()[]{} -")
JOINER: Final = "\u200d"  # makes one sign of two, as in most families of emoji


def wrapped(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """The text on at most `most` lines of `width`, in letters of `size`; what doesn't fit ends in an ellipsis.

    Lines break between words; a word that is too long, and a script without blanks, between any two signs.
    """
    room = width / size
    lines = [""]
    for word in _words(text):
        if measured(lines[-1] + word.rstrip()) <= room:
            lines[-1] += word
            continue
        lines.append("")
        for sign in signs(word):
            if measured(lines[-1] + sign) > room and lines[-1]:
                lines.append("")
            lines[-1] += sign
    kept = [line.strip() for line in lines if line.strip()]
    if len(kept) > most:
        kept = [*kept[: most - 1], _cut(kept[most - 1], room)]
    return tuple(kept)


def measured(text: str) -> float:
    """The width of a text, in sizes of its font."""
    return sum(_width(sign) for sign in text)


def signs(text: str) -> list[str]:
    """The text in signs as one sees them: an accent, a skin tone or a second half of an emoji belongs to its base."""

    def grown(made: list[str], character: str) -> list[str]:
        if made and (_clings(character) or made[-1].endswith(JOINER)):
            return [*made[:-1], made[-1] + character]
        return [*made, character]

    return reduce(grown, text, [])


def _words(text: str) -> Iterator[str]:
    """Words with the blank behind them; each sign of a wide script is a word."""
    word = ""
    for sign in signs(text):
        if word and unicodedata.east_asian_width(sign[0]) in "WF":
            yield word
            word = ""
        word += sign
        if sign == " " or unicodedata.east_asian_width(sign[0]) in "WF":
            yield word
            word = ""
    yield word


def _cut(line: str, room: float) -> str:
    kept = signs(line)
    while kept and measured("".join(kept)) + _width(ELLIPSIS) > room:
        kept.pop()
    return "".join(kept).rstrip() + ELLIPSIS


def _clings(character: str) -> bool:
    tone_or_selector = "\U0001f3fb" <= character <= "\U0001f3ff" or "\ufe00" <= character <= "\ufe0f"
    return tone_or_selector or character == JOINER or unicodedata.category(character) in ("Mn", "Me", "Mc")


def _width(character: str) -> float:
    if _clings(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE
    if character in THIN:
        return NARROW
    return 0.72 if character.isupper() or character in "mwMW@%" else PLAIN
