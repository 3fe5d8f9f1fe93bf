"""What single words mean, as vectors: words that come in the same company point the same way (Harris 1954).

The lexicon knows the words of offices; these tell what is near where it has no entry. `tests/fit/vectors.py` made them.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "lexicon"
LENGTH: Final = 64  # numbers of one vector, a byte each

Vector = tuple[float, ...]


def vector(stem: str) -> Sequence[int] | None:
    """The vector of a word by its stem (`words.stem`); None for one that we don't know."""
    place, numbers = _read()
    at = place.get(stem)
    return None if at is None else numbers[at * LENGTH : (at + 1) * LENGTH]


@lru_cache(maxsize=4096)
def joined(weights: tuple[tuple[str, float], ...]) -> Vector | None:
    """What words, by their stems, say together: a vector of length 1; None where we know none of them."""
    known = [(found, weight) for stem, weight in weights for part in stem.split("-") if (found := vector(part))]
    if not known:
        return None
    return unit([sum(found[at] * weight for found, weight in known) for at in range(LENGTH)])


def unit(numbers: Sequence[float]) -> Vector | None:
    """The vector of length 1 that points the same way; None where there is nowhere to point."""
    length = sqrt(sum(it * it for it in numbers))
    return tuple(it / length for it in numbers) if length else None


def cosine(one: Vector | None, other: Vector | None) -> float:
    """How far two vectors of length 1 point the same way: 1 the same, -1 the opposite; 0 where one is unknown."""
    return sum(a * b for a, b in zip(one, other, strict=True)) if one and other else 0.0


@cache
def _read() -> tuple[dict[str, int], memoryview]:
    words = (FOLDER / "vectors.txt").read_text().split()
    return {word: at for at, word in enumerate(words)}, memoryview((FOLDER / "vectors.bin").read_bytes()).cast("b")
