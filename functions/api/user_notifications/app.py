"""GET, PUT /api/user/notifications: a member chooses whether and when they are reminded."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import preferences
from vizdots.transaction import Json

app = api()


@app.get("/api/user/notifications")
def show_notifications(caller: SignedIn) -> Json[preferences.Notifications]:
    """The caller's choices."""
    return caller.read(preferences.notifications, at=caller.at)


@app.put("/api/user/notifications")
def choose_notifications(sent: preferences.NotificationChoice, caller: SignedIn) -> Json[preferences.Notifications]:
    """Keep the choices. Turning reminders on takes back an unsubscription."""
    return caller.write(preferences.choose_notifications, sent, at=caller.at)


handler = entrypoint(app)
