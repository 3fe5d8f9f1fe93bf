"""What PostgreSQL says, said as the product says it: statuses and codes, and nothing of a statement or its values."""

import json
from typing import Final, NoReturn

import psycopg

from common.log import log
from vizdots import errors


class ReplayedError(Exception):
    """This Idempotency-Key has been answered before: the kept answer is to be given again."""


BY_STATUS: Final = {kind.status: kind for kind in errors.VizDotsError.__subclasses__()}


def raise_as_ours(error: psycopg.Error) -> NoReturn:
    """Turn what PostgreSQL says into what the product says. Nothing of the statement or its values gets through.

    SQL of ours raises with SQLSTATE `VD` + the HTTP status: its message is the detail, its hint the code, and its
    DETAIL, where there is one, the seconds to wait, or a JSON object of what else the problem document tells.
    """
    state = error.sqlstate or ""
    diagnosis = error.diag
    if state == "VD208":
        raise ReplayedError from None
    if state.startswith("VD"):
        kind = BY_STATUS.get(int(state[2:]), errors.Conflict)
        told = diagnosis.message_detail or ""
        wait = int(told) if told.isdigit() else None
        fields = json.loads(told) if told.startswith("{") else {}
        raise kind(diagnosis.message_primary or "", code=diagnosis.message_hint, retry_after=wait, **fields) from None
    match error:
        case psycopg.errors.UniqueViolation():
            raise errors.Conflict("There is one already.", code="already_exists") from error
        case psycopg.errors.ForeignKeyViolation() | psycopg.errors.CheckViolation() | psycopg.errors.DataError():
            raise errors.Invalid("A value is not one that can be kept.") from error
        case psycopg.errors.InsufficientPrivilege():
            raise errors.Forbidden from error
        case psycopg.errors.SerializationFailure() | psycopg.errors.DeadlockDetected():
            raise errors.Unavailable("Somebody else was changing the same thing.", retry_after=1) from error
        case psycopg.OperationalError():
            raise errors.Unavailable("The database doesn't answer.", retry_after=2) from error
        case (
            psycopg.errors.InvalidSchemaName()
            | psycopg.errors.UndefinedTable()
            | psycopg.errors.UndefinedColumn()
            | psycopg.errors.UndefinedFunction()
        ):
            # A deploy whose migrations are still to come, or a mistake of ours: the log tells. It quotes no value.
            log.error("the database lacks what a statement names", extra={"lacks": diagnosis.message_primary})
            raise errors.Unavailable("The database isn't migrated.", code="not_migrated", retry_after=10) from error
    raise error
