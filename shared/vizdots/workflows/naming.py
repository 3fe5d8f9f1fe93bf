"""A telling's steps by the keys of its workflow's vocabulary: people are counted who say the same in other words."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from vizdots.texts import is_blank, on_one_line
from vizdots.workflows.slugs import fresh
from vizdots.workflows.structure import Step
from vizdots.workflows.wording import STEP, pairs, similarity
from vizdots.workflows.words import normalised, terms

_AND: Final = re.compile(r"\s*[,;&+、，；]\s*(?:and |then )*|\s+(?:and|then)\s+(?:then\s+)?", re.IGNORECASE)


def named(steps: Sequence[str], vocabulary: Sequence[Step]) -> tuple[Step, ...]:
    """Each step as one of the vocabulary, or as a new one with a key of its own, in the order told.

    No key comes twice: where two mean the same step, the one that is more like it gets it, and the other is new. One line
    that tells two known steps ("check and approve the invoice") is these two. Lines that show nothing are left out.
    """
    known = [it.label for it in vocabulary]
    lines = [on_one_line(each) for each in steps if not is_blank(each)]
    parted = [_parted(each, known) for each in lines]
    places = _places(parted, known)
    while broken := [
        at for at, parts in enumerate(parted) if len(parts) > 1 and not all(it in places for it in _of(at, parts))
    ]:
        parted[broken[-1]] = [lines[broken[-1]]]
        places = _places(parted, known)
    return tuple(_steps(parted, places, vocabulary))


def _steps(
    parted: Sequence[Sequence[str]], places: dict[tuple[int, int], int], vocabulary: Sequence[Step]
) -> Iterator[Step]:
    taken = {it.key for it in vocabulary}
    for at, parts in enumerate(parted):
        for nth, label in enumerate(parts):
            if (at, nth) in places:
                yield vocabulary[places[at, nth]]
            else:
                taken.add(key := fresh(label, taken))
                yield Step(key=key, label=label)


def _places(parted: Sequence[Sequence[str]], known: Sequence[str]) -> dict[tuple[int, int], int]:
    """For each part of each line its place in the vocabulary, if it has one."""
    parts = [it for at, each in enumerate(parted) for it in _of(at, each)]
    return {parts[it.left]: it.right for it in pairs([parted[at][nth] for at, nth in parts], known, STEP)}


def _of(at: int, parts: Sequence[str]) -> list[tuple[int, int]]:
    return [(at, nth) for nth in range(len(parts))]


def _parted(line: str, known: Sequence[str]) -> list[str]:
    """The line, or its parts when they are steps that are known, and more so than the line as a whole."""
    parts = _with_objects([each for each in _AND.split(line) if not is_blank(each)])
    if len(parts) < 2:  # noqa: PLR2004
        return [line]
    best = [max((similarity(each, it), at) for at, it in enumerate(known)) if known else (0.0, 0) for each in parts]
    whole = max((similarity(line, it) for it in known), default=0.0)
    differ = len({at for _, at in best}) == len(best)
    scores = [score for score, _ in best]
    return parts if differ and min(scores) >= STEP and sum(scores) / len(scores) > whole else [line]


def _with_objects(parts: list[str]) -> list[str]:
    """ "Pick" and "pack the goods" as "pick the goods" and "pack the goods"; "it" is what came before."""
    objects = ["" if _is_bare(each) else " ".join(each.split()[1:]) for each in parts]
    return [
        each if what else f"{each} {next((it for it in (*objects[at:], *reversed(objects[:at])) if it), '')}".strip()
        for at, (each, what) in enumerate(zip(parts, objects, strict=True))
    ]


def _is_bare(part: str) -> bool:
    """Whether only acts are told, and not what with."""
    return all(it.acts for it in terms(normalised(part)))
