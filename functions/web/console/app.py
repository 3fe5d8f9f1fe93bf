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
from pages.admin.rooms import ROOMS as ADMIN_ROOMS

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
    developers.room,
    design.room,
    *ADMIN_ROOMS,
)

handler = entrypoint(ROOMS)
gc.freeze()
gc.enable()
