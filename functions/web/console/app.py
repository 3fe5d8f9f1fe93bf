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
    landing,
    onboarding,
    preferences,
    settings,
)
from pages.admin import departments, org_chart

ROOMS = (
    landing.room,
    preferences.room,
    account.room,
    home.room,
    onboarding.room,
    dashboard.room,
    check_in.room,
    dots.room,
    settings.room,
    departments.room,
    org_chart.room,
    developers.room,
    design.room,
)

handler = entrypoint(ROOMS)
gc.freeze()
gc.enable()
