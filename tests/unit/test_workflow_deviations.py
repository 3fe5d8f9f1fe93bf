"""Where somebody's way differs from the model, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizdots.workflows.deviations import REPORTED, describe, deviations, differences
from vizdots.workflows.structure import Step, Variant

STEPS = {
    "take": Step(key="take", label="Take the order"),
    "check": Step(key="check", label="Check the stock"),
    "pick": Step(key="pick", label="Pick the goods"),
    "pack": Step(key="pack", label="Pack the parcel"),
    "ship": Step(key="ship", label="Ship the parcel"),
    "bill": Step(key="bill", label="Send the invoice"),
    "call": Step(key="call", label="Call the customer"),
}
MODEL = [STEPS[key] for key in ("take", "check", "pick", "pack", "ship", "bill")]
WAYS = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=7)


def way(keys: str | list[str]) -> list[Step]:
    """Steps by their keys."""
    return [STEPS.get(key) or Step(key=key, label=key) for key in (keys.split() if isinstance(keys, str) else keys)]


def found(told: str, tools: str = "", model_tools: str = "") -> list[tuple[str, str | None]]:
    """Kind and line of each deviation from the model."""
    tellings = deviations(way(told), tools.split(), MODEL, model_tools.split())
    return [(it.variant.kind, describe(it.variant)) for it in tellings]


def test_who_does_as_the_model_says_deviates_in_nothing() -> None:
    assert found("take check pick pack ship bill", "SAP", "SAP") == []


@pytest.mark.parametrize(
    ("told", "kind", "line"),
    [
        ("take pick pack ship bill", "skipped", "Skips “Check the stock”"),
        ("take check pick pack ship bill call", "added", "Adds “Call the customer”"),
        ("bill take check pick pack ship", "reordered", "Does “Send the invoice” first"),
        ("take check pick bill pack ship", "reordered", "Does “Send the invoice” earlier or later"),
    ],
)
def test_a_step_is_skipped_added_or_done_elsewhere(told: str, kind: str, line: str) -> None:
    assert found(told) == [(kind, line)]


def test_where_it_is_added_or_done_is_told_by_a_step_that_stays() -> None:
    told = way("take call check bill pick pack ship")
    assert [(it.kind, it.step and it.step.key, it.after) for it in differences(told, MODEL)] == [
        ("added", "call", "take"),
        ("reordered", "bill", "check"),
    ]


def test_of_two_that_changed_places_the_later_one_has_moved() -> None:
    moved = [it.variant for it in deviations(way("take pick check pack ship bill"), (), MODEL, ())]
    assert moved == [Variant(kind="reordered", step=STEPS["pick"], after="take")]


def test_who_tells_a_little_has_skipped_nothing() -> None:
    assert found("take ship") == []
    assert found("") == []


def test_where_steps_are_told_by_their_names_another_name_is_another_step() -> None:
    alike = Step(key="x", label="Check what is there of the stock in the warehouse")
    told = [alike if it.key == "check" else it for it in MODEL]
    found = deviations(told, (), MODEL, (), is_by_name=True)
    assert {(it.variant.key, it.confidence) for it in found} == {("skipped:check", 1.0), ("added:x", 1.0)}


def test_a_step_added_that_is_much_like_the_one_skipped_is_no_news() -> None:
    alike = Step(key="x", label="Check what is there of the stock in the warehouse")
    told = [alike if it.key == "check" else it for it in MODEL]
    assert deviations(told, (), MODEL, ()) == ()


@pytest.mark.parametrize(
    ("told", "model", "lines"),
    [
        ("Excel", "SAP", ["Uses Excel instead of SAP"]),
        ("MS-Excel", "Excel", []),
        ("spreadsheet", "Excel", []),
        ("", "Excel SAP", []),
        ("SAP", "SAP Excel", []),
        ("Xero Slack", "Teams Datev Outlook", ["Uses Xero instead of Datev", "Uses Slack instead of Teams"]),
        ("SAP Blorb", "SAP Excel Outlook", ["Also uses Blorb"]),
        ("Blorb blorb", "", ["Also uses Blorb"]),
    ],
)
def test_a_tool_is_used_instead_of_one_of_its_kind_that_isnt_told(told: str, model: str, lines: list[str]) -> None:
    assert [line for _, line in found("", told, model)] == lines


@given(WAYS, st.lists(st.sampled_from(["Excel", "SAP", "Slack", "Blorb"]), unique=True))
def test_the_model_doesnt_deviate_from_itself(keys: list[str], tools: list[str]) -> None:
    assert deviations(way(keys), tools, way(keys), tools) == ()


@given(WAYS, WAYS)
def test_the_differences_make_the_model_what_was_told(told: list[str], model: list[str]) -> None:
    assert applied(differences(way(told), way(model)), model) == told


@given(WAYS, WAYS)
def test_no_more_moves_than_need_be(told: list[str], model: list[str]) -> None:
    common = [model.index(key) for key in told if key in model]
    rising = 0
    for size in range(len(common), -1, -1):
        if any(each == sorted(each) for each in subsequences(common, size)):
            rising = size
            break
    moved = [it for it in differences(way(told), way(model)) if it.kind == "reordered"]
    assert len(moved) == len(common) - rising


@given(WAYS, WAYS)
def test_what_is_reported_is_sure_enough_and_each_thing_once(told: list[str], model: list[str]) -> None:
    found = deviations(way(told), (), way(model), ())
    assert all(REPORTED <= it.confidence <= 1 for it in found)
    assert len({it.variant.key for it in found}) == len(found)


def applied(differences: tuple[Variant, ...], model: list[str]) -> list[str]:
    """The model with the differences made, as their docstring says."""
    gone = {it.step.key for it in differences if it.step and it.kind in ("skipped", "reordered")}
    behind: dict[str | None, list[str]] = {}
    for it in differences:
        if it.step and it.kind in ("added", "reordered"):
            behind.setdefault(it.after, []).append(it.step.key)
    stay: list[str | None] = [None, *(key for key in model if key not in gone)]
    return [key for each in stay for key in (each, *behind.get(each, ())) if key is not None]


def subsequences(values: list[int], size: int) -> list[list[int]]:
    """All of that many, in their order."""
    if size == 0:
        return [[]]
    return [[values[i], *rest] for i in range(len(values)) for rest in subsequences(values[i + 1 :], size - 1)]
