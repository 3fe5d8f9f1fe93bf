"""How a mail is shown: which part of it, in which light, and how wide."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

# The first of each is what is shown unless another is asked for.
SHOWN: Final = {"letter": "Mail", "text": "Plain text", "source": "Headers and source"}
LOOKS: Final = {"browser": "As here", "light": "Light", "dark": "Dark"}
WIDTHS: Final = {"600": "Window (600)", "375": "Phone (375)"}

_HEAD: Final = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """One way to look at a mail."""

    show: str = "letter"
    look: str = "browser"
    width: str = "600"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """What a query asks for; where it asks for nothing that there is, the usual."""
        known = {"show": SHOWN, "look": LOOKS, "width": WIDTHS}
        return cls(**{name: query[name] for name, ways in known.items() if query.get(name) in ways})

    def query(self, **otherwise: Any) -> str:
        """The query of this choice, or of one that differs so."""
        return urlencode(asdict(replace(self, **otherwise)))


def dressed(html: str, look: str) -> str:
    """A mail's HTML as its frame shows it: links open elsewhere, and the light is the one that was chosen."""
    if look != "browser":
        html = html.replace("(prefers-color-scheme: dark)", "all" if look == "dark" else "not all")
        html = html.replace("color-scheme: light dark", f"color-scheme: {look}")
    base = '<base target="_blank">'
    return _HEAD.sub(lambda it: it[0] + base, html, count=1) if _HEAD.search(html) else base + html
