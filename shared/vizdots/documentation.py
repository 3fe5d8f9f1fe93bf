"""What the API says of itself: the OpenAPI 3.1 document, written by `make openapi` from the routes of all functions."""

from functools import cache
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).with_name("openapi.json")


@cache
def openapi() -> str:
    """The document as JSON. A test holds it against the routes."""
    return DOCUMENT.read_text(encoding="utf-8")
