"""What a completed check-in adds to a person's work profile."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import datetime
from statistics import fmean
from typing import Any, Final, Literal

from vizdots.agents import AgentCode
from vizdots.outputs import FocusTracker, Output, PainScanner, Pulse, RoleMapper, WorkflowMapper
from vizdots.profiles import TOOLS_KEPT, WORKFLOWS_KEPT, unique

MoraleTrend = Literal["positive", "stable", "declining", "at_risk"]

RATINGS_KEPT: Final = 8  # two months of weekly pulses: enough for a trend, too little for a dossier
PAIN_POINTS_KEPT: Final = 5  # the spec's number: what hurts now, not what hurt once

RECENT: Final = 2  # ratings that say how it is now: a single bad week is no trend
LOW: Final = 2.0  # a recent mean at or below it: the person said "hard" more than once
HIGH: Final = 4.0  # a recent mean at or above it: "good" or better
SHIFT: Final = 0.75  # points between earlier and recent means; one point in one of two weeks (0.5) is noise


def merge(
    profile: Mapping[str, Any], agent: AgentCode, output: Output, *, session_id: str, at: datetime
) -> dict[str, Any]:
    """The profile with one completed check-in in it; the profile given isn't changed.

    Merging the same session again changes nothing. What the person has confirmed stays: a role that reads
    otherwise becomes a suggestion (`suggested`), workflows and tools join the confirmed ones. Lists are bounded.
    `at` is when the check-in was completed; an older one never replaces what a newer one said.
    """
    merged = deepcopy(dict(profile))
    seen = merged.setdefault("seen", {})
    stamp = {"at": at.isoformat(), "session_id": session_id}
    is_latest = agent not in seen or (datetime.fromisoformat(seen[agent]["at"]), seen[agent]["session_id"]) <= (
        at,
        session_id,
    )
    if is_latest:
        seen[agent] = stamp
    match output:
        case Pulse():
            _merge_pulse(merged, output, stamp)
        case PainScanner():
            _merge_pain(merged, output, stamp)
        case WorkflowMapper() if output.confirmed is not False:
            _merge_workflow(merged, output)
        case RoleMapper() if is_latest:
            _merge_role(merged, output)
        case FocusTracker() if is_latest and output.current_focus_label:
            merged["current_focus"] = output.current_focus_label
        case _:
            pass  # an older view of the role or the focus, or a workflow the person called wrong: it adds nothing
    return merged


def morale_trend(ratings: list[int]) -> MoraleTrend | None:
    """What ratings from 1 to 5, oldest first, say; None without any. One rating is never called a decline."""
    if not ratings:
        return None
    recent, earlier = fmean(ratings[-RECENT:]), ratings[:-RECENT]
    shift = recent - fmean(earlier) if earlier else 0.0
    if len(ratings) >= RECENT and recent <= LOW:
        return "at_risk"
    if shift <= -SHIFT:
        return "declining"
    return "positive" if recent >= HIGH or shift >= SHIFT else "stable"


def _merge_pulse(profile: dict[str, Any], output: Pulse, stamp: dict[str, str]) -> None:
    if output.rating is None:
        return
    entry = {**stamp, "rating": output.rating, "source": output.rating_source}
    profile["ratings"] = _kept(profile.get("ratings", []), entry, RATINGS_KEPT)
    profile["morale_trend"] = morale_trend([it["rating"] for it in profile["ratings"]])


def _merge_pain(profile: dict[str, Any], output: PainScanner, stamp: dict[str, str]) -> None:
    told = output.model_dump(exclude_none=True)
    if told:
        profile["pain_points"] = _kept(profile.get("pain_points", []), {**stamp, **told}, PAIN_POINTS_KEPT)


def _merge_role(profile: dict[str, Any], output: RoleMapper) -> None:
    for name, value in output.model_dump(exclude_none=True).items():
        found = unique(value) if isinstance(value, list) else value
        if found == []:
            continue
        if name not in profile.get("confirmed", {}):
            profile[name] = found
        elif found != profile["confirmed"][name]:
            profile["suggested"] = {**profile.get("suggested", {}), name: found}


def _merge_workflow(profile: dict[str, Any], output: WorkflowMapper) -> None:
    name = output.display_label or output.workflow_name
    for field, found, kept in (
        ("main_workflows", [name] if name else [], WORKFLOWS_KEPT),
        ("primary_tools", output.tools or [], TOOLS_KEPT),
    ):
        if not found:
            continue
        confirmed = profile.get("confirmed", {}).get(field, [])
        learned = _without([*_without(profile.get(field, []), [*confirmed, *found]), *unique(found)], confirmed)
        room = max(0, kept - len(confirmed))
        profile[field] = [*confirmed, *(learned[-room:] if room else [])]


def _kept(entries: list[dict[str, Any]], entry: dict[str, Any], kept: int) -> list[dict[str, Any]]:
    """The last `kept` entries by time, this one among them; one entry a session."""
    others = [it for it in entries if it["session_id"] != entry["session_id"]]
    return sorted([*others, entry], key=lambda it: (datetime.fromisoformat(it["at"]), it["session_id"]))[-kept:]


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    gone = {other.casefold() for other in others}
    return [name for name in names if name.casefold() not in gone]
