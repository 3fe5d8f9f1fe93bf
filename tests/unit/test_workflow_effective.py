"""The effective model: the owner's word lies over what people told, and can be taken back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow_models import CORRECTED, SECOND, corrections, over, structures
from vizdots.workflows.effective import Effective, effective
from vizdots.workflows.structure import Corrections, Step, Structure

TELLING = Structure(
    steps=tuple(Step(key=it, label=it.title()) for it in ("take", "check", "print", "file")),
    tools=("Excel", "Outlook"),
    data_sources=("CRM",),
)


def corrected(structure: Structure = TELLING, **said: Any) -> Effective:
    return effective(structure, SECOND, over(Corrections(**said)))


def order(it: Effective) -> list[str]:
    return [step.key for step in it.steps]


def placed(key: str, after: str | None) -> dict[str, str | None]:
    return {"key": key, "label": key.title(), "after": after}


def test_without_an_override_it_is_the_version() -> None:
    plain = effective(TELLING, SECOND, None)
    assert plain.structure == TELLING
    assert {(step.origin.by, step.origin.version, step.origin.at) for step in plain.steps} == {("ai", 2, None)}
    assert not plain.is_corrected


def test_a_removed_step_is_gone() -> None:
    assert order(corrected(removed_steps=["print"])) == ["take", "check", "file"]


def test_a_renamed_step_says_what_the_version_calls_it() -> None:
    renamed = corrected(renamed_steps={"check": "Check twice"}).steps[1]
    assert (renamed.label, renamed.ai_label, renamed.origin.by) == ("Check twice", "Check", "ai")


def test_a_name_that_is_the_versions_own_is_no_renaming() -> None:
    assert corrected(renamed_steps={"check": "Check"}).steps[1].ai_label is None


def test_an_added_step_is_its_authors_with_the_date() -> None:
    added = corrected(added_steps=[placed("call", "take")])
    assert order(added) == ["take", "call", "check", "print", "file"]
    assert added.steps[1].origin.model_dump() == {"by": "owner", "version": None, "at": CORRECTED}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (None, ["call", "take", "check", "print", "file"]),
        ("file", ["take", "check", "print", "file", "call"]),
        ("nowhere", ["take", "check", "print", "file", "call"]),
        ("call", ["take", "check", "print", "file", "call"]),
    ],
    ids=["first", "last", "unknown", "itself"],
)
def test_every_place_leads_somewhere(after: str | None, expected: list[str]) -> None:
    assert order(corrected(added_steps=[placed("call", after)])) == expected


def test_what_was_put_behind_a_removed_step_stays_where_that_was() -> None:
    both = corrected(added_steps=[placed("call", "check")], removed_steps=["check"])
    assert order(both) == ["take", "call", "print", "file"]


def test_several_behind_one_step_keep_their_order_and_follow_each_other() -> None:
    several = [placed("one", "take"), placed("two", "take"), placed("one-b", "one")]
    assert order(corrected(added_steps=several))[:4] == ["take", "one", "one-b", "two"]


def test_an_added_step_that_people_come_to_tell_is_theirs_at_the_owners_place() -> None:
    both = corrected(added_steps=[placed("file", "take")])
    assert order(both) == ["take", "file", "check", "print"]
    assert both.steps[1].origin.by == "ai"


def test_a_locked_step_outlives_its_version() -> None:
    later = Structure(steps=TELLING.steps[:2])
    locked = corrected(later, locked_steps=[{"key": "print", "label": "Print it", "after": "take"}])
    assert [(step.label, step.is_locked, step.origin.by) for step in locked.steps] == [
        ("Take", False, "ai"),
        ("Print it", True, "owner"),
        ("Check", False, "ai"),
    ]


def test_a_locked_step_keeps_name_and_place_in_a_version_that_has_it_otherwise() -> None:
    locked = corrected(locked_steps=[{"key": "file", "label": "File it", "after": "take"}])
    assert [step.label for step in locked.steps] == ["Take", "File it", "Check", "Print"]
    assert locked.steps[1].ai_label == "File"


def test_a_locked_step_whose_place_is_lost_stays_where_the_version_has_it() -> None:
    assert order(corrected(locked_steps=[placed("check", "nowhere")])) == ["take", "check", "print", "file"]


def test_notes_stand_beside_their_steps() -> None:
    noted = corrected(custom_notes={"check": "Two people, always", "gone": "nobody sees this"})
    assert [step.note for step in noted.steps] == [None, "Two people, always", None, None]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Excel": "SAP"}, [("SAP", "Excel"), ("Outlook", None)]),
        ({"EXCEL": "SAP", "sap": "Oracle"}, [("Oracle", "Excel"), ("Outlook", None)]),
        ({"excel": "outlook"}, [("outlook", "Excel")]),
        ({"excel": "EXCEL"}, [("EXCEL", "Excel"), ("Outlook", None)]),
        ({"Excel": "Outlook", "Outlook": "Excel"}, [("Excel", None), ("Outlook", None)]),
        ({"Jira": "SAP"}, [("Excel", None), ("Outlook", None)]),
    ],
    ids=["one", "by-way-of-another", "one-of-two", "its-case", "circle", "unused"],
)
def test_tools_are_those_that_are_used(said: dict[str, str], expected: list[tuple[str, str | None]]) -> None:
    assert [(tool.name, tool.ai_name) for tool in corrected(tool_substitutions=said).tools] == expected


@settings(deadline=None)
@given(structures(), corrections())
def test_taking_corrections_back_gives_the_original_back(structure: Structure, said: Corrections) -> None:
    before = structure.model_dump_json()
    effective(structure, SECOND, over(said))
    assert structure.model_dump_json() == before
    assert effective(structure, SECOND, None).structure == structure
    assert effective(structure, SECOND, over(Corrections())).structure == structure


@settings(deadline=None)
@given(st.lists(structures(), min_size=1, max_size=4), corrections())
def test_whatever_versions_come_removed_steps_are_gone_and_locked_ones_are_not(
    versions: list[Structure], said: Corrections
) -> None:
    for structure in versions:
        shown = order(effective(structure, SECOND, over(said)))
        assert len(set(shown)) == len(shown)
        assert not set(shown) & {*said.removed_steps}
        assert {step.key for step in (*said.locked_steps, *said.added_steps)} <= set(shown)
        assert set(shown) >= {step.key for step in structure.steps} - {*said.removed_steps}


@settings(deadline=None)
@given(structures(), corrections())
def test_steps_that_nobody_placed_keep_their_order(structure: Structure, said: Corrections) -> None:
    touched = {*said.removed_steps, *(step.key for step in (*said.added_steps, *said.locked_steps))}
    untouched = [step.key for step in structure.steps if step.key not in touched]
    assert [key for key in order(effective(structure, SECOND, over(said))) if key not in touched] == untouched


@settings(deadline=None)
@given(structures(), corrections())
def test_locked_steps_keep_their_name(structure: Structure, said: Corrections) -> None:
    shown = {step.key: step for step in effective(structure, SECOND, over(said)).steps}
    for step in said.locked_steps:
        assert shown[step.key].is_locked
        assert shown[step.key].label == said.renamed_steps.get(step.key, step.label)


@settings(deadline=None)
@given(structures(), corrections())
def test_applied_twice_is_applied_once(structure: Structure, said: Corrections) -> None:
    once = effective(structure, SECOND, over(said)).structure
    assert effective(once, SECOND, over(said)).structure == once


@settings(deadline=None)
@given(structures(), corrections())
def test_the_answer_is_the_one_that_is_documented_and_has_no_dates_of_versions(
    structure: Structure, said: Corrections
) -> None:
    made = effective(structure, SECOND, over(said))
    assert Effective.model_validate_json(made.model_dump_json()) == made
    origins = [*(step.origin for step in made.steps), *(tool.origin for tool in made.tools)]
    assert all(origin.at is None for origin in origins if origin.by == "ai")
