"""The labelled set is in shape: it says what its readers count on, and no wrong label gets by unseen."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from tests.workflow_dots import FILE, Dot, LabelledSet, Process, Split, fewest_moves, labelled, notes, tellings

SPLITS: list[Split] = ["dev", "held_out"]
KINDS = {"skipped", "added", "reordered", "other_tool"}
PROCESSES = {each.id: each for each in labelled().processes}
COMMON_NAMES = set(
    (
        "anna alex andrea ben carlos carmen christian claudia daniel david elena emma eva felix hans hiroshi james "
        "jan javier jens john jonas jose josé juan julia jürgen karin kenji klaus laura lena lisa lucia luis lukas "
        "maria marie martin max mary michael miguel monika nina olaf paul pedro peter petra pilar sabine sarah "
        "sofia stefan susanne tanaka suzuki sato tim thomas tom ursula uwe yuki müller schmidt meier schneider "
        "garcía garcia lópez lopez smith jones"
    ).split()
)


def of_processes(split: Split) -> list[Dot]:
    return [dot for dot in tellings(split) if dot.process]


def by_process(split: Split) -> dict[str, list[Dot]]:
    return {key: [dot for dot in tellings(split) if dot.process == key] for key in PROCESSES}


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len(labelled().dots) >= 120
    assert sum(dot.process is None for dot in labelled().dots) >= 15
    assert all(len(tellings(split)) >= 60 for split in SPLITS)


def test_twelve_processes_are_told_in_both_halves_and_three_in_the_held_out_one_only() -> None:
    dev, held_out = ({dot.process for dot in of_processes(split)} for split in SPLITS)
    assert len(dev) == 12
    assert dev < held_out
    assert len(held_out - dev) == 3
    assert held_out == set(PROCESSES)


@pytest.mark.parametrize("split", SPLITS)
def test_every_kind_of_variant_is_there_ten_times_in_each_half_and_most_tellings_have_none(split: Split) -> None:
    sure = [dot for dot in of_processes(split) if not dot.hard]
    counts = Counter(variant.kind for dot in sure for variant in dot.variants)
    assert set(counts) == KINDS
    assert min(counts.values()) >= 10
    assert sum(not dot.variants for dot in sure) > len(sure) / 2


@pytest.mark.parametrize("split", SPLITS)
def test_at_most_a_tenth_is_hard(split: Split) -> None:
    assert 0 < sum(dot.hard for dot in tellings(split)) <= len(tellings(split)) / 10


@pytest.mark.parametrize("split", SPLITS)
def test_each_half_has_translations_from_three_languages_and_people_who_tell_twice(split: Split) -> None:
    languages = Counter(dot.language for dot in tellings(split))
    assert set(languages) == {"en", "es", "de", "ja"}
    assert min(languages.values()) >= 5
    told = Counter((dot.teller, dot.process) for dot in of_processes(split))
    assert sum(times > 1 for times in told.values()) >= 3


def test_the_held_out_half_has_other_tellers_and_other_words() -> None:
    assert not {dot.teller for dot in tellings("dev")} & {dot.teller for dot in tellings("held_out")}
    seen = {step.casefold() for dot in tellings("dev") for step in dot.steps}
    held_out = [step.casefold() for dot in tellings("held_out") for step in dot.steps]
    assert sum(step in seen for step in held_out) < len(held_out) / 10


@pytest.mark.parametrize("split", SPLITS)
def test_the_first_to_tell_of_a_process_tells_its_canonical_structure(split: Split) -> None:
    for dots in by_process(split).values():
        for dot in dots[:1]:
            process = PROCESSES[dot.process or ""]
            assert (dot.told, set(dot.tool_ids)) == (process.canonical, {each.id for each in process.tools}), dot.id
            assert not dot.variants
            assert not dot.hard


def rivals(process: Process, dots: list[Dot]) -> Iterator[str]:
    """Where it isn't the canonical structure that most of them tell, each person by their newest telling."""
    people = list({dot.teller: dot for dot in dots}.values())
    told = Counter(step for dot in people for step in dot.told)
    used = Counter(tool for dot in people for tool in {*dot.tool_ids})
    half = len(people) / 2
    yield from (step for step in process.canonical if told[step] < half)
    yield from (each.id for each in process.tools if used[each.id] <= half)
    yield from (each.id for each in process.additions if told[each.id] > half)
    yield from (each.id for each in process.other_tools if used[each.id] > half)
    for earlier, later in combinations(process.canonical, 2):
        both = [dot.told for dot in people if {earlier, later} <= {*dot.told}]
        if 2 * sum(steps.index(earlier) < steps.index(later) for steps in both) <= len(both):
            yield f"{earlier} before {later}"


@pytest.mark.parametrize("split", SPLITS)
def test_at_no_time_do_most_people_tell_anything_but_the_canonical_structure(split: Split) -> None:
    for key, dots in by_process(split).items():
        for many in range(1, len(dots) + 1):
            assert list(rivals(PROCESSES[key], dots[:many])) == [], dots[many - 1].id


def test_a_majority_for_something_else_would_be_seen() -> None:
    dots = [dot for dot in tellings("dev") if any(each.step == "photos" for each in dot.variants)]
    assert list(rivals(PROCESSES["complaint"], dots)) == ["teams", "photos", "whatsapp"]


def test_everything_that_a_process_knows_of_is_told_by_somebody() -> None:
    for process in labelled().processes:
        dots = [dot for dot in labelled().dots if dot.process == process.id]
        said = {step for dot in dots for step in dot.told} | {tool for dot in dots for tool in dot.tool_ids}
        assert {each.id for each in (*process.additions, *process.other_tools)} - said == set()


def test_a_method_sees_the_words_and_nothing_else() -> None:
    telling = tellings("dev")[0].telling
    assert set(telling.model_dump()) == {"name", "steps", "tools", "data_sources"}
    assert telling.steps


def people_in(text: str) -> set[str]:
    titled = re.findall(r"\b(?:Mr|Mrs|Ms|Dr|Herr|Frau|Señora?|Sra?)\.? [A-ZÄÖÜÁÉÍÓÚ]\w+|\w+さん", text)
    return {*titled, *({word.casefold() for word in re.findall(r"\w+", text)} & COMMON_NAMES)}


def test_nobody_is_called_by_a_name() -> None:
    assert people_in("Ask Petra, she asks Frau Huber") == {"petra", "Frau Huber"}
    assert people_in("田中さん") == {"田中さん"}
    assert people_in(FILE.read_text(encoding="utf-8")) == set()


Planted = Callable[[dict[str, Any]], object]


def dot_with(dots: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The first sure telling with nothing but a variant of this kind; `none`: without any."""
    return next(
        each
        for each in dots
        if each["process"]
        and not each.get("hard")
        and [variant["kind"] for variant in each.get("variants", [])] == ([] if kind == "none" else [kind])
    )


PLANTED: dict[str, tuple[str, Planted]] = {
    "a process that isn't there": ("none", lambda dot: dot.update(process="no_such_process")),
    "another process": (
        "none",
        lambda dot: dot.update(process="complaint" if dot["process"] != "complaint" else "payroll"),
    ),
    "no process": ("none", lambda dot: dot.update(process=None)),
    "a step skipped that is told": (
        "none",
        lambda dot: dot.update(variants=[{"kind": "skipped", "step": dot["step_ids"][0][0]}]),
    ),
    "a step reordered that stands in its place": (
        "none",
        lambda dot: dot.update(variants=[{"kind": "reordered", "step": dot["step_ids"][0][0]}]),
    ),
    "a canonical tool as another": (
        "none",
        lambda dot: dot.update(variants=[{"kind": "other_tool", "tool": dot["tool_ids"][0]}]),
    ),
    "skipped, but what": ("none", lambda dot: dot.update(variants=[{"kind": "skipped"}])),
    "hard, but why": ("none", lambda dot: dot.update(hard=True)),
    "a step without a label": ("none", lambda dot: dot["step_ids"].pop()),
    "a label without a tool": ("none", lambda dot: dot["tool_ids"].append("shopify")),
    "steps the other way round": ("none", lambda dot: dot["step_ids"].reverse()),
    "a step that isn't there": ("none", lambda dot: dot["step_ids"][0].append("no_such_step")),
    "no original": ("none", lambda dot: dot.update(language="ja")),
    "an id twice": ("none", lambda dot: dot.update(id="dot-002" if dot["id"] != "dot-002" else "dot-001")),
    "out of order": ("none", lambda dot: dot.update(order=999)),
    "a skipped step unseen": ("skipped", lambda dot: dot.pop("variants")),
    "an added step unseen": ("added", lambda dot: dot.pop("variants")),
    "an added step that isn't there": ("added", lambda dot: dot["variants"][0].update(step="no_such_step")),
    "a reordered step unseen": ("reordered", lambda dot: dot.pop("variants")),
    "another step reordered": ("reordered", lambda dot: dot["variants"][0].update(step=dot["step_ids"][-1][0])),
    "another tool unseen": ("other_tool", lambda dot: dot.pop("variants")),
    "another tool that isn't there": ("other_tool", lambda dot: dot["variants"][0].update(tool="no_such_tool")),
    "instead of a tool that isn't there": (
        "other_tool",
        lambda dot: dot["variants"][0].update(instead_of="no_such_tool"),
    ),
    "instead of nothing": ("other_tool", lambda dot: dot["variants"][0].pop("instead_of")),
}


@pytest.mark.parametrize(("kind", "plant"), PLANTED.values(), ids=PLANTED)
def test_a_wrong_label_is_found(kind: str, plant: Planted) -> None:
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    plant(dot_with(raw["dots"], kind))
    with pytest.raises(ValidationError):
        LabelledSet.model_validate_json(json.dumps(raw))


def test_a_translation_with_a_line_too_few_is_found() -> None:
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    next(each for each in raw["dots"] if each["language"] == "ja")["original"]["steps"].pop()
    with pytest.raises(ValidationError, match="lines of the original"):
        LabelledSet.model_validate_json(json.dumps(raw))


@pytest.mark.parametrize(
    ("places", "moves"),
    [
        ([0, 1, 2, 3], [set()]),
        ([0, 2, 3, 1], [{1}]),
        ([3, 0, 1, 2], [{3}]),
        ([0, 2, 1, 3], [{2}, {1}]),
        ([], [set()]),
    ],
    ids=["in order", "one later", "one first", "neighbours: either", "nothing"],
)
def test_what_has_moved_is_the_fewest_steps_that_put_the_rest_in_order(
    places: list[int], moves: list[set[int]]
) -> None:
    assert fewest_moves(places) == moves


@pytest.mark.parametrize("trade", ["clinics", "furniture", "software"])
def test_what_the_placing_has_learnt_from_holds_together(trade: str) -> None:
    learnt_from = LabelledSet.model_validate_json((FILE.parent / f"workflow_training/{trade}.json").read_bytes())
    assert len(learnt_from.dots) > 100
    assert {it.id for it in learnt_from.processes} == {it.process for it in learnt_from.dots} - {None}
    assert {it.split for it in learnt_from.dots} == {"dev"}


def test_a_model_noted_every_telling_and_every_line_of_it() -> None:
    assert {*notes()} == {it.id for it in labelled().dots}
