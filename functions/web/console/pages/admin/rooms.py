"""The rooms from which an organisation is run."""

from typing import Final

from pages.admin import (
    audit_log,
    departments,
    mails,
    members,
    org_chart,
    overview,
    roster,
    settings,
    setup,
    setup_people,
    workflow,
    workflow_correction,
    workflow_feedback,
    workflow_pairs,
    workflow_why,
    workflows,
)

ROOMS: Final = (
    overview.room,
    members.room,
    roster.room,
    departments.room,
    org_chart.room,
    workflows.room,
    workflow.room,
    workflow_correction.room,
    workflow_feedback.room,
    workflow_pairs.room,
    workflow_why.room,
    mails.room,
    settings.room,
    audit_log.room,
    setup.room,
    setup_people.room,
)
