"""Names of people and organisations, made fit for a mail: what somebody calls themselves mustn't speak in our name.

Whoever can write a name can have us mail it to strangers. So it is one line of moderate length, shows what it is and
nothing else, and no mail program makes a link of it.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator

LONGEST: Final = 60  # characters that are shown
NOTHING: Final = "…"  # instead of a name of which nothing can be seen

_JOINERS: Final = "\u200c\u200d"  # they belong to Persian, to Indian scripts, and to many an emoji
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DOT: Final = re.compile(r"(?<=\w)[.。．｡](?=\w)")


def visible(text: str) -> str:
    """The text in one line, without what controls it or hides in it: line breaks, overrides of direction, formats."""
    kept = (
        character
        for character in " ".join(text.split())
        if not unicodedata.category(character).startswith("C") or character in _JOINERS
    )
    return " ".join("".join(kept).split())


def shown(name: str) -> str:
    """The name as a mail shows it."""
    plain = visible(_SCHEME.sub("", visible(name)))
    short = plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"
    return _DOT.sub("\\g<0>\u200c", short) or NOTHING  # “acme.example” reads as before, and is an address no more


Name = Annotated[str, AfterValidator(shown)]
