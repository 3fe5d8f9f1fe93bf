"""The one structured log: JSON lines with the correlation id, and never a person's words."""

import os
from typing import Final

from aws_lambda_powertools import Logger

log: Final = Logger(
    service=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "vizdots"),
    level=os.environ.get("LOG_LEVEL", "INFO"),
    # A traceback of psycopg or pydantic may quote values: what failed is told by type and place instead.
    serialize_stacktrace=False,
)


def where(error: BaseException) -> str:
    """The file, line and function that raised `error`: enough to find it, without the values a message may quote."""
    trace = error.__traceback__
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}"
