"""What each question's answer tells: from a text to the fields of an agent's output, explicit ones only."""

from collections.abc import Callable, Mapping
from typing import Any

from vizdots.interview.reading import (
    EDGES,
    agrees,
    choice,
    entries,
    has_words,
    own_words,
    rating,
    says_nothing,
    sections,
    shortened,
    yes_or_no,
)
from vizdots.interview.script import Script
from vizdots.texts import LABEL_LENGTH, TEXT_LENGTH

Told = dict[str, Any]
Reader = Callable[[str, Script, Mapping[str, Any]], Told]

STEPS_AT_LEAST = 3  # "Invoicing, mostly" is a name; three entries without a name are steps


def mood(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The rating of the week, and why."""
    return _rated("rating", text, script) | _reason(text, script, known)


def load(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The workload, and how close the limit is."""
    risk = choice(text, script, "grade")
    return _rated("workload_rating", text, script) | (
        {"burnout_risk": risk, "burnout_risk_source": "stated"} if risk else {}
    )


def summary(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The job in the person's words."""
    return _words("role_summary", text, script, TEXT_LENGTH)


def duties(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The duties as listed."""
    return _present({"primary_duties": entries(text, script)})


def customers(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """Two questions, two words: a single yes answers the first one only."""
    return dict(zip(("customer_facing", "kpis_known"), yes_or_no(text, script), strict=False))


def process(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The process by its name and steps: "Name: a, b, c", a name on a line of its own, or under headings."""
    told = sections(text, script)
    name, steps = _name_and_list(told.pop(""), script, known)
    if told.get("name"):
        name = shortened(told["name"], LABEL_LENGTH)
    return (
        _named(name)
        | _present({"steps": entries(told["steps"], script) if told.get("steps") else steps})
        | _listed("tools", told.get("tools"), script)
        | _listed("data_sources", told.get("data"), script)
    )


def inventory(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The task and its tools: "Task: a, b", or under headings."""
    told = sections(text, script)
    name, tools = _name_and_list(told.pop(""), script, known, at_least=1)
    if told.get("name"):
        name = shortened(told["name"], LABEL_LENGTH)
    return (
        _named(name)
        | _present({"tools": tools})
        | _listed("tools", told.get("tools"), script)
        | _listed("data_sources", told.get("data"), script)
        | _present({"steps": entries(told.get("steps", ""), script)})
    )


def tools(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The tools, and where the information comes from when that is under its heading."""
    told = sections(text, script)
    return _listed("tools", told.get("tools") or told[""] or None, script) | _listed(
        "data_sources", told.get("data"), script
    )


def sources(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """Where the information comes from."""
    told = sections(text, script)
    return _listed("data_sources", told.get("data") or told[""] or None, script)


def confirmation(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """Yes, or corrections under headings, which count as confirmed; a plain no is a no."""
    told = sections(text, script)
    if len(told) == 1:
        answer = agrees(text, script)
        return {} if answer is None else {"confirmed": answer}
    return (
        _named(shortened(told["name"], LABEL_LENGTH) if told.get("name") else None)
        | _present({"steps": entries(told.get("steps", ""), script)})
        | _listed("tools", told.get("tools"), script)
        | _listed("data_sources", told.get("data"), script)
        | {"confirmed": True}
    )


def pain(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """How much it hurts, and what it is."""
    return _rated("pain_rating", text, script) | _reason(text, script, known)


def what(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """What it is, where only a number came."""
    return _reason(text, script, known)


def pain_tool(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The tool that causes it."""
    return _words("tool_ref", text, script, LABEL_LENGTH)


def pain_workflow(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The process it happens in."""
    return _words("workflow_ref", text, script, LABEL_LENGTH)


def often(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """How often, and how large the impact is."""
    return _present({"frequency": choice(text, script, "frequency"), "impact": choice(text, script, "grade")})


def focus(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The present focus: the first thing named is the main one."""
    named = entries(text, script)
    return {"current_focus_label": named[0], "current_focus_tags": named} if named else {}


def focus_rating(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """How well the person can keep to it, the change since last time, and why."""
    return (
        _rated("focus_rating", text, script)
        | _present({"change_vs_last_time": choice(text, script, "change")})
        | _reason(text, script, known)
    )


def _rated(name: str, text: str, script: Script) -> Told:
    value = rating(text, script)
    return {} if value is None else {name: value, f"{name}_source": "stated"}


def _reason(text: str, script: Script, known: Mapping[str, Any]) -> Told:
    """The first reason stays: an answer to the question asked again is the number that was missing."""
    return {} if known.get("reason") else _present({"reason": own_words(text, script)})


def _words(name: str, text: str, script: Script, length: int) -> Told:
    words = shortened(text, length)
    return {name: words} if has_words(words) and not says_nothing(words, script) else {}


def _named(name: str | None) -> Told:
    return {"workflow_name": name, "display_label": name} if name and has_words(name) else {}


def _listed(name: str, text: str | None, script: Script) -> Told:
    """A list; "none" is an answer, too, and an empty list."""
    if text is None:
        return {}
    found = entries(text, script)
    return {name: found} if found or says_nothing(text, script) else {}


def _name_and_list(
    text: str, script: Script, known: Mapping[str, Any], at_least: int = 2
) -> tuple[str | None, list[str]]:
    """A name and what follows its colon or its line; a bare list has no name, a bare name no list.

    Once the name is known, what comes without a colon is the list that was asked for.
    """
    lines = [line for line in text.strip().splitlines() if line.strip(EDGES)]
    head, _, rest = (lines[0] if lines else "").replace("：", ":").partition(":")
    if known.get("workflow_name") and not rest.strip():
        return None, entries(text, script)
    if rest.strip() or len(lines) > 1:
        found = entries("\n".join([rest, *lines[1:]]), script)
        return shortened(head.strip(EDGES), LABEL_LENGTH) if has_words(head) else None, found if len(
            found
        ) >= at_least else []
    found = entries(head, script)
    if len(found) >= STEPS_AT_LEAST:
        return None, found
    bare = head.strip(EDGES)
    return (shortened(bare, LABEL_LENGTH) if has_words(bare) and not says_nothing(bare, script) else None), []


def _present(told: Told) -> Told:
    return {name: value for name, value in told.items() if value not in (None, [])}
