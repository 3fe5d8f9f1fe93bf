"""Which workflow somebody tells of, told in the words of somebody else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizdots.workflows.matching import Known, Match, match
from vizdots.workflows.slugs import KEY_LENGTH, fresh, slug
from vizdots.workflows.structure import Telling

SUPPLIER = Known(
    "1",
    "supplier-invoice",
    ("Supplier invoice",),
    (
        "Receive the invoice by e-mail",
        "Check the invoice against the purchase order",
        "Get approval from the manager",
        "Enter the invoice in the ledger",
        "Pay the supplier",
    ),
    ("SAP", "Outlook"),
)
CUSTOMER = Known(
    "2",
    "customer-invoice",
    ("Customer invoice",),
    ("Collect the delivered hours", "Create the invoice", "Send the invoice to the customer", "Remind the customer"),
    ("SAP", "Outlook"),
)
HIRING = Known(
    "3",
    "recruiting",
    ("Recruiting",),
    ("Write the job ad", "Screen applications", "Interview candidates", "Make an offer", "Sign the contract"),
    ("Personio",),
)
ALL = (SUPPLIER, CUSTOMER, HIRING)

BY_STEPS = Telling(
    name="Vendor bills",
    steps=("Get the bill", "Compare the bill with the PO", "Boss signs it off", "Book the bill", "Transfer the money"),
    tools=("SAP S/4HANA",),
)


@pytest.mark.parametrize("name", ["Supplier invoice", "supplier  INVOICE", "Supplier invoices", "Invoice: supplier"])
def test_the_same_name_is_the_same_workflow(name: str) -> None:
    assert match(Telling(name=name), ALL) == Match("same", "1", 1.0)


def test_the_same_process_by_another_name_is_found_by_its_steps() -> None:
    found = match(BY_STEPS, ALL)
    assert (found.outcome, found.workflow) == ("same", "1")


@pytest.mark.parametrize("name", ["Customer invoice", "Vendor credit", "Invoices of our clients"])
def test_a_name_alone_joins_no_other_workflow(name: str) -> None:
    assert match(Telling(name=name), [SUPPLIER, HIRING]).outcome != "same"


def test_what_nobody_told_of_is_new() -> None:
    told = Telling(name="Watering plants", steps=("Fill the can", "Water the plants", "Put the can back"))
    assert match(told, ALL) == match(told, ()) == Match("new")


def test_another_process_by_the_same_name_waits_for_an_owner() -> None:
    told = Telling(name="Recruiting", steps=("Wash the van", "Load the tents", "Drive to the fair", "Put up the stand"))
    found = match(told, ALL)
    assert (found.outcome, found.workflow) == ("unsure", "3")


def test_a_name_that_is_alike_waits_for_an_owner_where_steps_say_nothing() -> None:
    found = match(Telling(name="Recruiting people"), ALL)
    assert (found.outcome, found.workflow) == ("unsure", "3")


def test_two_that_are_as_alike_wait_for_an_owner() -> None:
    twin = Known("4", "vendor-payments", ("Paying vendors",), SUPPLIER.steps, SUPPLIER.tools)
    told = BY_STEPS.model_copy(update={"name": "Friday round"})
    assert match(told, (*ALL, twin)).outcome == "unsure"
    assert match(told, ALL).workflow == "1"


def test_the_same_name_is_found_among_a_thousand_that_speak_of_the_same() -> None:
    many = [Known(str(n), f"bills-{n}", (f"Bills {n}",), SUPPLIER.steps, SUPPLIER.tools) for n in range(1000)]
    assert match(Telling(name="Bills 777", steps=SUPPLIER.steps), many) == Match("same", "777", 1.0)


@given(st.text(min_size=1, max_size=200))
def test_any_name_has_a_key(name: str) -> None:
    key = slug(name)
    assert re.fullmatch(r"[^\s\x00]{1,120}", key)
    assert slug(key) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Supplier invoice", "supplier-invoice"),
        ("  Überprüfung / Straße ", "überprüfung-strasse"),
        ("請求書の処理", "請求書の処理"),
        ("Ｎｅｗ　hire", "new-hire"),
        ("🚀", "🚀"),
        ("??", "??"),
        ("\u200b", "unnamed"),
        ("x" * 300, "x" * KEY_LENGTH),
    ],
)
def test_keys_keep_the_letters_of_any_script(name: str, key: str) -> None:
    assert slug(name) == key


@given(st.text(max_size=200), st.integers(0, 12))
def test_a_fresh_key_is_nobody_elses(name: str, others: int) -> None:
    taken: list[str] = []
    for _ in range(others):
        taken.append(fresh(name, taken))
    assert len(set(taken)) == others
    assert all(re.fullmatch(r"[^\s\x00]{1,120}", key) for key in taken)


@given(
    st.lists(
        st.builds(
            Known,
            st.uuids().map(str),
            st.just("key"),
            st.lists(st.text(max_size=9), min_size=1, max_size=2),
            st.lists(st.text(max_size=9), max_size=4),
            st.lists(st.text(max_size=9), max_size=2),
        ),
        max_size=5,
    ),
    st.lists(st.text(max_size=9), max_size=4),
)
def test_any_text_is_matched_and_a_workflow_is_of_those_known(known: list[Known], steps: list[str]) -> None:
    found = match(Telling.model_construct(name="a", steps=tuple(steps), tools=tuple(steps)), known)
    assert (found.workflow is None) == (found.outcome == "new")
    assert found.workflow in {None, *(it.id for it in known)}


def test_the_only_workflow_that_is_known_is_not_every_other_one_of_the_trade() -> None:
    visit = Known("1", "einbau", ("Einbau",), ("Auftrag prüfen", "Kunden anrufen", "Anlage montieren"), ("FieldPad",))
    told = Telling(name="Wartung", steps=("Gerät prüfen", "Filter tauschen", "Bericht schreiben"), tools=("FieldPad",))
    assert match(told, (visit,)).outcome == "new"
