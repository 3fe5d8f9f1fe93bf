"""E-mail addresses: which texts are one."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

LONGEST: Final = 254  # characters, RFC 5321
LONGEST_MAILBOX: Final = 64  # characters before the @

_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def is_one(text: str) -> bool:
    """Whether a mail can be sent to this text, which is in lower case."""
    mailbox = text.partition("@")[0]
    return len(text) <= LONGEST and len(mailbox) <= LONGEST_MAILBOX and bool(_ADDRESS.fullmatch(text))


def _checked(text: str) -> str:
    if not is_one(text):
        raise PydanticCustomError("invalid_email", "This is not an e-mail address")
    return text


Address = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=LONGEST), AfterValidator(_checked)
]
