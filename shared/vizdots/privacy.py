"""What a person's organisation lays down about their words, and what they agreed to."""

from datetime import datetime
from typing import Final, LiteralString

from pydantic import Field

from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

CONSENT_VERSION: Final = "1"  # of the text that people agree to; a new text is a new version


class Privacy(Answer):
    """The switches that a member should know of, and their own consent."""

    organization_name: str
    may_be_private: bool = Field(description="Whether people may mark dots private.")
    uses_model: bool = Field(description="Whether what people say may be sent to a language model.")
    min_group_size: int = Field(description="Answers of fewer people than this are never shown.")
    data_retention_days: int | None
    notice: str | None = Field(description="The organisation's own privacy notice, where it has one.")
    policy_url: str | None
    consent_required: bool
    has_consented: bool


SHOW: Final[LiteralString] = """
    select json_build_object('organization_name', o.name, 'may_be_private', o.employee_can_mark_private,
      'uses_model', o.allow_llm, 'min_group_size', o.min_group_size, 'data_retention_days', o.data_retention_days,
      'notice', case when o.privacy_notice_enabled then o.privacy_notice_text end, 'policy_url', o.privacy_policy_url,
      'consent_required', o.data_processing_consent_required,
      'has_consented', app.has_consented(o, (select auth.uid())))::text
    from public.organizations o where o.id = app.my_org()
"""

CONSENT: Final[LiteralString] = """
    insert into public.user_consents (org_id, user_id, consent_type, version, granted_at)
    select o.id, (select auth.uid()), 'data_processing', %(version)s, %(at)s
    from public.organizations o
    where o.id = app.my_org() and not exists (select from public.user_consents c
      where c.org_id = o.id and c.user_id = (select auth.uid()) and c.consent_type = 'data_processing'
        and c.withdrawn_at is null)
"""


def shown(db: Transaction) -> Json[Privacy]:
    """What holds for the caller in the organisation they act in."""
    return Json(db.json(SHOW))


def consent(db: Transaction, *, at: datetime) -> None:
    """Let the caller agree that what they say is processed. Agreeing twice is harmless."""
    db.rows(CONSENT, version=CONSENT_VERSION, at=at)
