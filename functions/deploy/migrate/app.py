"""CloudFormation, during every deploy: bring the database to the newest migration before new code takes traffic.

Deleting the stack leaves the data.
"""

from functools import partial
from typing import Any

from common import config, custom_resource, migrations


def handler(event: dict[str, Any], context: Any) -> None:
    """Migrate on Create and Update; a failure rolls the deploy back."""
    custom_resource.answer(
        event,
        context,
        partial(migrate, event["RequestType"]),
        name="vizdots-migrations",
        outspoken=(migrations.MigrationError, config.MisconfiguredError),
    )


def migrate(request_type: str) -> str:
    """Apply what is pending and let the functions sign in; what was done, in a sentence."""
    if request_type == "Delete":
        return "nothing to apply"
    owner = config.secret("DATABASE_ADMIN_URL")
    # CloudFormation comes here to go back to the old code, too, and the old code's files are fewer.
    applied = migrations.up(owner, may_be_ahead=True)
    migrations.ensure_login(owner, config.secret("DATABASE_URL"))
    return "applied: " + ", ".join(applied) if applied else "nothing to apply"
