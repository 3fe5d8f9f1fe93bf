"""GET, POST, PUT /api/admin/setup: a founder tells step by step what their company is like."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from common.api import IfMatch, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from common.requests import LARGEST_FILE
from vizdots import setup
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/setup")
def show_setup(caller: SignedIn) -> Response[Json[setup.Setup]]:
    """How far the caller is: a set-up goes on where it was left, on any device."""
    return tagged(caller.read(setup.shown))


@app.post("/api/admin/setup")
def begin_setup(caller: SignedIn) -> Response[Json[setup.Setup]]:
    """Begin a set-up, or go on with the one under way. Whoever belongs to an organisation may found another."""
    return tagged(caller.write(setup.begin, at=caller.at))


@app.put("/api/admin/setup")
def save_step(
    sent: Annotated[setup.Step, Body()], caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[setup.Setup]]:
    """Keep a step: the next one, or an earlier one once more. None can be skipped: 409 names the `next_step`."""
    return tagged(caller.write(setup.save, sent, founder=caller.email, expected=etag_of(if_match)))


handler = entrypoint(app, largest_body=LARGEST_FILE)  # ten thousand people
