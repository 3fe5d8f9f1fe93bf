"""GET /api/evidence: "Why are you saying this?", asked by an admin, or by whoever has told of it."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import evidence

app = api()

What = Annotated[UUID, Query(alias="id", description="Of a version or a variant; of the workflow, for all else.")]
Part = Annotated[
    str | None,
    Query(max_length=200, pattern=r"^[^\x00]*$", description="The step's key; the name of the tool or data source."),
]


@app.get("/api/evidence")
def explain(caller: SignedIn, kind: evidence.Claim, what: What, key: Part = None) -> Json[evidence.Why]:
    """How many people say so, in whole groups, in how many weeks, and the caller's own dots that do.

    404 `nothing_to_explain` for what isn't there, and for what the caller has no part in.
    """
    return caller.read(evidence.why, kind, what, key)


handler = entrypoint(app)
