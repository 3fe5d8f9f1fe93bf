"""GET, PATCH /api/admin/settings: an admin looks up how the organisation is set, an owner changes it."""

from aws_lambda_powertools.event_handler import Response

from common.api import IfMatch, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots import organizations
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/settings")
def show_settings(caller: SignedIn) -> Response[Json[organizations.OrganizationSettings]]:
    """Name, time zone, week and features, with the ETag that a change of them takes."""
    return tagged(caller.read(organizations.settings))


@app.patch("/api/admin/settings")
def change_settings(
    sent: organizations.OrganizationSettingsChange, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[organizations.OrganizationSettings]]:
    """Change what was sent; 412 where somebody else has changed the settings since they were looked up."""
    return tagged(caller.write(organizations.change_settings, sent, expected=etag_of(if_match)))


handler = entrypoint(app)
