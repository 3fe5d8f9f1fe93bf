"""The product on this machine, without AWS: up, reset, db-url, token, invoke. The Makefile calls it."""

import argparse
import json
import sys
from pathlib import Path

from local.errors import CannotRunError
from local.folder import Folder


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns its exit code: 1 follows one sentence on stderr that says why it can't be done."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--folder", type=Path, default=None, help="where the data is kept (.local)")
    parser.add_argument("--template", type=Path, default=None, help="what is run (template.yaml)")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run everything until Ctrl-C")
    up.add_argument("--port", type=int, default=8000)
    up.add_argument("--empty", action="store_true", help="without the demo organisations at the first start")
    commands.add_parser("reset", help="forget the local data")
    commands.add_parser("db-url", help="the URL of the local database")
    token = commands.add_parser("token", help="an access token of an account")
    token.add_argument("email")
    invoke = commands.add_parser("invoke", help="run one function once")
    invoke.add_argument("function", help="its folder: cron/scheduler")
    invoke.add_argument("--event", type=Path, default=None, help="a file with the event, instead of the one in events/")
    given = parser.parse_args(arguments)
    try:
        return _run(given, Folder(given.folder) if given.folder else Folder())
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(given: argparse.Namespace, folder: Folder) -> int:
    # Each command imports what it needs: `make db-url` answers at once.
    match given.command:
        case "up":
            from local import product, up  # noqa: PLC0415
            from local.narrator import Narrator  # noqa: PLC0415

            first_run = () if given.empty else up.FIRST_RUN
            up.up(folder, given.port, Narrator(), template=given.template or product.TEMPLATE, first_run=first_run)
        case "reset":
            print("Forgotten." if folder.forget() else "There was nothing to forget.")
        case "db-url":
            print(folder.require_running().admin_url)
        case "token":
            print(_token(folder, given.email))
        case "invoke":
            from local import invoke  # noqa: PLC0415

            answer, worked = invoke.once(folder, given.function, given.event, given.template)
            print(json.dumps(answer, indent=2, ensure_ascii=False))
            return 0 if worked else 1
    return 0


def _token(folder: Folder, email: str) -> str:
    if not email:
        raise CannotRunError("Whose token? Say it like this: make token EMAIL=owner@acme.test")
    running = folder.require_running()
    from contextlib import closing  # noqa: PLC0415

    from local.identity.settings import Settings  # noqa: PLC0415
    from local.identity.stand_in import Identity  # noqa: PLC0415

    with closing(
        Identity.open(running.owner_url, Settings(site_url=running.url, supabase_url=running.url))
    ) as identity:
        try:
            return identity.issue_token(email)
        except LookupError as error:
            raise CannotRunError(f"{error}.") from None


if __name__ == "__main__":
    sys.exit(main())
