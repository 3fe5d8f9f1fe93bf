"""An example of every mail, for the tests and pictures of them: what each kind must know, once short and once long."""

from collections.abc import Mapping
from typing import Final

APP: Final = "https://app.vizdots.test"
WIDTHS: Final = (600, 375)  # CSS pixels: a window, and a phone
STOPPING: Final = {
    "settings_link": f"{APP}/settings#reminders",
    "unsubscribe_link": f"{APP}/unsubscribe?token=bWFpbA&kind=optional",
}
PROOF: Final = {"link": f"{APP}/auth/confirm?token_hash=0f8e&type=email&next=%2Fhome", "code": "402913", "hours": 1}
INVITATION: Final = {
    "organization_name": "Acme",
    "email": "ana.alvarez@acme.test",
    "link": f"{APP}/invitation?token=kQ3v",
    "expires_on": "2026-11-14",
}
TRIAL: Final = {"organization_name": "Acme", "ends_on": "2026-12-01", "link": f"{APP}/admin/billing", **STOPPING}

# The names of the examples, the kind of each, and what it knows.
EXAMPLES: Final[Mapping[str, tuple[str, Mapping[str, object]]]] = {
    "reminder": (
        "reminder",
        {
            "first_name": "Ana",
            "organization_name": "Acme",
            "check_ins": ["pulse"],
            "link": f"{APP}/check-ins/3f0c",
            **STOPPING,
        },
    ),
    "reminder-long": (
        "reminder",
        {
            "organization_name": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
            "check_ins": ["workflow_mapper", "pain_scanner", "focus_tracker"],
            "link": f"{APP}/dashboard",
            **STOPPING,
        },
    ),
    "invitation": ("invitation", {"first_name": "Ana", "sender_name": "Olivia Owner", **INVITATION}),
    "invitation-long": (
        "invitation",
        {
            **INVITATION,
            "organization_name": "Acme Facility Services & Gebäudereinigungsgesellschaft mbH",
            "email": "anna-maria.obermeier-schwarzenberger@gebaeudereinigung.acme.test",
        },
    ),
    "reinvitation": ("reinvitation", {"first_name": "Ana", "sender_name": "Olivia Owner", **INVITATION}),
    "reinvitation-long": (
        "reinvitation",
        {**INVITATION, "organization_name": "株式会社アクメ東京第二営業所施設管理部"},
    ),
    "confirmation": ("confirmation", PROOF),
    "address-change": ("address_change", PROOF),
    "sign-in": ("sign_in", PROOF),
    "account": ("account", {**PROOF, "hours": 24}),
    "recovery": ("recovery", PROOF),
    "trial-7": ("trial_ending", {"first_name": "Olivia", "days_left": 7, **TRIAL}),
    "trial-3": ("trial_ending", {"first_name": "Olivia", "days_left": 3, **TRIAL}),
    "trial-1": ("trial_ending", {"days_left": 1, **TRIAL}),
}
