"""A telling's steps by the keys of its workflow's vocabulary: people are counted who say the same in other words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vizdots.texts import is_blank, on_one_line
from vizdots.workflows.placing import LEFT, Context, placed
from vizdots.workflows.slugs import fresh
from vizdots.workflows.structure import Step
from vizdots.workflows.wording import acts
from vizdots.workflows.words import normalised, terms

_AND: Final = re.compile(r"\s*[,;&+/、，；]\s*(?:and |then )*|\s+(?:and|then|n)\s+(?:then\s+)?", re.IGNORECASE)


def named(steps: Sequence[str], vocabulary: Sequence[Step]) -> tuple[Step, ...]:
    """Each step as one of the vocabulary, or as a new one with a key of its own, in the order told.

    The vocabulary stands in the usual order: the model's steps first, then those that only some have told. No key comes
    twice: where two lines mean the same step, the one that is more like it gets it, and the other is new. One line
    that tells two known steps ("check and approve the invoice") is these two. Lines that show nothing are left out.
    """
    context = Context([it.label for it in vocabulary])
    whole = [(on_one_line(each),) for each in steps if not is_blank(each)]
    parted = [_parted(line, context) for (line,) in whole]
    while (broken := _broken(parted, found := _places(parted, context))) is not None:
        parted[broken] = whole[broken]
    return tuple(_steps(parted, found, vocabulary))


def _places(parted: Sequence[Sequence[str]], context: Context) -> Mapping[int, int]:
    """For each part, counted through all lines, its place in the vocabulary, if it has one."""
    return placed([context.likenesses(part) for parts in parted for part in parts])


def _broken(parted: Sequence[Sequence[str]], found: Mapping[int, int]) -> int | None:
    """The first line that was parted though not every part turned out to be a step that is known."""
    at = 0
    for line, parts in enumerate(parted):
        if len(parts) > 1 and not all(part in found for part in range(at, at + len(parts))):
            return line
        at += len(parts)
    return None


def _steps(parted: Sequence[Sequence[str]], found: Mapping[int, int], vocabulary: Sequence[Step]) -> Iterator[Step]:
    taken = {it.key for it in vocabulary}
    for at, label in enumerate(part for parts in parted for part in parts):
        if at in found:
            yield vocabulary[found[at]]
        else:
            taken.add(key := fresh(label, taken))
            yield Step(key=key, label=label)


def _parted(line: str, context: Context) -> tuple[str, ...]:
    """The line, or its parts when these are different steps that are known, and more so than the line as a whole."""
    parts = _with_objects([each for each in _AND.split(line) if not is_blank(each)])
    if len(parts) < 2:  # noqa: PLR2004
        return (line,)
    rows = [context.likenesses(each) for each in parts]
    best = [max(row, default=0.0) for row in rows]
    steps = {row.index(score) for row, score in zip(rows, best, strict=True) if score >= LEFT}
    is_more = sum(best) / len(best) > max(context.likenesses(line), default=0.0)
    return tuple(parts) if len(steps) == len(parts) and is_more else (line,)


def _with_objects(parts: Sequence[str]) -> list[str]:
    """ "Pick", "pack the goods" as "Pick the goods", "pack the goods": an act alone shares its object."""
    objects = ["" if _is_act_alone(each) else " ".join(each.split()[1:]) for each in parts]
    named = [next((it for it in (*objects[at:], *reversed(objects[:at])) if it), "") for at in range(len(parts))]
    return [
        each if what else f"{each} {other}".strip() for each, what, other in zip(parts, objects, named, strict=True)
    ]


def _is_act_alone(part: str) -> bool:
    label = terms(normalised(part))
    return len(label) == 1 and bool(acts(label))
