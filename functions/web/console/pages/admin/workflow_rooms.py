"""The rooms in which workflows are looked at and steered."""

from typing import Final

from pages.admin import (
    workflow,
    workflow_correction,
    workflow_feedback,
    workflow_pairs,
    workflow_why,
    workflows,
)

ROOMS: Final = (
    workflows.room,
    workflow.room,
    workflow_correction.room,
    workflow_feedback.room,
    workflow_pairs.room,
    workflow_why.room,
)
