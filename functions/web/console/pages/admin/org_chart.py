"""The org chart: a tree that can be folded, as much of it as one page carries; the rest is a page of its own."""

from typing import Any, Final
from uuid import UUID

from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.visit import AdminVisit
from vizdots import org_chart
from vizdots.errors import Invalid

room = Room()

A_PAGE: Final = 300  # people: some 15 kB of packed HTML, so that names twice as long as usual still fit into 30
DEEPEST: Final = 7  # levels below the top: more steps to the side leave no room for a name on a phone
LONGEST_SEARCH: Final = 200  # characters


@room.get("/admin/org-chart")
def show_org_chart(visit: AdminVisit) -> Response:
    """The whole of it, or one person's part; or whoever is looked for."""
    query = visit.request.query_params
    words = query.get("q", "").strip()[:LONGEST_SEARCH]
    if words:
        return visit.page("admin/org_chart/found", found=visit.read(org_chart.found, words), form=Form({"q": words}))
    root = _member(query.get("root", ""))
    chart = visit.read(org_chart.charted, root=root, depth=DEEPEST, limit=A_PAGE, cursor=visit.cursor, fit=True)
    tops = _nested(chart["items"])
    person = tops.pop(0) if root and tops and tops[0]["id"] == str(root) else None
    shown = person["team"] if person else tops
    return visit.page(
        "admin/org_chart/index",
        chart=chart,
        person=person,
        trees=[each for each in shown if root or each["direct_reports"]],
        alone=[each for each in shown if not (root or each["direct_reports"])],
        form=Form(),
    )


def _nested(walk: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tops of a walk, with everybody's own people in their `team`."""
    tops: list[dict[str, Any]] = []
    path = [tops]
    least = min((each["depth"] for each in walk), default=0)
    for each in walk:
        del path[each["depth"] - least + 1 :]
        path[-1].append(each | {"team": []})
        path.append(path[-1][-1]["team"])
    return tops


def _member(sent: str) -> UUID | None:
    try:
        return UUID(sent) if sent else None
    except ValueError:
        raise Invalid("There is no such member.", code="invalid_member") from None
