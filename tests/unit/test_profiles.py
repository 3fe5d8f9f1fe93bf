"""A profile grows by check-ins, stays bounded, and never takes back what its owner confirmed."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vizdots.agents import AgentCode
from vizdots.learning import PAIN_POINTS_KEPT, RATINGS_KEPT, merge, morale_trend
from vizdots.outputs import FocusTracker, Output, PainScanner, Pulse, RoleMapper, WorkflowMapper
from vizdots.profiles import TOOLS_KEPT, WORKFLOWS_KEPT, ProfileChange, change, gaps

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)

names = st.text("abcdeABC éß日", min_size=1, max_size=8).filter(str.strip)
lists = st.lists(names, max_size=20)
outputs: st.SearchStrategy[tuple[AgentCode, Output]] = st.one_of(
    st.builds(lambda it: ("pulse", Pulse(rating=it, rating_source="stated")), st.integers(1, 5)),
    st.builds(lambda it, all_: ("role_mapper", RoleMapper(role_summary=it, primary_duties=all_)), names, lists),
    st.builds(
        lambda it, all_: ("workflow_mapper", WorkflowMapper(workflow_name=it, display_label=it, tools=all_)),
        names,
        lists,
    ),
    st.builds(lambda it: ("pain_scanner", PainScanner(reason=it)), names),
    st.builds(lambda it: ("focus_tracker", FocusTracker(current_focus_label=it)), names),
)
check_ins = st.lists(st.tuples(outputs, st.integers(0, 60), st.integers(0, 9)), max_size=25)
changes = st.builds(
    ProfileChange,
    role_summary=st.none() | names,
    primary_duties=st.none() | lists,
    main_workflows=st.none() | st.lists(names, max_size=WORKFLOWS_KEPT),
    primary_tools=st.none() | lists,
    confirm=st.booleans(),
)


def lived(profile: dict[str, Any], history: list[tuple[tuple[AgentCode, Output], int, int]]) -> dict[str, Any]:
    for (agent, output), day, session in history:
        profile = merge(profile, agent, output, session_id=f"s{session}", at=MONDAY + timedelta(days=day))
    return profile


def pulses(*ratings: int) -> dict[str, Any]:
    profile: dict[str, Any] = {}
    for week, rating in enumerate(ratings):
        output = Pulse(rating=rating, rating_source="stated")
        profile = merge(profile, "pulse", output, session_id=f"p{week}", at=MONDAY + week * WEEK)
    return profile


@given(check_ins, outputs)
def test_merging_the_same_session_again_changes_nothing(history: Any, last: tuple[AgentCode, Output]) -> None:
    once = merge(lived({}, history), *last, session_id="last", at=MONDAY + 10 * WEEK)
    assert merge(once, *last, session_id="last", at=MONDAY + 10 * WEEK) == once


@given(check_ins, changes, outputs)
def test_merging_never_mutates_its_input(history: Any, sent: ProfileChange, last: tuple[AgentCode, Output]) -> None:
    profile = change(lived({}, history), sent)
    before = deepcopy(profile)
    merge(profile, *last, session_id="last", at=MONDAY + 10 * WEEK)
    change(profile, sent)
    assert profile == before


@given(check_ins, changes, check_ins)
def test_a_profile_is_bounded_and_keeps_what_was_confirmed(before: Any, sent: ProfileChange, after: Any) -> None:
    changed = change(lived({}, before), sent)
    profile = lived(changed, after)
    assert len(profile.get("ratings", [])) <= RATINGS_KEPT
    assert len(profile.get("pain_points", [])) <= PAIN_POINTS_KEPT
    assert len(profile.get("main_workflows", [])) <= WORKFLOWS_KEPT
    assert len(profile.get("primary_tools", [])) <= TOOLS_KEPT
    for name, value in changed["confirmed"].items():
        assert profile[name][: len(value)] == value


def test_tools_are_kept_once_whatever_their_case() -> None:
    first = WorkflowMapper(workflow_name="Invoicing", tools=["Excel", "SAP", "excel"])
    second = WorkflowMapper(workflow_name="invoicing", tools=["sap", "Jira"])
    profile = merge({}, "workflow_mapper", first, session_id="a", at=MONDAY)
    profile = merge(profile, "workflow_mapper", second, session_id="b", at=MONDAY + WEEK)
    assert profile["primary_tools"] == ["Excel", "sap", "Jira"]
    assert profile["main_workflows"] == ["invoicing"]


def test_a_workflow_that_the_person_called_wrong_is_not_theirs() -> None:
    output = WorkflowMapper(workflow_name="Invoicing", tools=["Excel"], confirmed=False)
    assert "main_workflows" not in merge({}, "workflow_mapper", output, session_id="a", at=MONDAY)


def test_a_role_that_reads_otherwise_becomes_a_suggestion_until_its_owner_decides() -> None:
    mine = change({}, ProfileChange(role_summary="I plan routes", confirm=True))
    told = RoleMapper(role_summary="I lead the planners", customer_facing=True)
    profile = merge(mine, "role_mapper", told, session_id="a", at=MONDAY)
    assert profile["role_summary"] == "I plan routes"
    assert profile["suggested"] == {"role_summary": "I lead the planners"}
    assert profile["customer_facing"] is True
    decided = change(profile, ProfileChange(role_summary="I lead the planners"))
    assert decided["role_summary"] == "I lead the planners"
    assert decided["suggested"] == {}


def test_confirming_makes_the_profile_as_it_stands_the_persons_own() -> None:
    output = RoleMapper(role_summary="I plan routes", primary_duties=["planning"])
    learned = merge({}, "role_mapper", output, session_id="a", at=MONDAY)
    confirmed = change(learned, ProfileChange(preferred_name="Ana", confirm=True))["confirmed"]
    assert confirmed == {"preferred_name": "Ana", "role_summary": "I plan routes", "primary_duties": ["planning"]}


def test_an_older_check_in_does_not_replace_what_a_newer_one_said() -> None:
    now = merge({}, "focus_tracker", FocusTracker(current_focus_label="Launch"), session_id="b", at=MONDAY + WEEK)
    late = merge(now, "focus_tracker", FocusTracker(current_focus_label="Budget"), session_id="a", at=MONDAY)
    assert late["current_focus"] == "Launch"


def test_the_last_five_pain_points_stay() -> None:
    profile: dict[str, Any] = {}
    for week in range(7):
        output = PainScanner(reason=f"pain {week}")
        profile = merge(profile, "pain_scanner", output, session_id=f"s{week}", at=MONDAY + week * WEEK)
    assert [it["reason"] for it in profile["pain_points"]] == [f"pain {week}" for week in range(2, 7)]


@pytest.mark.parametrize(
    ("ratings", "trend"),
    [
        ((), None),
        ((1,), "stable"),
        ((5,), "positive"),
        ((3, 3, 3), "stable"),
        ((2, 2), "at_risk"),
        ((4, 4, 2, 2), "at_risk"),
        ((5, 5, 5, 4, 3), "declining"),
        ((2, 2, 3, 3), "positive"),
        ((4, 4, 4, 3), "stable"),
    ],
)
def test_the_trend_follows_the_last_ratings(ratings: tuple[int, ...], trend: str | None) -> None:
    assert morale_trend(list(ratings)) == trend
    assert pulses(*ratings).get("morale_trend") == trend


def test_gaps_are_what_nobody_has_told_yet() -> None:
    assert gaps({}) == ["role_summary", "primary_duties", "main_workflows", "primary_tools", "current_focus"]
    told = WorkflowMapper(workflow_name="Invoicing", tools=["Excel"])
    profile = merge({"role_summary": "I plan"}, "workflow_mapper", told, session_id="a", at=MONDAY)
    assert gaps(profile) == ["primary_duties", "current_focus"]


@pytest.mark.parametrize("sent", [{"morale_trend": "positive"}, {"role_summary": " "}, {"role_summary": "x" * 1_001}])
def test_a_person_edits_only_their_own_fields_within_bounds(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProfileChange.model_validate(sent)
