"""A workflow as it is wanted, and the corrections that make it so."""

from datetime import UTC, datetime
from typing import Final

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.workflow_models import SECOND, corrections, over, structures
from vizdots.workflows import editing
from vizdots.workflows.editing import Row
from vizdots.workflows.effective import OverrideOf, effective
from vizdots.workflows.structure import Corrections, Step, Structure

AT: Final = datetime(2026, 3, 4, tzinfo=UTC)
TOLD: Final = Structure(
    steps=tuple(Step(key=key, label=key.upper()) for key in ("call", "drive", "repair", "report")), tools=("Excel",)
)
AS_TOLD: Final = [Row(step.key, step.label) for step in TOLD.steps]


def corrected(structure: Structure, found: Corrections) -> list[Row]:
    """The rows of a structure with corrections over it."""
    return editing.rows(effective(structure, SECOND, OverrideOf(by="owner", at=AT, corrections=found)))


def test_nothing_changed_is_no_correction() -> None:
    assert editing.corrections(TOLD, AS_TOLD, {"Excel": "Excel"}, Corrections()) == Corrections()


def test_only_the_step_that_moved_is_put_elsewhere() -> None:
    call, drive, repair, report = AS_TOLD
    found = editing.corrections(TOLD, [report, call, drive, repair], {}, Corrections())
    assert [(step.key, step.after) for step in found.added_steps] == [("report", None)]
    assert not found.locked_steps


def test_what_an_older_version_had_is_kept_for_a_later_one() -> None:
    before = Corrections(
        removed_steps=("fax",),
        renamed_steps={"fax": "Send a fax"},
        custom_notes={"fax": "no more"},
        tool_substitutions={"Fax": "Mail", "excel": "Sheets"},
    )
    found = editing.corrections(TOLD, AS_TOLD, {"Excel": "SAP"}, before)
    assert found == before.model_copy(update={"tool_substitutions": {"Fax": "Mail", "Excel": "SAP"}})


def test_a_step_that_is_not_wanted_any_more_takes_its_note_along() -> None:
    before = editing.corrections(TOLD, [*AS_TOLD, Row("thank", "Thank", note="warmly")], {}, Corrections())
    assert before.custom_notes == {"thank": "warmly"}
    assert editing.corrections(TOLD, AS_TOLD, {}, before) == Corrections()


wanted = st.lists(
    st.builds(
        Row,
        st.sampled_from("abcdefghijklm"),
        st.sampled_from(["x", "y", "Z"]),
        st.booleans(),
        st.sampled_from(["", "n"]),
    ),
    max_size=12,
    unique_by=lambda row: row.key,
)


@given(structures(), wanted, corrections())
def test_whatever_is_wanted_comes_out(structure: Structure, rows: list[Row], before: Corrections) -> None:
    assert corrected(structure, editing.corrections(structure, rows, {}, before)) == rows


@given(structures(), corrections())
def test_an_editor_that_changes_nothing_changes_nothing(structure: Structure, before: Corrections) -> None:
    now = effective(structure, SECOND, over(before))
    assert corrected(structure, editing.corrections(structure, editing.rows(now), {}, before)) == editing.rows(now)


@given(structures(), st.sampled_from(["Excel", "SAP", "Jira"]), st.sampled_from(["Sheets", "Word"]), corrections())
def test_the_tool_that_was_typed_is_the_one_that_is_used(
    structure: Structure, named: str, used: str, before: Corrections
) -> None:
    assume(len({it.casefold() for it in structure.tools}) == len(structure.tools))  # the database counts them so
    found = editing.corrections(structure, [], {named: used}, before)
    shown = effective(structure, SECOND, over(found)).tools
    assert {tool.name for tool in shown if tool.ai_name == named} == ({used} if named in structure.tools else set())
