"""A workflow as BPMN 2.0 with its diagram, as modelling tools read it: gateways are exclusive, remarks annotations.

The elements and their order are those of the OMG's schema (formal/2011-01-03).
"""

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from vizdots.workflows.diagram import LINE, SMALL_FONT, Diagram, Edge, Lettering, Node
from vizdots.workflows.effective import Effective
from vizdots.workflows.lettering import measured

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
INTERCHANGE: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS: Final = "http://www.omg.org/spec/DD/20100524/DC"
LINES: Final = "http://www.omg.org/spec/DD/20100524/DI"
OURS: Final = "urn:vizdots:workflow"

ELEMENTS: Final = {
    "start": "startEvent",
    "step": "task",
    "extra": "task",
    "split": "exclusiveGateway",
    "join": "exclusiveGateway",
    "end": "endEvent",
    "remark": "textAnnotation",
}

# What XML 1.0 can't hold: controls, halves of surrogates, two that are no characters.
_UNSPEAKABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for prefix, uri in {"bpmn": MODEL, "bpmndi": INTERCHANGE, "dc": BOUNDS, "di": LINES}.items():
    register_namespace(prefix, uri)


def bpmn(diagram: Diagram, model: Effective | None = None) -> str:
    """The XML document, with the model's tools and sources as documentation. What XML can't hold becomes U+FFFD."""
    definitions = Element(_in(MODEL, "definitions"), id="definitions", targetNamespace=OURS, exporter="VizDots")
    process = _model(definitions, "process", id="process", name=diagram.name, isExecutable="false")
    if model:
        used = {"Tools": [tool.name for tool in model.tools], "Data": model.data_sources}
        _documented(process, "\n".join(f"{what}: {', '.join(names)}" for what, names in used.items() if names))
    for node in diagram.nodes:
        if node.kind != "remark":
            _node(process, node, diagram.edges)
    for edge in diagram.edges:
        if edge.kind == "flow":
            ends = {"sourceRef": edge.source, "targetRef": edge.target}
            _model(process, "sequenceFlow", id=edge.id, **_named(edge.label), **ends)
    # Artifacts come last.
    for node in diagram.nodes:
        if node.kind == "remark":
            _model(_model(process, "textAnnotation", id=node.id), "text").text = _speakable(node.label)
    for edge in diagram.edges:
        if edge.kind == "remark":
            _model(process, "association", id=edge.id, sourceRef=edge.source, targetRef=edge.target)
    _picture(definitions, diagram)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(definitions, encoding="unicode")


def _node(process: Element, node: Node, edges: tuple[Edge, ...]) -> None:
    arriving = [edge for edge in edges if edge.kind == "flow" and edge.target == node.id]
    leaving = [edge for edge in edges if edge.kind == "flow" and edge.source == node.id]
    element = _model(process, ELEMENTS[node.kind], id=node.id, **_named(node.label))
    if node.kind in ("split", "join"):
        element.set("gatewayDirection", "Diverging" if node.kind == "split" else "Converging")
    if node.kind == "split":
        # Who has no way of their own goes the model's.
        element.set("default", next(edge.id for edge in leaving if not edge.ways))
    _documented(element, (node.step and node.step.note) or "")
    for edge in arriving:
        _model(element, "incoming").text = edge.id
    for edge in leaving:
        _model(element, "outgoing").text = edge.id


def _picture(definitions: Element, diagram: Diagram) -> None:
    picture = SubElement(definitions, _in(INTERCHANGE, "BPMNDiagram"), id="diagram")
    plane = SubElement(picture, _in(INTERCHANGE, "BPMNPlane"), id="plane", bpmnElement="process")
    for node in diagram.nodes:
        shape = SubElement(plane, _in(INTERCHANGE, "BPMNShape"), id=f"{node.id}_shape", bpmnElement=node.id)
        if node.kind in ("split", "join"):
            shape.set("isMarkerVisible", "true")
        _bounds(shape, node.x, node.y, node.width, node.height)
        if node.kind in ("start", "end"):
            label = SubElement(shape, _in(INTERCHANGE, "BPMNLabel"))
            _bounds(label, node.x, node.y + node.height + 4, node.width, LINE)
    for edge in diagram.edges:
        line = SubElement(plane, _in(INTERCHANGE, "BPMNEdge"), id=f"{edge.id}_edge", bpmnElement=edge.id)
        for point in edge.points:
            SubElement(line, _in(LINES, "waypoint"), x=f"{point.x:g}", y=f"{point.y:g}")
        if edge.lettering:
            _label(line, edge.lettering)


def _label(line: Element, text: Lettering) -> None:
    width = max(map(measured, text.lines), default=0) * SMALL_FONT
    left = text.x - (width / 2 if text.anchor == "middle" else 0)
    _bounds(SubElement(line, _in(INTERCHANGE, "BPMNLabel")), left, text.y - LINE + 4, width, LINE * len(text.lines))


def _bounds(parent: Element, x: float, y: float, width: float, height: float) -> None:
    measures = {"x": x, "y": y, "width": width, "height": height}
    SubElement(parent, _in(BOUNDS, "Bounds"), {name: f"{value:g}" for name, value in measures.items()})


def _documented(element: Element, text: str) -> None:
    if text:
        _model(element, "documentation").text = _speakable(text)


def _named(label: str) -> dict[str, str]:
    return {"name": label} if label else {}


def _model(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, _in(MODEL, tag), {name: _speakable(value) for name, value in attributes.items()})


def _in(namespace: str, tag: str) -> str:
    return f"{{{namespace}}}{tag}"


def _speakable(text: str) -> str:
    return _UNSPEAKABLE.sub("\ufffd", text)
