"""GET, POST /api/admin/members/import: an admin fetches an empty roster, and has a filled one checked or taken in."""

from typing import Final

from aws_lambda_powertools.event_handler import Response

from common.api import CsvFile, api, entrypoint
from common.auth import SignedIn
from common.requests import LARGEST_FILE
from vizdots import roster, roster_import
from vizdots.transaction import Json

app = api()

DOWNLOAD: Final = {"Content-Disposition": 'attachment; filename="vizdots-people.csv"'}


@app.get(
    "/api/admin/members/import",
    responses={200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def download_roster_template(caller: SignedIn, delimiter: roster.Delimiter = "comma") -> Response[str]:
    """A file with nobody in it, with the columns that an import knows."""
    return Response(200, "text/csv; charset=utf-8", roster.template(delimiter), DOWNLOAD)


@app.post("/api/admin/members/import")
def import_members(
    caller: SignedIn, file: CsvFile, dry_run: bool = True, create_departments: bool = False, invite: bool = True
) -> Json[roster_import.Report]:
    """Check a file of people (`dry_run`), or make members of those in it who aren't: all of them, or nobody.

    UTF-8, the first line names the columns: name, email, job_title, department, supervisor_email, is_supervisor. Each
    thing that is wrong is told with its line; a file with problems is 422 when it is meant, and nothing is written.
    """
    if dry_run:
        return caller.read(roster_import.dry_run, file, create_departments=create_departments)
    return caller.steps(
        roster_import.run,
        file,
        create_departments=create_departments,
        invite=invite,
        key=caller.key,
        at=caller.at,
    )


handler = entrypoint(app, largest_body=LARGEST_FILE)
