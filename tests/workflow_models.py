"""Made-up workflows for property tests: any text that people can type, any corrections, any ways."""

from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from vizdots.texts import is_blank
from vizdots.workflows.effective import Effective, OverrideOf, VersionOf, effective
from vizdots.workflows.structure import Corrections, Placed, Step, Structure, Variant
from vizdots.workflows.ways import Way

CORRECTED: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND: Final = VersionOf(number=2)

keys = st.sampled_from("abcdefghij")
short_names = st.text("xyzXYZ é日", min_size=1, max_size=4).filter(str.strip)
tools = st.sampled_from(["Excel", "excel", "EXCEL", "SAP", "sap", "Jira", "Straße", "STRASSE"])

# What has broken a format somewhere, and whatever else can be typed, controls too.
AWKWARD: Final = (
    'Say "yes" & <no>',
    "</bpmn:task><!-- ]]> -->",
    "=HYPERLINK(1+1)",
    "-1",
    "＝1",
    "'quoted",
    "1. first",
    "# heading",
    "`code`",
    "%%{init: {'theme': 'dark'}}%%",
    "style x:y#z;",
    "#quot;#35;&amp;&lt;",
    "end",
    "Prüfen, größer\\n; ändern",
    "ﬂ°°35¶ß",
    "在庫を確認する",
    "👩‍👩‍👧 👍🏽 🇩🇪",
    "e\u0301\u0302",
    "bell\x07 and \x1b[0m",
    "\u202eright to left\u202c",
    "\ufffe\uffff",
    "\u00ad\u200b.",
    "a|b",
    "[x]{y}(z)",
    "x" * 200,
    "漢" * 200,
    "subgraph",
)
typed = st.one_of(
    st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
).filter(lambda it: any(each.isalnum() for each in it) and not is_blank(it))  # a filler is a letter, and shows nothing


def unique(steps: list[Any]) -> tuple[Any, ...]:
    """Each key once."""
    return tuple({step.key: step for step in steps}.values())


def structures(names: st.SearchStrategy[str] = short_names) -> st.SearchStrategy[Structure]:
    """Models of up to nine steps."""
    return st.builds(
        lambda steps, used, sources: Structure(steps=unique(steps), tools=used, data_sources=sources),
        st.lists(st.builds(Step, key=keys, label=names), max_size=9),
        st.lists(tools, max_size=5),
        st.lists(names, max_size=3),
    )


@st.composite
def corrections(draw: st.DrawFn, names: st.SearchStrategy[str] = short_names) -> Corrections:
    """Whatever an owner may have said, circles and places that nobody knows among it."""
    placements = st.lists(st.builds(Placed, key=keys, label=names, after=st.none() | keys), max_size=6)
    added, locked = unique(draw(placements)), unique(draw(placements))
    kept = {step.key for step in (*added, *locked)}
    return Corrections(
        removed_steps=tuple(key for key in draw(st.lists(keys, max_size=5)) if key not in kept),
        renamed_steps=draw(st.dictionaries(keys, names, max_size=4)),
        added_steps=added,
        locked_steps=locked,
        tool_substitutions=draw(st.dictionaries(tools, tools, max_size=5)),
        custom_notes=draw(st.dictionaries(keys, names, max_size=4)),
    )


def over(it: Corrections) -> OverrideOf:
    """The active override."""
    return OverrideOf(by="owner", at=CORRECTED, corrections=it)


def models(names: st.SearchStrategy[str] = short_names) -> st.SearchStrategy[Effective]:
    """Effective models, corrected or not."""
    return st.builds(effective, structures(names), st.just(SECOND), st.none() | corrections(names).map(over))


def ways(names: st.SearchStrategy[str] = short_names) -> st.SearchStrategy[list[Way]]:
    """Ways that part from some model, or from another one altogether."""
    steps = st.builds(Step, key=keys | st.sampled_from("uvw"), label=names)
    variants = st.one_of(
        st.builds(Variant, kind=st.just("skipped"), step=steps),
        st.builds(
            Variant, kind=st.sampled_from(["added", "reordered"]), step=steps, after=st.none() | keys | st.just("u")
        ),
        st.builds(Variant, kind=st.just("other_tool"), tool=names, instead_of=st.none() | names),
    )
    shares = st.none() | st.floats(0, 1)
    return st.lists(st.builds(Way, variants, shares, st.sampled_from([None, True, False])), max_size=8)
