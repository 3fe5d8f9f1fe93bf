"""One click, and no more mails of a kind: what a mail's own link allows, and nothing else."""

from datetime import datetime
from typing import Final, Literal, LiteralString
from uuid import UUID

from pydantic import BaseModel, Field

from vizdots.errors import NotFound
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

PURPOSE: Final = "unsubscribe"

Kind = Literal["reminder", "trial_ending"]


class Leave(BaseModel):
    """Whose mails of which kind a link stops. It is good for that alone."""

    user_id: UUID
    org_id: UUID
    kind: Kind


class Left(Answer):
    """What has been stopped."""

    kind: Kind = Field(description="The kind of mail that doesn't come any more.")
    organization_name: str


STOP: Final[LiteralString] = "select app.mute_mails(%(org)s, %(kind)s, %(at)s)::text"


def stop(db: Transaction, asked: Leave, *, at: datetime) -> Json[Left]:
    """Send the person no more mails of the kind. Done twice, it does nothing more.

    Raises NotFound for somebody who isn't there any more.
    """
    stopped = db.json(STOP, org=asked.org_id, kind=asked.kind, at=at)
    if stopped is None:
        raise NotFound("There is nobody to be mailed.", code="nobody_to_mail")
    return stopped
