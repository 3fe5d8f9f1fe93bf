"""From what the database keeps of a workflow to its effective model."""

from typing import Any

from vizdots.workflows.effective import Effective, OverrideOf, VersionOf, effective
from vizdots.workflows.structure import Corrections, Structure


def model(structure: dict[str, Any], number: int, override: dict[str, Any] | None) -> Effective:
    """The effective model of a version's structure and what app.override_json tells of the correction over it."""
    over = None
    if override:
        corrections = Corrections.model_validate(override["corrections"])
        over = OverrideOf(by=override["by"], at=override["at"], corrections=corrections)
    return effective(Structure.model_validate(structure), VersionOf(number=number), over)
