"""POST /api/user/dots/{dot_id}/review: a member says whether they were understood, or what is right."""

from uuid import UUID

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import reviews
from vizdots.transaction import Json

app = api()


@app.post("/api/user/dots/<dot_id>/review")
def review_dot(dot_id: UUID, sent: reviews.Review, caller: SignedIn) -> Json[reviews.Reviewed]:
    """The dot itself stays a fact; what the person says of it counts from now on."""
    return caller.steps(reviews.review, dot_id, sent, key=caller.key, at=caller.at)


handler = entrypoint(app)
