"""The kinds of mails: what each must know, and whether one may decline it.

A new kind is its facts, its line in KINDS, a template of its name, and its texts in the catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from vizdots.agents import AgentCode
from vizdots.mails.names import Name, visible

Link = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[^\s@<>]+$"), AfterValidator(visible)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,10}$")]

# Security mail is what somebody needs to get in: it is mailed whoever has unsubscribed, and nobody can unsubscribe from
# it. Every optional mail says how to stop it.
Nature = Literal["security", "optional"]


class Facts(BaseModel):
    """What a mail must know. A fact that is missing, unknown or no such thing is refused, and never repeated."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    first_name: Name | None = None


class Stoppable(Facts):
    """What each optional mail must know besides."""

    settings_link: Link
    unsubscribe_link: Link


class Reminder(Stoppable):
    """Check-ins wait for somebody; the link leads to them."""

    organization_name: Name
    check_ins: tuple[AgentCode, ...] = Field(min_length=1, max_length=3)
    link: Link


class TrialEnding(Stoppable):
    """An owner's organisation has so many days left to try."""

    organization_name: Name
    days_left: int = Field(ge=1)
    ends_on: date
    link: Link


class Invitation(Facts):
    """Somebody is to join an organisation, by an address and until a day."""

    organization_name: Name
    sender_name: Name | None = None
    email: Address
    link: Link
    expires_on: date


class Proof(Facts):
    """A link, or a code where one is asked for: whoever has it has read the mail. Both hold for so many hours."""

    link: Link
    code: Code
    hours: int = Field(ge=1)


@dataclass(frozen=True)
class Kind:
    """One kind of mail."""

    facts: type[Facts]
    nature: Nature


KINDS: Final[Mapping[str, Kind]] = {
    "reminder": Kind(Reminder, "optional"),
    "trial_ending": Kind(TrialEnding, "optional"),
    "invitation": Kind(Invitation, "security"),
    "reinvitation": Kind(Invitation, "security"),
    "confirmation": Kind(Proof, "security"),
    "address_change": Kind(Proof, "security"),
    "sign_in": Kind(Proof, "security"),
    "account": Kind(Proof, "security"),
    "recovery": Kind(Proof, "security"),
}
