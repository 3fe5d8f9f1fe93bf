"""A telling's steps by the keys of its workflow's vocabulary: people are counted who say the same in other words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vizdots.texts import is_blank, on_one_line
from vizdots.workflows import placing
from vizdots.workflows.context import Context
from vizdots.workflows.slugs import fresh
from vizdots.workflows.structure import Step
from vizdots.workflows.wording import acts
from vizdots.workflows.words import normalised, terms

PART: Final = 0.4  # likeness by words of what may be one of several steps in a line

_AND: Final = re.compile(r"\s*[,;&+/、，；]\s*(?:and |then )*|\s+(?:and|then|n)\s+(?:then\s+)?", re.IGNORECASE)


def named(steps: Sequence[str], model: Sequence[Step], others: Sequence[Step] = ()) -> tuple[Step, ...]:
    """Each step as one that is known, or as a new one with a key of its own, in the order told.

    `model` are the steps in the usual order, `others` those that only some have told. No key comes twice: lines in a
    row that tell of one step are that step, and what is told of it again later is a new one. One line that tells two
    known steps ("check and approve the invoice") is these two. Lines that show nothing are left out.
    """
    context = Context([it.label for it in model], [it.label for it in others])
    whole = [(each,) for each in _lines(steps)]
    parted = [_parted(line, context) for (line,) in whole]
    while (broken := _broken(parted, found := _places(parted, context))) is not None:
        parted[broken] = whole[broken]
    return tuple(_steps(parted, found, [*model, *others]))


def is_by_name(steps: Sequence[str], known: Sequence[Step]) -> bool:
    """Whether most steps are told by the names that are known, as an agent tells them who knows these."""
    return placing.is_by_name(_lines(steps), Context([it.label for it in known]))


def _lines(steps: Sequence[str]) -> list[str]:
    return [on_one_line(each) for each in steps if not is_blank(each)]


def _places(parted: Sequence[Sequence[str]], context: Context) -> Mapping[int, int]:
    """For each part, counted through all lines, its place among the known steps, if it has one."""
    return placing.placed([part for parts in parted for part in parts], context)


def _broken(parted: Sequence[Sequence[str]], found: Mapping[int, int]) -> int | None:
    """The first line that was parted though its parts turned out not to be so many steps that are known."""
    at = 0
    for line, parts in enumerate(parted):
        steps = {found[part] for part in range(at, at + len(parts)) if part in found}
        if len(parts) > 1 and len(steps) < len(parts):
            return line
        at += len(parts)
    return None


def _steps(parted: Sequence[Sequence[str]], found: Mapping[int, int], known: Sequence[Step]) -> Iterator[Step]:
    taken, told, last = {it.key for it in known}, set[int](), None
    for at, label in enumerate(part for parts in parted for part in parts):
        step = found.get(at)
        if step is not None and step not in told:
            told.add(last := step)
            yield known[step]
        elif step is None or step != last:
            taken.add(key := fresh(label, taken))
            yield Step(key=key, label=label)


def _parted(line: str, context: Context) -> tuple[str, ...]:
    """The line, or its parts when these are different steps that are known, and more so than the line as a whole."""
    parts = _with_objects([each for each in _AND.split(line) if not is_blank(each)])
    if len(parts) < 2:  # noqa: PLR2004
        return (line,)
    rows = [context.likenesses(each) for each in parts]
    best = [max(row, default=0.0) for row in rows]
    steps = {row.index(score) for row, score in zip(rows, best, strict=True) if score >= PART}
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
