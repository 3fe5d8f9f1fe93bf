"""GET, PATCH /api/user/profile: a member reads, corrects and confirms what is known of their work."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import onboarding, profiles
from vizdots.transaction import Json

app = api()


@app.get("/api/user/profile")
def show_profile(caller: SignedIn) -> Json[onboarding.OwnProfile]:
    """The caller's own profile. Nobody else can see it."""
    return caller.read(onboarding.shown)


@app.patch("/api/user/profile")
def change_profile(sent: profiles.ProfileChange, caller: SignedIn) -> Json[onboarding.OwnProfile]:
    """Correct the profile, or confirm it as it stands: what a person wrote outlives what agents learn."""
    return caller.steps(onboarding.change, sent, key=caller.key, at=caller.at)


handler = entrypoint(app)
