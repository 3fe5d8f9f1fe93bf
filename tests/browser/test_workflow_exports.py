"""Exported workflows are read by those for whom they are: bpmn-moddle, bpmn-js, the OMG's schema, Mermaid."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Route

from tests.workflow_models import AWKWARD, SECOND, models, typed, ways
from vizdots.texts import on_one_line
from vizdots.workflows.bpmn import bpmn
from vizdots.workflows.diagram import Diagram
from vizdots.workflows.effective import effective
from vizdots.workflows.layout import draw
from vizdots.workflows.mermaid import JOINER, mermaid
from vizdots.workflows.structure import Step, Structure

MODULES: Final = Path(__file__).resolve().parents[2] / "node_modules"
SCRIPTS: Final = {
    "/bpmn.js": MODULES / "bpmn-js/dist/bpmn-viewer.production.min.js",
    "/mermaid.js": MODULES / "mermaid/dist/mermaid.min.js",
}
PAGE: Final = """<!doctype html><meta charset=utf-8><title>Exports</title>
  <div id=canvas style="width: 60rem; height: 30rem"></div>
  <script src=/bpmn.js></script><script src=/mermaid.js></script>
  <script>mermaid.initialize({startOnLoad: false});</script>"""
HERE: Final = "http://exports.test"

OPENED: Final = """async xml => {
  const viewer = new BpmnJS({container: '#canvas'});
  const {warnings} = await viewer.importXML(xml);
  const all = viewer.get('elementRegistry').getAll().map(it => it.businessObject);
  const of = (type, name) => [...new Set(all)].filter(it => it.$type == `bpmn:${type}`).map(it => it[name]);
  viewer.destroy();
  return {
    warnings: warnings.map(it => it.message), tasks: of('Task', 'name'), remarks: of('TextAnnotation', 'text'),
    flows: of('SequenceFlow', 'id'),
  };
}"""
RENDERED: Final = """async ([id, text]) => {
  const {diagramType} = await mermaid.parse(text);
  const {svg} = await mermaid.render(id, text);
  const made = new DOMParser().parseFromString(svg, 'text/html');
  return {
    diagramType, labels: [...made.querySelectorAll('.node .nodeLabel')].map(it => it.textContent),
    branches: [...made.querySelectorAll('.edgeLabel .edgeLabel')].map(it => it.textContent).filter(it => it),
  };
}"""

AWKWARD_MODEL: Final = effective(
    Structure(
        steps=tuple(Step(key=f"k{nth}", label=each) for nth, each in enumerate(AWKWARD)),
        tools=AWKWARD[:2],
        data_sources=AWKWARD[2:3],
    ),
    SECOND,
    None,
)
names = typed.map(on_one_line)
drawings = st.builds(draw, names, models(typed), ways(typed), st.sampled_from(["right", "down"]))
few = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink])

ids = count()

Read = Callable[[Any], Any]


@pytest.fixture(scope="module")
def node() -> Iterator[Read]:
    """Gives what Node.js finds in a BPMN document, or what xmllint has against several."""
    found = shutil.which("node")
    if not found:
        pytest.skip("LOUD: no Node.js here, so bpmn-moddle and xmllint have NOT judged the exports")
    if not (MODULES / "bpmn-moddle").exists():
        pytest.fail("Node.js is here, but its packages are missing: run `npm ci`")
    script = Path(__file__).with_name("workflow_exports.mjs")
    running = subprocess.Popen(
        [found, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    with running:
        assert running.stdin
        assert running.stdout
        to, from_ = running.stdin, running.stdout

        def read(asked: Any) -> Any:
            to.write(json.dumps(asked) + "\n")
            to.flush()
            return json.loads(from_.readline())

        yield read
        to.close()


@pytest.fixture(scope="module")
def window(engine: Browser) -> Iterator[Callable[[str, Any], Any]]:
    """Runs a script where bpmn-js and Mermaid are, and nobody else: any message of theirs fails the tests."""
    if not all(script.exists() for script in SCRIPTS.values()):
        pytest.skip("NO NODE: bpmn-js and mermaid aren't installed, so they have NOT judged the exports")
    context = engine.new_context()
    said: list[str] = []
    context.on("console", lambda it: said.append(it.text))
    context.on("weberror", lambda it: said.append(str(it.error)))

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HERE)
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        elif path in SCRIPTS:
            route.fulfill(path=SCRIPTS[path], content_type="text/javascript")
        else:
            said.append(f"a request to {route.request.url}")
            route.abort()

    context.route("**/*", answer)
    page = context.new_page()
    page.goto(f"{HERE}/")
    said.clear()  # a favicon, which no page of ours is without
    yield page.evaluate
    context.close()
    assert said == []


def in_xml(text: str) -> str:
    """The text as XML can hold it."""
    return "".join(
        each if re.match("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", each) else "�" for each in text
    )


def in_html(text: str) -> str:
    """The text as Mermaid shows it in a page: without controls; what it takes for its own is kept apart."""
    return re.sub("[\x00-\x1f\x7f-\x9f]", "�", text).replace("ﬂ°", f"ﬂ{JOINER}°").replace("¶ß", f"¶{JOINER}ß")


def labels(it: Diagram, *kinds: str) -> list[str]:
    return [each.label for each in it.nodes if each.kind in kinds]


# ---- BPMN ------------------------------------------------------------------------------------------------------------


def test_bpmn_js_opens_awkward_texts_without_a_warning(window: Callable[[str, Any], Any]) -> None:
    it = draw("Everything", AWKWARD_MODEL)
    found = window(OPENED, bpmn(it))
    assert found["warnings"] == []
    assert found["tasks"] == [in_xml(step.label) for step in AWKWARD_MODEL.steps]


@few
@given(it=drawings)
def test_bpmn_js_opens_any_model_without_a_warning(window: Callable[[str, Any], Any], it: Diagram) -> None:
    found = window(OPENED, bpmn(it))
    assert found["warnings"] == []
    assert sorted(found["tasks"]) == sorted(map(in_xml, labels(it, "step", "extra")))
    assert sorted(found["remarks"]) == sorted(map(in_xml, labels(it, "remark")))
    assert sorted(found["flows"]) == sorted(edge.id for edge in it.edges if edge.kind == "flow")


@few
@given(it=drawings)
def test_bpmn_moddle_reads_any_model(node: Read, it: Diagram) -> None:
    found = node(bpmn(it))
    assert found["warnings"] == []
    assert found["name"] == in_xml(it.name)
    assert found["tasks"] == [*map(in_xml, labels(it, "step", "extra"))]
    assert found["notes"] == [
        in_xml((each.step and each.step.note) or "") for each in it.nodes if each.kind in ("step", "extra")
    ]
    assert found["flows"] == [[edge.source, edge.target] for edge in it.edges if edge.kind == "flow"]
    assert found["defaults"] == len(labels(it, "split"))
    assert found["drawn"] == [*(each.id for each in it.nodes), *(each.id for each in it.edges)]


@settings(max_examples=2, deadline=None, phases=[Phase.generate])
@given(some=st.lists(drawings, min_size=8, max_size=8))
def test_any_model_is_as_the_schema_says(node: Read, some: list[Diagram]) -> None:
    assert node([bpmn(draw("Everything", AWKWARD_MODEL), AWKWARD_MODEL), *map(bpmn, some)]) == []


def test_tools_and_sources_are_documented(node: Read) -> None:
    found = node(bpmn(draw("Everything", AWKWARD_MODEL), AWKWARD_MODEL))
    assert found["documentation"] == f"Tools: {AWKWARD[0]}, {AWKWARD[1]}\nData: {AWKWARD[2]}"


def test_what_is_not_as_the_schema_says_is_found(node: Read) -> None:
    broken = bpmn(draw("Everything", AWKWARD_MODEL)).replace("bpmn:outgoing", "bpmn:going", 2)
    assert "going" in node([broken])[0]


# ---- Mermaid ---------------------------------------------------------------------------------------------------------


def test_mermaid_draws_awkward_texts_as_they_are(window: Callable[[str, Any], Any]) -> None:
    found = window(RENDERED, ["awkward", mermaid(draw(AWKWARD[0], AWKWARD_MODEL))])
    assert found["labels"] == [in_html(AWKWARD[0]), *(in_html(step.label) for step in AWKWARD_MODEL.steps), "End"]


@few
@given(it=drawings)
def test_mermaid_draws_any_model(window: Callable[[str, Any], Any], it: Diagram) -> None:
    found = window(RENDERED, [f"any{next(ids)}", mermaid(it)])
    assert found["diagramType"] == "flowchart-v2"
    shown = [each.strip() for each in found["labels"] if each.strip()]
    assert shown == [in_html(each) for each in [it.name, *labels(it, "step", "extra", "remark", "end")]]
    assert sorted(found["branches"]) == sorted(edge.label for edge in it.edges if edge.label)
