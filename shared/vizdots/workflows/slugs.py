"""Keys made of names: what is shown can be renamed, a key stays."""

import unicodedata
from collections.abc import Collection
from typing import Final

KEY_LENGTH: Final = 120  # characters
UNNAMED: Final = "unnamed"


def slug(name: str) -> str:
    """The key of a name: its letters and digits in any script, the words joined by hyphens; an emoji's is itself.

    It has 1 to 120 characters and no blank, and its own slug is itself.
    """
    folded = _folded(_folded(name))
    words = "".join(each if each.isalnum() or unicodedata.category(each)[0] == "M" else " " for each in folded).split()
    if not any(each.isalnum() for word in words for each in word):
        words = ["".join(each for each in folded if unicodedata.category(each)[0] not in "CZ")]
    return "-".join(words)[:KEY_LENGTH].rstrip("-") or UNNAMED


def fresh(name: str, taken: Collection[str]) -> str:
    """The slug of a name, with the first number behind it that makes it differ from those that are taken."""
    key, number = slug(name), 1
    while key in taken:
        number += 1
        ending = f"-{number}"
        key = slug(name)[: KEY_LENGTH - len(ending)].rstrip("-") + ending
    return key


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
