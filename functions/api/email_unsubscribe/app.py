"""POST /api/email/unsubscribe: somebody, or their mailbox with one click (RFC 8058), wants no more mails of a kind."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import api, entrypoint
from common.auth import Anyone
from common.links import bearer_of
from vizdots import unsubscribing
from vizdots.transaction import Json

app = api()

Token = Annotated[str, Query(max_length=600, description="The token of the mail's link.")]


@app.post("/api/email/unsubscribe")
def unsubscribe(token: Token, caller: Anyone) -> Json[unsubscribing.Left]:
    """Stop the mails of the kind that the link is of. The link is proof enough, and good for nothing else."""
    asked = bearer_of(token, unsubscribing.PURPOSE, unsubscribing.Leave)
    return caller.as_bearer(asked.user_id, asked.org_id).step(unsubscribing.stop, asked, at=caller.at)


handler = entrypoint(app)
