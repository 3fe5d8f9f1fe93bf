"""The static files, under addresses that change with what is in them, so that browsers may keep them for a year."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
PATH: Final = "/static/{digest}/{name:path}"
FOR_EVER: Final = "public, max-age=31536000, immutable"


@cache
def url(name: str) -> str:
    """The address of a file of `static/`. Raises FileNotFoundError for one that isn't there."""
    return f"/static/{_digest(name)}/{name}"


async def serve(request: Request) -> Response:
    """A static file. Under an old address it is given as it is now, but not to be kept."""
    name = request.path_params["name"]
    if name not in _names():
        return Response("There is no such file.", 404, media_type="text/plain")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    keep = FOR_EVER if request.path_params["digest"] == _digest(name) else "no-cache"
    return Response((FOLDER / name).read_bytes(), media_type=kind, headers={"Cache-Control": keep})


@cache
def _names() -> frozenset[str]:
    """What may be served: only names that are there, so that no path can lead out of the folder."""
    return frozenset(each.relative_to(FOLDER).as_posix() for each in FOLDER.rglob("*") if each.is_file())


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
