"""Where a mailed link may lead at last: to the site, to origins that the operator names, nowhere else."""

import ipaddress
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from starlette.requests import Request

from local.identity.settings import Settings

DEFAULT_PORTS = {"http": 80, "https": 443}


def target(request: Request, settings: Settings, asked_for: str = "") -> str:
    """What the client asked for (body, header or query), else where the request came from, else the site."""
    wishes = (
        asked_for,
        request.headers.get("redirect_to", ""),
        request.query_params.get("redirect_to", ""),
        request.headers.get("referer", ""),
    )
    return next((wish for wish in wishes if is_allowed(wish, settings)), settings.site_url)


def is_allowed(url: str, settings: Settings) -> bool:
    """Whether a browser that follows the URL ends at an allowed origin; on the loopback any port will do (RFC 8252)."""
    # Browsers read a backslash as a slash and drop control characters: such a URL doesn't say where it leads.
    if not url or "\\" in url or not url.isprintable() or " " in url:
        return False
    wanted = _origin(url)
    if wanted is None:
        return False
    allowed = [_origin(origin) for origin in (settings.site_url, *settings.allowed_origins)]
    if wanted in allowed:
        return True
    return _is_loopback(wanted[1]) and any(origin is not None and origin[:2] == wanted[:2] for origin in allowed)


def with_fragment(url: str, parameters: dict[str, str]) -> str:
    """The URL with these parameters as its fragment, which browsers send to no server."""
    return urlunsplit(_split(url)._replace(fragment=urlencode(parameters)))


def with_query(url: str, parameters: dict[str, str]) -> str:
    """The URL with these parameters after those of its query."""
    parts = _split(url)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return urlunsplit(parts._replace(query=query))


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    return parts._replace(path=parts.path or "/")


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for what is no address of a web site, or carries credentials."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
