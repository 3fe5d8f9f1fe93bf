"""GET, PUT /api/user/notifications: a member chooses which mails they get, and when they are away."""

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
    """Keep the choices. Turning a kind of mail on takes back its unsubscription."""
    return caller.write(preferences.choose_notifications, sent, at=caller.at)


handler = entrypoint(app)
