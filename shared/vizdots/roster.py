"""The roster: an organisation's people as a CSV file, read and checked line by line before anything is written.

`read` understands what spreadsheets write, `check` holds it against what is known already. Whatever a file holds,
neither raises: what is wrong is a `Problem` of a line, and all of them are told at once. Both take linear time.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from vizdots import addresses
from vizdots.texts import LABEL_LENGTH, on_one_line, says_something

Column = Literal["name", "email", "job_title", "department", "supervisor_email", "is_supervisor"]
Delimiter = Literal["comma", "semicolon", "tab"]

COLUMNS: Final[tuple[Column, ...]] = get_args(Column)
REQUIRED: Final[tuple[Column, ...]] = ("name", "email")
DELIMITERS: Final[Mapping[Delimiter, str]] = {"comma": ",", "semicolon": ";", "tab": "\t"}
MOST_ROWS: Final = 10_000
MOST_NEW_DEPARTMENTS: Final = 1_000
MOST_BYTES: Final = 4 * 1024 * 1024
LINES_NAMED: Final = 10  # of a circle of supervisors, in the sentence about it

# Each kind of problem by its stable code, and how a person is told of it.
MESSAGES: Final[Mapping[str, str]] = {
    "file_too_large": "The file is larger than 4 MiB.",
    "not_utf8": "This is not UTF-8. Save the file as “CSV UTF-8” and send it again.",
    "empty_file": "The file is empty: its first line should name the columns.",
    "too_many_rows": "The file has more than 10,000 people. Send it in parts.",
    "missing_column": "There is no column “%(column)s”.",
    "unknown_column": "“%(value)s” is not a column that we know. These are: %(columns)s.",
    "repeated_column": "There are two columns “%(column)s”.",
    "broken_quotes": "A quotation mark is not closed where a field ends: all down to line %(last)s could not be read.",
    "wrong_number_of_fields": "There are %(fields)s fields here, the first line names %(columns)s.",
    "missing_name": "The name is missing.",
    "missing_email": "The e-mail address is missing.",
    "invalid_email": "This is not an e-mail address.",
    "duplicate_email": "Line %(line)s has this address already.",
    "unreadable_character": "There is a control character in it.",
    "too_long": "This is too long: at most %(most)s characters fit.",
    "invalid_is_supervisor": "This should say yes or no, true or false, or nothing.",
    "unknown_department": "There is no department “%(value)s” yet.",
    "too_many_departments": "More than 1,000 departments would be new: is this the right column?",
    "unknown_supervisor": "Nobody here and nobody in this file has the address “%(value)s”.",
    "supervises_themself": "Nobody supervises themself.",
    "supervisors_in_a_circle": "These lines supervise each other in a circle: %(lines)s.",
}

# As people write it, and as the spreadsheets of our languages do: WAHR, VRAI, VERDADERO, PRAWDA …
YES: Final = frozenset("yes y true 1 x wahr vrai verdadero verdadeiro vero waar prawda".split())
NO: Final = frozenset("no n false 0 falsch faux falso onwaar fałsz".split())

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CELL_ENDS: Final = re.compile(r'[\s,;"]+')
_SEPARATOR_LINE: Final = re.compile(r"\s*sep=([,;\t])\s*", re.IGNORECASE)  # Excel's own first line


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the file. Addresses are in lower case; what the file leaves empty is None."""

    line: int
    name: str
    email: str
    job_title: str | None = None
    department: str | None = None
    supervisor_email: str | None = None
    is_supervisor: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file can't be taken as it is. `line` counts as an editor does, from 1; `column` is None for all of it."""

    line: int
    column: Column | None
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    """What the message of this code is filled in with."""

    @property
    def message(self) -> str:
        """The problem as a person is told of it, in English."""
        return MESSAGES[self.code] % self.facts


@dataclass(frozen=True, slots=True)
class Roster:
    """What was read of a file: the lines that make sense, and what is wrong with the others."""

    rows: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
    unread: frozenset[str] = frozenset()
    """Addresses in lines that don't make sense: that those are nobody's would be one problem told twice."""


def template(delimiter: Delimiter = "comma") -> str:
    """A file with nobody in it, to be filled in by a spreadsheet: its mark makes Excel read and write UTF-8."""
    return "\ufeff" + DELIMITERS[delimiter].join(COLUMNS) + "\r\n"


# ---- reading ---------------------------------------------------------------------------------------------------------


def read(content: bytes) -> Roster:
    """Read a file: UTF-8, columns parted by comma, semicolon or tab, in any order, named by its first line."""
    if len(content) > MOST_BYTES:
        return Roster(problems=[Problem(1, None, "file_too_large")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Roster(problems=[Problem(1 + content.count(b"\n", 0, error.start), None, "not_utf8")])
    # What a gateway or an editor couldn't read, and UTF-16 without its mark.
    if damaged := re.search("[\ufffd\x00]", text):
        return Roster(problems=[Problem(1 + text.count("\n", 0, damaged.start()), None, "not_utf8")])
    return _read(text)


def _read(text: str) -> Roster:
    records = _records(text)
    header = next(records, None)
    if header is None:
        return Roster(problems=[Problem(1, None, "empty_file")])
    names, problems = _header(header)
    if any(each.code in ("missing_column", "broken_quotes") for each in problems):
        return Roster(problems=problems)

    rows: list[Row] = []
    unread: set[str] = set()
    for nth, record in enumerate(records, start=1):
        if nth > MOST_ROWS:
            return Roster(problems=[*problems, Problem(record.line, None, "too_many_rows")])
        row, found = _row(record, names)
        problems += found
        if row is None:
            unread |= {address for cell in record.cells if addresses.is_one(address := on_one_line(cell).lower())}
        else:
            rows.append(row)
    return Roster(rows, problems, frozenset(unread))


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: Sequence[str]
    last: int
    is_broken: bool = False


def _records(text: str) -> Iterator[_Record]:
    """Every record in which something stands. A quoted field may go over several lines: `line` is the first."""
    lines = [*io.StringIO(text, newline="")]
    first = next((line for line in lines if line.strip()), "")
    told = _SEPARATOR_LINE.fullmatch(first)
    delimiter = told[1] if told else _delimiter(first)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            swallowed = "".join(lines[line - 1 : reader.line_num])
            yield _Record(line, _CELL_ENDS.split(swallowed), reader.line_num, is_broken=True)
            continue
        if any(map(str.strip, cells)) and not (told and lines[line - 1] is first):
            yield _Record(line, cells, reader.line_num)


def _delimiter(header: str) -> str:
    """What parts the columns: that by which most of them are found in the first line."""

    def found(delimiter: str) -> int:
        return sum(_column(cell.strip().strip('"')) in COLUMNS for cell in header.split(delimiter))

    return max(DELIMITERS.values(), key=found)


def _header(record: _Record) -> tuple[Sequence[Column | None], list[Problem]]:
    """The column that each field belongs to, None for one that isn't known."""
    line = record.line
    if record.is_broken:
        return [], [_broken(record)]
    told = [_column(cell) for cell in record.cells]
    while not told[-1]:  # what a spreadsheet adds on the right
        told.pop()
    problems: list[Problem] = []
    names: list[Column | None] = []
    for name in told:
        known = name if name in COLUMNS else None
        if known is None:
            facts = {"value": _short(name), "columns": ", ".join(COLUMNS)}
            problems.append(Problem(line, None, "unknown_column", facts))
        elif known in names:
            problems.append(Problem(line, known, "repeated_column", {"column": known}))
        names.append(known)
    missing = [name for name in REQUIRED if name not in names]
    return names, problems + [Problem(line, name, "missing_column", {"column": name}) for name in missing]


def _row(record: _Record, names: Sequence[Column | None]) -> tuple[Row | None, list[Problem]]:
    """The person of a record and what is wrong with them; None where the fields can't be told apart."""
    line, cells = record.line, record.cells
    if record.is_broken:
        return None, [_broken(record)]
    if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
        facts = {"fields": len(cells), "columns": len(names)}
        return None, [Problem(line, None, "wrong_number_of_fields", facts)]
    told = {name: on_one_line(cell) for name, cell in zip(names, cells, strict=False) if name is not None}
    row = Row(
        line,
        name=told["name"],
        email=told["email"].lower(),
        job_title=told.get("job_title") or None,
        department=told.get("department") or None,
        supervisor_email=told.get("supervisor_email", "").lower() or None,
        is_supervisor=told.get("is_supervisor", "").casefold() in YES,
    )
    wrong = [(name, code) for name, cell in told.items() if (code := _mistake(name, cell))]
    return row, [Problem(line, name, code, {"most": _longest(name)}) for name, code in wrong]


def _mistake(column: Column, cell: str) -> str | None:
    """The code of what is wrong with one field by itself."""
    code = None
    if _CONTROL.search(cell):
        code = "unreadable_character"
    elif len(cell) > _longest(column):
        code = "too_long"
    elif column == "name" and not _is_visible(cell):
        code = "missing_name"
    elif column == "email" and not addresses.is_one(cell.lower()):
        code = "invalid_email" if cell else "missing_email"
    elif column == "is_supervisor" and cell and cell.casefold() not in YES | NO:
        code = "invalid_is_supervisor"
    return code


def _longest(column: Column) -> int:
    return addresses.LONGEST if column in ("email", "supervisor_email") else LABEL_LENGTH


def _broken(record: _Record) -> Problem:
    return Problem(record.line, None, "broken_quotes", {"last": record.last})


def _column(cell: str) -> str:
    """A column's name, however it is written: “Job title”, “JOB_TITLE”."""
    return on_one_line(cell).casefold().replace(" ", "_").replace("-", "_")


def _is_visible(text: str) -> bool:
    try:
        return bool(says_something(text))
    except ValueError:
        return False


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[:most] + "…"


# ---- checking --------------------------------------------------------------------------------------------------------


def check(
    roster: Roster, *, departments: Iterable[str], members: Collection[str], create_departments: bool = False
) -> list[Problem]:
    """Everything that is wrong with the file, from its first line to its last.

    `departments` are the names that there are, `members` the addresses (a set): their lines are skipped, and they may
    supervise whoever is new. No circle can go through them, since new people only come below.
    """
    lines: dict[str, int] = {}
    for row in roster.rows:
        lines.setdefault(row.email, row.line)
    fresh = new(roster, members)
    problems = [
        *roster.problems,
        *_repeated(roster.rows, lines),
        *_misplaced(fresh, {fold(name) for name in departments}, create_departments),
        *_misled(fresh, lines, {*lines, *roster.unread, *members}),
    ]
    return sorted(problems, key=lambda each: each.line)


def fold(name: str) -> str:
    """A department's name, as two that are the same compare."""
    return " ".join(name.split()).casefold()


def new(roster: Roster, members: Collection[str]) -> list[Row]:
    """The lines of those who aren't members already."""
    return [row for row in roster.rows if row.email not in members]


def new_departments(rows: Iterable[Row], departments: Iterable[str]) -> list[str]:
    """The departments of these lines that there aren't yet, each as it is written first."""
    known = {fold(name) for name in departments}
    found: dict[str, str] = {}
    for row in rows:
        if row.department and fold(row.department) not in known:
            found.setdefault(fold(row.department), row.department)
    return [*found.values()]


def _repeated(rows: Iterable[Row], lines: Mapping[str, int]) -> Iterator[Problem]:
    for row in rows:
        if row.email and lines[row.email] != row.line:
            yield Problem(row.line, "email", "duplicate_email", {"line": lines[row.email]})


def _misplaced(rows: Iterable[Row], known: set[str], create: bool) -> Iterator[Problem]:
    """What is wrong with the departments of these lines."""
    created: set[str] = set()
    for row in rows:
        department = fold(row.department or "")
        if not department or department in known or department in created:
            continue
        if not create:
            yield Problem(row.line, "department", "unknown_department", {"value": _short(row.department or "")})
            continue
        created.add(department)
        if len(created) == MOST_NEW_DEPARTMENTS + 1:
            yield Problem(row.line, "department", "too_many_departments")


def _misled(rows: Iterable[Row], lines: Mapping[str, int], everybody: Collection[str]) -> Iterator[Problem]:
    """What is wrong with the supervisors of these lines."""
    above: dict[str, str] = {}
    for row in rows:
        boss = row.supervisor_email
        if boss is None:
            continue
        if boss == row.email:
            yield Problem(row.line, "supervisor_email", "supervises_themself")
        elif boss not in everybody:
            yield Problem(row.line, "supervisor_email", "unknown_supervisor", {"value": _short(boss)})
        elif lines[row.email] == row.line:
            above[row.email] = boss
    for circle in _circles(above):
        yield _circle(sorted(lines[email] for email in circle))


def _circles(above: Mapping[str, str]) -> list[list[str]]:
    """The circles among people who have one person above them at most: each is walked past once."""
    walk_of: dict[str, str] = {}
    circles = []
    for start in above:
        at = start
        while at in above and at not in walk_of:
            walk_of[at] = start
            at = above[at]
        if walk_of.get(at) == start:  # this walk has come back to where it was
            circle = [at]
            while (higher := above[circle[-1]]) != at:
                circle.append(higher)
            circles.append(circle)
    return circles


def _circle(lines: Sequence[int]) -> Problem:
    told = ", ".join(map(str, lines[:LINES_NAMED])) + (" …" if len(lines) > LINES_NAMED else "")
    return Problem(lines[0], "supervisor_email", "supervisors_in_a_circle", {"lines": told})
