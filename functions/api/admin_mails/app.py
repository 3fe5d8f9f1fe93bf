"""GET /api/admin/mails, POST …/retry: an admin sees whether mails arrive, and has failed invitations mailed again."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import Cursor, Limit, api, entrypoint
from common.auth import SignedIn
from vizdots import mail_reports
from vizdots.transaction import Json

app = api()

Window = Annotated[mail_reports.Days, Query(description="So many days, today included.")]


@app.get("/api/admin/mails")
def show_mails(
    caller: SignedIn, days: Window = "30", limit: Limit = 50, cursor: Cursor = None
) -> Json[mail_reports.MailReport]:
    """How mails arrive, and which invitations don't. Who is reminded, or doesn't want to be, can't be read off it."""
    return caller.read(mail_reports.shown, days, at=caller.at, limit=limit, cursor=cursor)


@app.post("/api/admin/mails/retry")
def retry_mails(sent: mail_reports.MailRetry, caller: SignedIn) -> Json[mail_reports.Retried]:
    """Mail a failed invitation again, to another address if need be, or all of them whose address is good."""
    return caller.write(mail_reports.retry, sent, at=caller.at)


handler = entrypoint(app)
