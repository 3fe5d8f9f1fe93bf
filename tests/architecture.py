"""The directions of the house, read off its imports: who may use whom, and what stays behind which door.

Each rule takes the root of a repository and yields one sentence for each place that breaks it.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Set
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent

Rule = Callable[[Path], Iterator[str]]

OURS: Final = {"common", "vizdots", "functions", "app", "local", "tests", "tools"}
WHAT_COMMON_MAY_KNOW: Final = {"vizdots.errors", "vizdots.transaction", "vizdots.model", "vizdots.sender"}
WHAT_RULES_MAY_USE: Final = {"babel", "jinja2", "pydantic", "pydantic_core", "typing_extensions"}
DOORS_TO_THE_WORLD: Final = {  # of the standard library; what else touches the world comes from outside of it
    *("asyncio", "ftplib", "http", "imaplib", "multiprocessing", "poplib", "smtplib", "socket", "sqlite3", "ssl"),
    *("subprocess", "urllib.request", "xmlrpc"),
}
CLIENTS: Final = {"openai": "ai.py", "stripe": "billing.py"}
LONGEST_HANDLER: Final = 60  # lines

_CLOCK_IN_SQL: Final = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(current_(timestamp|date|time)|"
    r"localtime(stamp)?)\b",
    re.IGNORECASE,
)
_CLOCKS: Final = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
}


def functions_use_common_and_vizdots_and_never_each_other(root: Path) -> Iterator[str]:
    """A function is an adapter: what two of them share belongs into common or vizdots."""
    for file in _python(root, "functions"):
        for name in _imports(file):
            if _top(name) in OURS - {"common", "vizdots"} or name.startswith("."):
                yield _told(root, file, f"a function imports {name}")


def common_knows_nothing_of_the_product_but_its_errors_and_its_transaction(root: Path) -> Iterator[str]:
    """The doors carry whatever the product is."""
    for file in _python(root, "layers/common/common"):
        for name in _imports(file):
            known = name in WHAT_COMMON_MAY_KNOW or any(name.startswith(f"{it}.") for it in WHAT_COMMON_MAY_KNOW)
            if _top(name) in OURS - {"common"} and not known:
                yield _told(root, file, f"common imports {name}")


def the_product_touches_nothing(root: Path) -> Iterator[str]:
    """Rules use the standard library and pydantic: no client of anything, and nothing of ours but themselves."""
    for file in _python(root, "shared/vizdots"):
        for name in _imports(file):
            allowed = _top(name) in sys.stdlib_module_names | WHAT_RULES_MAY_USE | {"vizdots"}
            if not allowed or _is_one_of(name, DOORS_TO_THE_WORLD):
                yield _told(root, file, f"vizdots imports {name}")


def a_heavy_client_has_one_module(root: Path) -> Iterator[str]:
    """openai and stripe stay behind one door each: what a function doesn't use it doesn't pay for."""
    for file in _python(root, "functions", "layers/common/common", "shared"):
        for name in _imports(file):
            home = CLIENTS.get(_top(name))
            if home is not None and file != root / "layers/common/common" / home:
                yield _told(root, file, f"{_top(name)} is imported outside common/{home}")


def a_persons_request_never_acts_as_the_service(root: Path) -> Iterator[str]:
    """as_service() sees everybody's rows: it is for jobs."""
    for file in _python(root, "functions/api", "functions/web"):
        for node in ast.walk(_tree(file)):
            named = {
                ast.Name: lambda it: it.id,
                ast.Attribute: lambda it: it.attr,
                ast.alias: lambda it: it.name,
                ast.Constant: lambda it: it.value,
            }.get(type(node))
            if named is not None and named(node) in {"as_service", "service_step", "service_role"}:
                yield _told(root, file, "acts as the service", node)


def packages_import_nothing_by_themselves(root: Path) -> Iterator[str]:
    """An import in an __init__.py is paid by everybody who wants anything of the package."""
    for file in _python(root, "functions", "layers", "shared", "local", "tools", "tests"):
        if file.name == "__init__.py":
            for name in _imports(file):
                yield _told(root, file, f"imports {name}")


def handlers_are_short(root: Path) -> Iterator[str]:
    """A handler adapts; rules live in vizdots. The deploy's is no adapter: it speaks CloudFormation's protocol."""
    for file in _python(root, *(f"functions/{kind}" for kind in ("api", "cron", "webhook", "worker", "web"))):
        length = len(file.read_text(encoding="utf-8").splitlines())
        if file.name == "app.py" and length > LONGEST_HANDLER:
            yield _told(root, file, f"{length} lines are more than {LONGEST_HANDLER}")


def rules_never_look_at_a_clock(root: Path) -> Iterator[str]:
    """Time is a parameter of the rules, so that history can be lived through. A stopwatch (monotonic) is no clock."""
    for file in _python(root, "shared/vizdots"):
        tree = _tree(file)
        docstrings = {id(each) for each in _docstrings(tree)}
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id=it), attr=asked) if asked in _CLOCKS.get(it, ()):
                    yield _told(root, file, f"{it}.{asked}", node)
                case ast.Attribute(value=ast.Attribute(attr=it), attr=asked) if asked in _CLOCKS.get(it, ()):
                    yield _told(root, file, f"{it}.{asked}", node)
                case ast.ImportFrom(module="time", names=names):
                    for each in names:
                        if each.name in _CLOCKS["time"]:
                            yield _told(root, file, f"time.{each.name}", node)
                case ast.Constant(value=str(text)) if id(node) not in docstrings and (
                    found := _CLOCK_IN_SQL.search(text)
                ):
                    yield _told(root, file, f"SQL with {found[0]}", node)


RULES: Final[tuple[Rule, ...]] = (
    functions_use_common_and_vizdots_and_never_each_other,
    common_knows_nothing_of_the_product_but_its_errors_and_its_transaction,
    the_product_touches_nothing,
    a_heavy_client_has_one_module,
    a_persons_request_never_acts_as_the_service,
    packages_import_nothing_by_themselves,
    handlers_are_short,
    rules_never_look_at_a_clock,
)


def _python(root: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def _imports(file: Path) -> Iterator[str]:
    """Every module that the file asks for, wherever in it; `from package import name` asks for `package.name`."""
    for node in ast.walk(_tree(file)):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                dots = "." * level
                yield from (f"{dots}{module}.{each.name}" if module else f"{dots}{each.name}" for each in names)
            case ast.Call(func=ast.Name(id="__import__" | "import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield name
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield name


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """The docstrings, and the texts that stand behind a name to describe it."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str()) as text):
                yield text


def _top(name: str) -> str:
    return name.partition(".")[0]


def _is_one_of(name: str, modules: Set[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:count]) in modules for count in range(1, len(parts) + 1))


def _told(root: Path, file: Path, what: str, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{file.relative_to(root)}{line}: {what}"
