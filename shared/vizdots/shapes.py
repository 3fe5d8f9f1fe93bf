"""The shapes of what comes in and goes out: closed on the way in, documentation on the way out."""

from pydantic import BaseModel, ConfigDict


class Input(BaseModel):
    """What a client sends. A field of an unknown name is a mistake, and told as one; its value is never repeated."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """What the database answers as JSON. Only tests and the OpenAPI document build it: no cold start pays for it."""

    model_config = ConfigDict(defer_build=True)
