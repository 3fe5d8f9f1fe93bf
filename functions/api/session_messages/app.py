"""POST /api/sessions/{session_id}/messages: a member says something in their check-in and is answered."""

from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from common import ai
from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import conversation
from vizdots.shapes import Input
from vizdots.texts import Words

app = api()


class Said(Input):
    """Either `isOpening`, to be greeted and asked the first question, or a `message`."""

    message: Words | None = None
    is_opening: bool = Field(False, alias="isOpening")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if self.is_opening == (self.message is not None):
            raise ValueError('send either {"isOpening": true} or {"message": "…"}')
        return self


@app.post("/api/sessions/<session_id>/messages")
def take_turn(session_id: UUID, sent: Said, caller: SignedIn) -> conversation.Reply:
    """The message is kept before anybody is asked. Sent again with the same Idempotency-Key it is answered once."""
    ask = ai.ask if ai.is_available() else None
    key = caller.key.value if caller.key else None
    return conversation.take_turn(caller.step, ask, session_id, sent.message, key=key, at=caller.at)


handler = entrypoint(app)
