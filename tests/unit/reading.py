"""Which secrets a handler reads, told from its source: every `config.secret("X")` that its names lead to.

Follows names through our own modules: a function reads what the functions and classes that it names read. Only what
is reachable counts, so that an import alone is no reading.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = {"common": ROOT / "layers/common/common", "vizdots": ROOT / "shared/vizdots"}
READERS: Final = {("common.config", "secret"), ("common.auth", "internal")}  # called with the name of a secret

Name = tuple[str, str]  # of a module, and of what it defines


@dataclass(frozen=True)
class Module:
    """A module of ours: what it defines, and what its imports mean ("" stands for a module itself)."""

    tree: ast.Module
    defined: dict[str, ast.stmt]
    imported: dict[str, Name]


def secrets_read_by(handler: Path) -> set[str]:
    """The secrets that the handler in this file, with its folder, reads, by the names of their variables."""
    found: set[str] = set()
    names: set[Name] = set()
    for file in handler.parent.rglob("*.py"):
        module = _parse(file.read_text())
        read, further = _look(module, "", module.tree)
        found |= read
        names |= further
    seen: set[Name] = set()
    while names:
        name = names.pop()
        if name in seen or (there := _module(name[0])) is None or name[1] not in there.defined:
            continue
        seen.add(name)
        read, further = _look(there, name[0], there.defined[name[1]])
        found |= read
        names |= further
    return found


def _look(module: Module, its_name: str, node: ast.AST) -> tuple[set[str], set[Name]]:
    """The secrets that are named in a piece of a module, and the names that it leads to."""
    secrets: set[str] = set()
    names: set[Name] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name | ast.Attribute) and (name := _meaning(module, its_name, each)):
            names.add(name)
        if isinstance(each, ast.Call) and _meaning(module, its_name, each.func) in READERS:
            secrets |= {
                word.value for word in each.args if isinstance(word, ast.Constant) and isinstance(word.value, str)
            }
    return secrets, names


def _meaning(module: Module, its_name: str, node: ast.expr) -> Name | None:
    match node:
        case ast.Name(id=word) if word in module.imported:
            return module.imported[word]
        case ast.Name(id=word) if word in module.defined:
            return its_name, word
        case ast.Attribute(value=ast.Name(id=word), attr=attribute) if module.imported.get(word, ("", "-"))[1] == "":
            return module.imported[word][0], attribute
    return None


@cache
def _module(name: str) -> Module | None:
    package, _, rest = name.partition(".")
    if package not in PACKAGES:
        return None
    path = PACKAGES[package].joinpath(*rest.split(".")) if rest else PACKAGES[package]
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return _parse(file.read_text())
    return None


def _parse(source: str) -> Module:
    tree = ast.parse(source)
    defined: dict[str, ast.stmt] = {}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                defined[name] = statement
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                defined[name] = statement
    imported: dict[str, Name] = {}
    for node in ast.walk(tree):  # those within functions, too
        match node:
            case ast.ImportFrom(module=str(origin), level=0):
                for alias in node.names:
                    whole = f"{origin}.{alias.name}"
                    imported[alias.asname or alias.name] = (whole, "") if _module(whole) else (origin, alias.name)
            case ast.Import():
                for alias in node.names:
                    imported[alias.asname or alias.name] = alias.name, ""
    return Module(tree, defined, imported)
