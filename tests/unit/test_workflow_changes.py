"""What a new version has otherwise, told so that one understands it."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizdots.workflows.changes import Changes, PlacedStep, RenamedStep, changes
from vizdots.workflows.structure import Step, Structure


def has(steps: str, tools: str = "", sources: str = "", **labels: str) -> Structure:
    """A structure of steps with one-letter keys."""
    return Structure(
        steps=tuple(Step(key=key, label=labels.get(key, key.upper())) for key in steps),
        tools=tuple(tools.split()),
        data_sources=tuple(sources.split()),
    )


letters = st.lists(st.sampled_from("abcdefgh"), unique=True).map("".join)
names = st.sampled_from(["Excel", "excel", "x" * 200, "漢" * 60, "“quoted”", "SAP"]) | st.text(
    "abc é日", max_size=20
).filter(str.strip)
labelled = st.builds(
    lambda steps, labels, tools, sources: Structure(
        steps=tuple(Step(key=key, label=label) for key, label in zip(steps, labels, strict=False)),
        tools=tools,
        data_sources=sources,
    ),
    letters,
    st.lists(names, min_size=8, max_size=8),
    st.lists(names, max_size=5),
    st.lists(names, max_size=5),
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, has("abc"), {"is_first": True}),
        (has("abc", "Excel", "CRM"), has("abc", "excel", "crm"), {}),
        (has("ac"), has("abc"), {"added": ["B after A"]}),
        (has("bc"), has("abc"), {"added": ["A"]}),
        (has("abc"), has("ac"), {"removed": ["B"]}),
        (has("a"), has("abcd"), {"added": ["B after A", "C after B", "D after C"]}),
        (has("abcd"), has("dabc"), {"moved": ["D"]}),
        (has("abcd"), has("bcad"), {"moved": ["A after C"]}),
        (has("ab", a="Take it"), has("ab", a="Take the order"), {"renamed": ["Take the order, was Take it"]}),
        (has("a", "Excel"), has("a", "SAP"), {"tools_added": ["SAP"], "tools_removed": ["Excel"]}),
        (has("a"), has("a", "SAP Jira"), {"tools_added": ["SAP", "Jira"]}),
        (has("a", "", "CRM"), has("a", "", "X"), {"data_sources_added": ["X"], "data_sources_removed": ["CRM"]}),
        (
            has("abx", "Excel", a="Take the order", x="Print the form"),
            has("acb", "SAP", a="Take the order", c="Call the customer"),
            {
                "added": ["Call the customer after Take the order"],
                "removed": ["Print the form"],
                "tools_added": ["SAP"],
                "tools_removed": ["Excel"],
            },
        ),
    ],
)
def test_what_is_different_is_told_and_nothing_else(
    old: Structure | None, new: Structure, expected: dict[str, object]
) -> None:
    found = {name: [said(each) for each in value] for name, value in changes(old, new) if name != "is_first" and value}
    assert found | ({"is_first": True} if changes(old, new).is_first else {}) == expected


def said(it: object) -> str:
    """A change in a few words."""
    match it:
        case PlacedStep():
            return f"{it.label} after {it.after}" if it.after else it.label
        case RenamedStep():
            return f"{it.label}, was {it.before}"
        case Step():
            return it.label
    return str(it)


@settings(deadline=None)
@given(labelled)
def test_a_structure_differs_in_nothing_from_itself(structure: Structure) -> None:
    assert changes(structure, structure) == Changes()


@settings(deadline=None)
@given(letters, letters)
def test_the_new_order_can_be_made_from_the_changes(old: str, new: str) -> None:
    found = changes(has(old), has(new))
    gone = {*(step.key for step in found.removed), *(step.key for step in found.moved)}
    steps = [key for key in old if key not in gone]
    placed = {step.key: step.after for step in (*found.added, *found.moved)}
    for key in new:
        if key in placed:
            after = placed[key]
            steps.insert(steps.index(after.lower()) + 1 if after else 0, key)
    assert "".join(steps) == new


@settings(deadline=None)
@given(st.permutations("abcdef"))
def test_as_few_steps_as_possible_count_as_moved(new: list[str]) -> None:
    moved = len(changes(has("abcdef"), has("".join(new))).moved)
    kept = max(len(it) for size in range(1, 7) for it in combinations(new, size) if list(it) == sorted(it))
    assert moved == 6 - kept
