"""A workflow as Mermaid's flowchart, as wikis and repositories draw it.

Mermaid reads meaning into much of ASCII, in quotes too (entities, directives, Markdown): of texts, all but letters,
digits and blanks stand as numbers.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

from vizdots.workflows.diagram import Diagram, Edge

DIRECTIONS: Final = {"right": "LR", "down": "TD"}
SHAPES: Final = {
    "start": "([{}])",
    "end": "([{}])",
    "split": "{{{}}}",
    "join": "{{{}}}",
    "step": "[{}]",
    "extra": "[{}]",
    "remark": ">{}]",
}
# Mermaid keeps entities as “ﬂ°35¶ß” while it reads, and takes a text of that kind for one: a joiner, which nobody sees,
# keeps it apart.
JOINER: Final = "\u2060"
PLACEHOLDERS: Final = ("ﬂ°", "¶ß")


def mermaid(diagram: Diagram) -> str:
    """The text of the flowchart. It begins with the workflow's name: Mermaid's own titles lose what looks like HTML."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield f"flowchart {DIRECTIONS[diagram.direction]}"
    for node in diagram.nodes:
        label = diagram.name if node.kind == "start" else node.label
        yield "  " + node.id + SHAPES[node.kind].format(f'"{_escaped(label) or " "}"')
    yield from (f"  {_edge(edge)}" for edge in diagram.edges)
    yield "  classDef extra stroke-dasharray:5 3"
    if extras := [node.id for node in diagram.nodes if node.kind == "extra"]:
        yield f"  class {','.join(extras)} extra"


def _edge(edge: Edge) -> str:
    if edge.kind == "remark":
        return f"{edge.source} -.- {edge.target}"
    label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
    return f"{edge.source} -->{label} {edge.target}"


def _escaped(text: str) -> str:
    for pair in PLACEHOLDERS:
        text = text.replace(pair, JOINER.join(pair))
    return "".join(each if _is_plain(each) else f"#{_number(each)};" for each in text)


def _is_plain(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character == " "
    return unicodedata.category(character)[0] not in "CZ"


def _number(character: str) -> int:
    """The character's code; U+FFFD's for what a page can't show."""
    return ord("\ufffd" if unicodedata.category(character) in ("Cc", "Cs") else character)
