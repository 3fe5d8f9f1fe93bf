"""The least that a function of ours could do: psycopg, a connection, `select 1`."""

import os
from typing import Any

import psycopg


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Connect and ask for 1."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=None) as connection:
        row = connection.execute("select 1").fetchone()
    return {"statusCode": 200, "body": str(row)}
