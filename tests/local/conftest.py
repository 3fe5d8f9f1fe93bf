"""A small stack of its own for the tests of the local product: a template and a few functions in a folder."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from local import template
from local.template import Stack

HEAD = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Handler: app.handler
    Timeout: 10
    MemorySize: 256
Resources:
"""

Write = Callable[..., Stack]


@pytest.fixture
def write_stack(tmp_path: Path) -> Write:
    """Writes template.yaml below the common head, and the source of its functions by their folder."""

    def write(resources: str, endpoint: str = "http://127.0.0.1:5000", **functions: str) -> Stack:
        indented = "\n".join(f"  {line}" for line in dedent(resources).splitlines())
        (tmp_path / "template.yaml").write_text(HEAD + indented)
        for name, source in functions.items():
            folder = tmp_path / "functions" / name.replace("__", "/")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "app.py").write_text(dedent(source))
        return template.read(tmp_path / "template.yaml", endpoint=endpoint)

    return write
