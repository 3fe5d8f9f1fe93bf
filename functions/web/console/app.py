"""Every page: a person opens the console in their browser. One ASGI application, behind Mangum.

`pages/` has a module for each part, `templates/` and `static/` what they are made of, `frame/` what all of them share.
"""

# ruff: noqa: E402
import gc

gc.disable()  # as in common.api: what modules make while they load is no garbage

from frame.application import entrypoint
from pages import (  # fmt: skip
    account,
    check_in,
    dashboard,
    design,
    developers,
    dots,
    home,
    invitations,
    landing,
    onboarding,
    preferences,
    settings,
    unsubscribe,
    work,
)
from pages.admin import audit_log, departments, mails, members, org_chart, overview, roster, setup, setup_people
from pages.admin import settings as organisation_settings
from pages.admin.workflow_rooms import ROOMS as WORKFLOW_ROOMS

ROOMS = (
    landing.room,
    preferences.room,
    account.room,
    invitations.room,
    unsubscribe.room,
    home.room,
    onboarding.room,
    dashboard.room,
    check_in.room,
    dots.room,
    work.room,
    settings.room,
    members.room,
    overview.room,
    organisation_settings.room,
    roster.room,
    departments.room,
    org_chart.room,
    developers.room,
    design.room,
    setup.room,
    setup_people.room,
    audit_log.room,
    mails.room,
    *WORKFLOW_ROOMS,
)

handler = entrypoint(ROOMS)
gc.freeze()
gc.enable()
