"""The one structured log: JSON lines with the correlation id, and never a person's words."""

import logging
import os
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

OURS: Final = ("common", "vizdots", "app", "pages", "frame", "local")


def where(error: BaseException) -> str:
    """The deepest line of ours that `error` passed through: enough to find it, no quoted values."""
    place = "unknown"
    trace = error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in OURS or place == "unknown":
            place = f"{module}.{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class _WithoutValues(LambdaPowertoolsFormatter):
    """A traceback of psycopg or pydantic may quote values: what failed is told by type and place instead."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name of the standard library
        return where(ei[1])


log: Final = Logger(
    service=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "vizdots"),
    level=os.environ.get("LOG_LEVEL", "INFO"),
    logger_formatter=_WithoutValues(serialize_stacktrace=False),
)

# At DEBUG the resolver logs what a handler is called with, and that is what people say.
logging.getLogger("aws_lambda_powertools").setLevel(logging.WARNING)
