"""A person's own word on what was understood: that it is right, or what it should be. The fact itself stays."""

from datetime import datetime
from typing import Any, Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field, ValidationError

from vizdots import learning, outputs, profiles
from vizdots.agents import AgentCode
from vizdots.errors import Conflict, Invalid, NotFound
from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Key, Step, Transaction

MOST_TRIES: Final = 3  # a check-in may be merging into the same profile meanwhile

# What the person alone can say of themself: a correction of these outlives whatever an agent understands later.
THEIR_OWN: Final = ("role_summary", "primary_duties")


class Review(Input):
    """What the person says of their dot."""

    verdict: Literal["confirmed", "corrected"]
    corrected: dict[str, Any] | None = Field(
        None, description="The agent's whole output as it should be, where it is corrected."
    )


class Reviewed(Answer):
    """The dot's output as it counts now."""

    dot_id: UUID
    verdict: Literal["confirmed", "corrected"]
    answer_json: dict[str, Any]


class Learned(Answer):
    """What a completed check-in came to, for the person to confirm or correct."""

    dot_id: UUID
    agent_code: AgentCode
    answer_json: dict[str, Any] | None
    is_private: bool
    verdict: Literal["confirmed", "corrected"] | None = Field(description="The newest word of the person on it.")
    may_be_private: bool = Field(description="Whether the organisation lets people mark dots private.")


LEARNED: Final[LiteralString] = """
    select json_build_object('dot_id', a.id, 'agent_code', a.agent_code, 'answer_json', app.effective_answer(a),
      'is_private', a.is_private, 'may_be_private', o.employee_can_mark_private,
      'verdict', (select r.verdict from public.answer_reviews r where r.answer_id = a.id
        order by r.created_at desc, r.id desc limit 1))::text
    from public.answers a join public.organizations o on o.id = a.org_id
    where a.session_id = %(session_id)s and a.user_id = (select auth.uid())
"""

READ: Final[LiteralString] = """
    select a.agent_code, a.session_id, a.created_at, app.effective_answer(a) as output,
      coalesce(p.profile_json, '{}') as profile, coalesce(p.version, 0) as version,
      case when a.agent_code = 'workflow_mapper' then
        (select coalesce(json_agg(w), '[]') from app.known_workflows(a.org_id) w) end as workflows,
      case when a.agent_code = 'workflow_mapper' then app.workflows_seen(a.org_id) end as workflows_seen
    from public.answers a
    left join public.user_profiles p on p.org_id = a.org_id and p.user_id = a.user_id
    where a.id = %(dot_id)s and a.user_id = (select auth.uid()) and a.redacted_at is null
"""

WRITE: Final[LiteralString] = """
    with merged as (
      insert into public.user_profiles as p (org_id, user_id, profile_json, created_at)
      select a.org_id, a.user_id, %(profile)s, %(at)s from public.answers a
      where a.id = %(dot_id)s and (%(telling)s::jsonb is null or app.hold_workflows(a.org_id, %(workflows_seen)s))
      on conflict (org_id, user_id) do update set profile_json = excluded.profile_json, version = p.version + 1
        where p.version = %(version)s
      returning org_id, user_id),
    reviewed as (
      insert into public.answer_reviews (org_id, user_id, answer_id, verdict, corrected, created_at)
      select org_id, user_id, %(dot_id)s, %(verdict)s, %(corrected)s, %(at)s from merged
      returning json_build_object('dot_id', answer_id, 'verdict', verdict,
        'answer_json', coalesce(corrected, %(output)s))::text as answer)
    select answer, app.answer_once(%(key)s, %(route)s, %(fingerprint)s, %(at)s, answer),
      case when %(telling)s::jsonb is not null then app.keep_telling(%(dot_id)s, %(telling)s, %(at)s) end
    from reviewed
"""


def learned(db: Transaction, session_id: UUID) -> Json[Learned]:
    """What a check-in of the caller's own came to. Raises NotFound while it isn't complete, and for anybody else's."""
    found = db.json(LEARNED, session_id=session_id)
    if found is None:
        raise NotFound("There is no such dot.", code="dot_not_found")
    return found


def review(step: Step, dot_id: UUID, sent: Review, *, key: Key | None, at: datetime) -> Json[Reviewed]:
    """Keep the person's word on a dot and let it count in their profile, once for each `key`.

    Two round trips: read, and write if the profile is still the version that was read. Raises NotFound for anybody
    else's dot, Invalid (`errors` lists the fields) for a correction that isn't an output of the agent, Conflict when
    the profile keeps changing.
    """
    for _ in range(MOST_TRIES):
        known = step(_read, dot_id)
        output = _output(known, sent)
        kept = step(_write, dot_id, known, sent.verdict, output, key=key, at=at)
        if kept is not None:
            return kept
    raise Conflict("Your profile is being changed elsewhere.", code="profile_busy", retry_after=2)


def _output(known: dict[str, Any], sent: Review) -> outputs.Output:
    model = outputs.OUTPUTS[known["agent_code"]]
    told = known["output"] if sent.verdict == "confirmed" else sent.corrected
    if told is None:
        raise Invalid("A correction says what is right.", code="invalid_correction", errors=[{"path": "corrected"}])
    try:
        return model.model_validate(_stated(model, told))
    except ValidationError as error:
        found = [{"path": ".".join(map(str, it["loc"])), "type": it["type"]} for it in error.errors()]
        raise Invalid(
            "The correction is not what this agent learns.", code="invalid_correction", errors=found
        ) from None


def _stated(model: type[outputs.Output], told: dict[str, Any]) -> dict[str, Any]:
    """A rating that the person gives in a correction is stated by them, whatever was inferred before."""
    return told | {f"{name}_source": "stated" for name in model.rated if told.get(name) is not None}


def _merged(known: dict[str, Any], output: outputs.Output) -> dict[str, Any]:
    merged = learning.merge(
        known["profile"], known["agent_code"], output, session_id=str(known["session_id"]), at=known["created_at"]
    )
    own = {name: getattr(output, name) for name in THEIR_OWN if getattr(output, name, None)}
    if own:
        merged = profiles.change(merged, profiles.ProfileChange(**own))
    return {**merged, "gaps": profiles.gaps(merged)}


def _telling(known: dict[str, Any], output: outputs.Output) -> dict[str, Any] | None:
    """The person has seen it and says that it is so, or how it is: that counts among what is told of the work."""
    if not isinstance(output, outputs.WorkflowMapper):
        return None
    from vizdots.workflows import discovery  # noqa: PLC0415 - paid only by a review of a dot about work

    return discovery.told(output, known["workflows"])


def _read(db: Transaction, dot_id: UUID) -> dict[str, Any]:
    found = db.row(READ, dot_id=dot_id)
    if found is None:
        raise NotFound("There is no such dot.", code="dot_not_found")
    return found


def _write(
    db: Transaction,
    dot_id: UUID,
    known: dict[str, Any],
    verdict: str,
    output: outputs.Output,
    *,
    key: Key | None,
    at: datetime,
) -> Json[Reviewed] | None:
    told = output.model_dump()
    return db.json(
        WRITE,
        dot_id=dot_id,
        profile=_merged(known, output),
        version=known["version"],
        verdict=verdict,
        corrected=told if verdict == "corrected" else None,
        output=told,
        telling=_telling(known, output),
        workflows_seen=known["workflows_seen"],
        at=at,
        key=key and key.value,
        route=key and key.route,
        fingerprint=key and key.fingerprint,
    )
