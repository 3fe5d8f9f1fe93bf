"""What members are, in words: the same on every page of an admin's."""

from collections.abc import Mapping
from typing import Final, TypeVar

from frame.speech import N_, _

Code = TypeVar("Code", bound=str)

ROLES: Final[Mapping[str, str]] = {"member": N_("Member"), "admin": N_("Administrator"), "owner": N_("Owner")}
LEVELS: Final[Mapping[str, str]] = {"ic": N_("Team member"), "manager": N_("Manager"), "exec": N_("Executive")}
STATUSES: Final[Mapping[str, str]] = {
    "active": N_("Active"),
    "invited": N_("Invited"),
    "inactive": N_("Deactivated"),
}


def spoken(words: Mapping[Code, str]) -> dict[Code, str]:
    """The words of a mapping in the language of the page."""
    return {code: _(word) for code, word in words.items()}
