"""From what a person confirmed to the workflow that it tells of: which one, by which steps, and where it differs.

The database keeps it (app.keep_telling) and counts what most people say; here it is only understood.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from vizdots.outputs import WorkflowMapper
from vizdots.workflows import deviations, matching, naming, stored
from vizdots.workflows.effective import Effective
from vizdots.workflows.slugs import fresh, slug
from vizdots.workflows.structure import Step, Structure, Telling
from vizdots.workflows.toolbox import meant, tool
from vizdots.workflows.words import normalised

WHOLE: Final = 0.5  # of the model's steps: whoever tells fewer left out most of it, and not because it isn't done

Known = dict[str, Any]
"""A row of app.known_workflows."""


def told(output: WorkflowMapper, workflows: Sequence[Known]) -> dict[str, Any] | None:
    """What `output` says of one of the organisation's workflows, or of a new one; None where no process is named.

    The answer is what app.keep_telling takes.
    """
    name = output.workflow_name or output.display_label
    if not name:
        return None
    telling = Telling(
        name=name,
        steps=tuple(output.steps or ()),
        tools=tuple(output.tools or ()),
        data_sources=tuple(output.data_sources or ()),
    )
    found = matching.match(telling, [_as_known(it) for it in workflows])
    workflow = next((it for it in workflows if found.outcome == "same" and it["id"] == found.workflow), None)
    model = _model(workflow).structure if workflow and workflow["structure"] else Structure()
    others = _others(workflow, model) if workflow else []
    steps = naming.named(telling.steps, model.steps, others)
    by_name = naming.is_by_name(telling.steps, [*model.steps, *others])
    tools = _as_spelled(telling.tools, model.tools)
    return {
        "workflow_id": workflow and workflow["id"],
        "workflow_key": workflow["workflow_key"] if workflow else fresh(name, _keys(workflows)),
        "display_name": name,
        "matched_by": _matched_by(found, name, workflow),
        "similarity": found.similarity or None,
        "resembles": found.workflow if found.outcome == "unsure" else None,
        "steps": [it.model_dump() for it in steps],
        "tools": tools,
        "data_sources": _as_spelled(telling.data_sources, model.data_sources),
        "wordings": list(dict.fromkeys(filter(None, map(normalised, telling.steps)))),
        "is_whole": len(steps) >= WHOLE * len(model.steps),
        "variants": variants(steps, tools, model, is_by_name=by_name),
    }


def variants(
    steps: Sequence[Step], tools: Sequence[str], model: Structure, *, is_by_name: bool = False
) -> list[dict[str, Any]]:
    """Where a way differs from the model, as the database takes it. Where there is no model yet, nowhere."""
    if not (model.steps or model.tools):
        return []
    found = deviations.deviations(steps, tools, model.steps, model.tools, is_by_name=is_by_name)
    return [
        {
            "key": it.variant.key,
            "description": deviations.describe(it.variant),
            "details": it.variant.model_dump(exclude_none=True),
            "confidence": it.confidence,
        }
        for it in found
    ]


def shown(workflows: Iterable[Known]) -> list[dict[str, Any]]:
    """What an agent is told of rows of app.workflows_to_mention: effective models, not a word about who said so."""
    return [_in_short(it["display_name"], _model(it)) for it in workflows]


def _model(workflow: Known) -> Effective:
    return stored.model(workflow["structure"], workflow["version_number"], workflow["override"])


def _in_short(name: str, model: Effective) -> dict[str, Any]:
    notes = [f"{step.label}: {step.note}" for step in model.steps if step.note]
    plain = model.structure.model_dump(mode="json")
    return {"name": name, **plain, "steps": [step.label for step in model.steps], **({"notes": notes} if notes else {})}


def _as_known(it: Known) -> matching.Known:
    steps = [*(step["label"] for step in it["vocabulary"]), *it["wordings"]]
    return matching.Known(it["id"], it["workflow_key"], it["names"], steps, (it["structure"] or {}).get("tools", []))


def _keys(workflows: Iterable[Known]) -> set[str]:
    """Keys that are taken, by what was merged into others as well."""
    return {key for it in workflows for key in (it["workflow_key"], *map(slug, it["names"]))}


def _others(workflow: Known, model: Structure) -> list[Step]:
    """The steps that only some have told."""
    usual = {it.key for it in model.steps}
    return [Step.model_construct(**it) for it in workflow["vocabulary"] if it["key"] not in usual]


def _as_spelled(told: Sequence[str], known: Sequence[str]) -> list[str]:
    """Tools, or sources, as the model spells them; each once. What isn't named may be any of its kind."""
    names = {
        at: known[it] for at, it in meant(told, known).items() if tool(told[at]).is_name and tool(known[it]).is_name
    }
    found: dict[str, str] = {}
    for at, each in enumerate(told):
        name = names.get(at, each)
        found.setdefault(name.casefold(), name)
    return [*found.values()]


def _matched_by(found: matching.Match, name: str, workflow: Known | None) -> str:
    if workflow is None:
        return "unsure" if found.outcome == "unsure" else "new"
    return "key" if slug(name) in {slug(it) for it in workflow["names"]} else "similarity"
