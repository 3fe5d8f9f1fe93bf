"""POST /api/auth/accept-invite: whoever brings an invitation's token gets an account and is a member."""

from functools import partial
from typing import Annotated

from pydantic import Field

from common.accounts import open_account
from common.api import api, entrypoint
from common.auth import Anyone
from vizdots import invitations
from vizdots.shapes import Input
from vizdots.transaction import Json

app = api()


class Acceptance(Input):
    """What the mail's link carried, and the password for the account."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    password: invitations.NewPassword


@app.post("/api/auth/accept-invite")
def accept_invitation(sent: Acceptance, caller: Anyone) -> Json[invitations.Accepted]:
    """The mail proves the address: the account is confirmed, and the client signs in with the password.

    409 sign_in_first where the address has a confirmed account; 410 for an invitation that is over.
    """
    opens = partial(open_account, password=sent.password)
    return caller.write(invitations.accept, sent.token, open_account=opens, at=caller.at)


handler = entrypoint(app)
