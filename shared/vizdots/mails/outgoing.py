"""A mail of the outbox becomes a letter: its facts, its links, and the headers by which one leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vizdots.delivery import Outgoing
from vizdots.mails.kinds import KINDS
from vizdots.mails.letters import Letter, compose
from vizdots.unsubscribing import Leave


@dataclass(frozen=True, slots=True)
class Links:
    """Where a mail leads to, for its receiver alone: `token` opens an invitation, `leave` stops mails of this kind."""

    app_url: str
    token: str
    leave: str

    @property
    def unsubscribe(self) -> str:
        """The page on which one unsubscribes. Looking at it changes nothing."""
        return f"{self.app_url}/unsubscribe?token={self.leave}"

    @property
    def one_click(self) -> str:
        """Where a mailbox posts when somebody unsubscribes in it."""
        return f"{self.app_url}/api/email/unsubscribe?token={self.leave}"


def leave(mail: Outgoing) -> str:
    """What the link for leaving allows, to be signed; empty for a mail that nobody can leave."""
    if mail.user_id is None or not _is_optional(mail):
        return ""
    return Leave(user_id=mail.user_id, org_id=mail.org_id, kind=mail.template).model_dump_json()


def headers(mail: Outgoing, links: Links) -> Mapping[str, str]:
    """Those by which mailboxes offer to unsubscribe with one click (RFC 2369, RFC 8058); none for security mail."""
    if not _is_optional(mail):
        return {}
    return {"List-Unsubscribe": f"<{links.one_click}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def letter(mail: Outgoing, links: Links) -> Letter:
    """The mail in its receiver's language."""
    kind, facts = _kind(mail), {**_facts(mail, links), "first_name": mail.facts.get("first_name") or None}
    if _is_optional(mail):
        facts |= {"settings_link": f"{links.app_url}/settings", "unsubscribe_link": links.unsubscribe}
    return compose(kind, facts, mail.language_code, app_url=links.app_url)


def _kind(mail: Outgoing) -> str:
    return "reinvitation" if mail.template == "invitation" and mail.facts["mailed_before"] else mail.template


def _is_optional(mail: Outgoing) -> bool:
    return KINDS[mail.template].nature == "optional"


def _facts(mail: Outgoing, links: Links) -> dict[str, Any]:
    told = mail.facts
    organization = {"organization_name": told["organization_name"]}
    match mail.template:
        case "reminder":
            return organization | {"check_ins": told["check_ins"][:3], "link": f"{links.app_url}/dashboard"}
        case "invitation":
            return organization | {
                "sender_name": told["sender_name"],
                "email": mail.to_address,
                "link": f"{links.app_url}/invitations/{links.token}",
                "expires_on": datetime.fromisoformat(told["expires_at"]).date(),
            }
        case "trial_ending":
            return organization | {
                "days_left": told["days_left"],
                "ends_on": told["ends_on"],
                "link": f"{links.app_url}/admin",
            }
