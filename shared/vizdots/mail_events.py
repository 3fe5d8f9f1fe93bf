"""What SES tells of a mail after it took it: which of it concerns us, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vizdots.delivery import Event


@dataclass(frozen=True, slots=True)
class MailEvent:
    """What has become of a mail; `addresses` are those that are never to be written to again."""

    kind: Event
    mail: UUID | None
    message_id: str
    addresses: tuple[str, ...] = ()


def read(told: Any) -> MailEvent | None:
    """The event of a notification of SES (its event publishing's JSON); None for what changes nothing for us.

    A bounce counts when it is for good: a full mailbox is emptied some day.
    """
    if not isinstance(told, dict) or not isinstance(told.get("mail"), dict):
        return None
    kind, addresses = _kind(told)
    if kind is None:
        return None
    return MailEvent(kind, _mail_of(told["mail"]), str(told["mail"].get("messageId", "")), addresses)


def _kind(told: Mapping[str, Any]) -> tuple[Event | None, tuple[str, ...]]:
    match told.get("eventType"):
        case "Send" | "Delivery":
            return "sent", ()
        case "Bounce" if (bounce := _object(told, "bounce")).get("bounceType") == "Permanent":
            return "bounced", _addresses(bounce.get("bouncedRecipients"))
        case "Complaint":
            return "complained", _addresses(_object(told, "complaint").get("complainedRecipients"))
        case "Reject" | "Rendering Failure":
            return "failed", ()
    return None, ()


def _mail_of(mail: Mapping[str, Any]) -> UUID | None:
    """Our own id, which went with the mail as a tag."""
    found = _object(mail, "tags").get("mail")
    try:
        return UUID(found[0]) if isinstance(found, list) else None
    except (TypeError, IndexError, ValueError, AttributeError):
        return None


def _addresses(recipients: Any) -> tuple[str, ...]:
    given = recipients if isinstance(recipients, list) else []
    found = (each.get("emailAddress") for each in given if isinstance(each, dict))
    return tuple(each.lower() for each in found if isinstance(each, str))


def _object(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}
