"""Reading explicit answers: a rating, a choice, yes or no, a list. What isn't explicit is null, never a guess."""

import re
from typing import Final

from vizdots.interview.script import Script, plain
from vizdots.texts import LABEL_LENGTH, LIST_LENGTH, TEXT_LENGTH

# A full stop or comma between digits belongs to the number: 4.5 isn't a 4.
BREAK: Final = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[;!?\n、。，；！？…]|\s[-–—]+\s")
LIST_BREAK: Final = re.compile(r"[\n;；、，・•·]|,(?!\d)|(?<!\d),|->|→|>")
BULLET: Final = re.compile(r"^\s*(?:[-*–—]+\s|\(?\d{1,2}[.)](?!\d)\s*)")
# Ranges, decimals, percentages, times, ordinals and signs stay one token, so that they're no rating.
NUMBER: Final = re.compile(r"(?<![A-Za-z\d])[-−+]?\d[\dA-Za-z.,:/%–-]*")
LONGEST_LEAD: Final = 2  # words before a rating that tell nothing: "I'd say", "un"
EDGES: Final = " \t\n\r.,;:!?、。，；：！？…-–—\"'“”„«»「」()（）"


def rating(text: str, script: Script) -> int | None:
    """The one whole number from 1 to 5 that the text gives as an answer; None when there is none, or a doubt.

    "4", "４", "four", "4/5", "I'd say 4", "4 because …" are answers; "3 meetings", "4.5", "4 or 5" and "7" aren't.
    """
    signed = re.sub(r"(?<!\S)-(?=\d)", "−", text)  # a sign isn't a bullet
    found = {value for clause in _clauses(signed) if (value := _clause_rating(clause, script)) is not None}
    value = found.pop() if len(found) == 1 else 0
    return value if value in range(1, 6) else None


def choice(text: str, script: Script, kind: str) -> str | None:
    """The one option of a kind ("grade", "frequency", "change") that the text names; None when it negates it."""
    named: set[str] = set()
    for clause in _clauses(text):
        rest, told = clause, set()
        options = [(word, value) for value, words in script.words[kind].items() for word in words]
        for word, value in sorted(options, key=lambda it: -len(it[0])):
            rest, times = re.subn(script.pattern([word]), " ", rest)
            if times:
                told.add(value)
        if not re.search(script.pattern(script.words["not"]), rest):  # what is left: "not high" is no high
            named |= told
    return named.pop() if len(named) == 1 else None


def yes_or_no(text: str, script: Script) -> list[bool]:
    """The plain yeses and noes of a text in their order: the first may be explained, any further one stands alone."""
    numbered = re.sub(r"\(?(?<!\d)[12][.):]\s*", "\n", plain(text))
    clauses = _plain_clauses(numbered, script)
    yes, no = script.pattern(script.words["yes"]), script.pattern(script.words["no"])
    told: list[bool] = []
    for clause in clauses:
        alone = re.fullmatch(f"(?>(?:{yes}|{no})\\s*)+", clause)  # atomic: 不是 must not be tried as 不 and 是, too
        if alone:
            told += [bool(re.match(yes, it[0])) for it in re.finditer(f"{yes}|{no}", clause)]
        elif not told and not script.glued and bool(re.search(yes, clause)) != bool(re.search(no, clause)):
            told += [value for value, word in ((True, yes), (False, no)) if re.match(word, clause)]
    return told


def agrees(text: str, script: Script) -> bool | None:
    """Whether the text says yes and nothing else (True), begins with no (False), or is neither (None)."""
    clauses = _plain_clauses(text, script)
    yes, no = script.pattern(script.words["yes"]), script.pattern(script.words["no"])
    if clauses and all(re.fullmatch(f"(?>{yes}\\s*)+", clause) for clause in clauses):
        return True
    refuses = re.fullmatch if script.glued else re.match
    return False if clauses and refuses(no, clauses[0]) else None


def entries(text: str, script: Script) -> list[str]:
    """The entries of a list by commas, semicolons, arrows or lines, in the person's words; none when they say so."""
    parts = [BULLET.sub("", part).strip(EDGES.replace("(", "").replace(")", "")) for part in LIST_BREAK.split(text)]
    apart = r"\s*" if script.glued else r"\s+"  # "e" is a Spanish "and", but not in "e-mail"
    joint = re.compile(rf"{script.pattern(script.words['and'])}{apart}")
    # Only a comma makes it clear that "and" joins entries rather than words of one: "research and development".
    parts = [part[it.end() :] if at and (it := joint.match(plain(part))) else part for at, part in enumerate(parts)]
    kept: dict[str, str] = {}
    for part in parts:
        entry = shortened(part, LABEL_LENGTH)
        if has_words(entry) and plain(entry) not in script.words["nothing"]:
            kept.setdefault(plain(entry), entry)
    return list(kept.values())[:LIST_LENGTH]


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it: a smiley or "???" names nothing."""
    return re.search(r"[^\W_]", text) is not None


def says_nothing(text: str, script: Script) -> bool:
    """Whether the whole text is a word for none."""
    return plain(text).strip(EDGES) in script.words["nothing"]


def sections(text: str, script: Script) -> dict[str, str]:
    """The parts of a text under the headings name, steps, tools and data; what stands before them under "".

    A heading stands at the beginning of the text, of a line or of a sentence, and ends with a colon.
    """
    headings = {word: name for name, words in script.words["headings"].items() for word in words}
    either = "|".join(re.escape(word) for word in sorted(headings, key=len, reverse=True))
    found = list(re.finditer(rf"(?:^|(?<=[\n.;,。、!?])|(?<=[.;,]\s))[ \t]*({either})[ \t]*:", plain(text)))
    told = {"": text[: found[0].start()] if found else text}
    for at, heading in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        told[headings[heading[1]]] = text[heading.end() : end].strip(EDGES)
    return told


def own_words(text: str, script: Script) -> str | None:
    """The text without the bare ratings and choices at its two ends; None when there is nothing else."""
    spans, start = [], 0
    for cut in BREAK.finditer(text):
        spans.append((start, cut.start()))
        start = cut.end()
    spans.append((start, len(text)))
    parts = [(span, plain(text[slice(*span)]).strip(EDGES)) for span in spans]
    telling = [span for span, part in parts if has_words(part) and not _is_bare(part, script)]
    if not telling:
        return None
    closing = len(text) if telling[-1] == spans[-1] or telling[-1][1] + 1 >= len(text.rstrip()) else telling[-1][1]
    return shortened(text[telling[0][0] : closing].strip(), TEXT_LENGTH)


def shortened(text: str, length: int) -> str:
    """The text, or as much of it as fits with an ellipsis. NUL, which a database can't hold, goes."""
    text = text.replace("\x00", "").strip()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _clauses(text: str) -> list[str]:
    return [clause for part in BREAK.split(plain(text)) if (clause := part.strip(EDGES))]


def _plain_clauses(text: str, script: Script) -> list[str]:
    """The clauses without their thanks and pleases, which no comma need part from a yes."""
    polite = script.pattern(script.words["polite"])
    return [said for clause in _clauses(text) if (said := re.sub(polite, " ", clause).strip(EDGES))]


def _number_words(script: Script) -> str:
    """Number words; where words are glued, only as a whole clause but for a unit: 一 is in 一番, 이 in 이번."""
    words = script.pattern([word for words in script.words["numbers"].values() for word in words])
    return rf"^{words}(?=\s*{script.pattern(script.words['units'])}?$)" if script.glued else words


def _clause_rating(clause: str, script: Script) -> int | None:
    """The number that the clause gives as an answer, in range or not; None when it gives none."""
    rated = _rated(clause, script)
    return None if rated is None else rated[0]


def _rated(clause: str, script: Script) -> tuple[int, str, str] | None:
    """As `_clause_rating`, with what stands before the number and behind it."""
    words = script.words
    number = rf"{NUMBER.pattern}|{_number_words(script)}"
    for scale in words["scale_before"]:
        clause = clause.replace(scale, "").strip()
    five = rf"(?:5|{script.pattern(words['numbers']['5'])})(?!\d)"
    out_of = rf"\s*(?:/|{script.pattern(words['out_of'])})\s*{five}"
    clause = re.sub(rf"(?P<of>(?<![\d.,/])\d+|{_number_words(script)}){out_of}", r"\g<of>", clause)
    found = list(re.finditer(number, clause))
    if len(found) > 1:  # "un 3": what reads like one is an article
        found = [it for it in found if it[0] not in words["numbers"]["1"]]
    if len(found) != 1:
        return None
    before, after = clause[: found[0].start()].strip(), clause[found[0].end() :].strip()
    value = _value(found[0][0], script)
    if value is None or not _may_follow(after, script):
        return None
    is_article = value == 1 and not found[0][0].isdigit()  # "a good one", "un jour"
    return (value, before, after) if not before or (_introduces(before, script) and not is_article) else None


def _value(token: str, script: Script) -> int | None:
    token = token.rstrip(".,:-–")
    if token.isdecimal():
        return int(token[:3])  # out of range is out of range; a thousand digits aren't worth converting
    return next((int(value) for value, words in script.words["numbers"].items() if token in words), None)


def _may_follow(after: str, script: Script) -> bool:
    """After a rating comes nothing, a unit, a reason or an option: not the things that were counted."""
    words = script.words
    after = re.sub(rf"^{script.pattern(words['units'])}\s*", "", after)
    options = [word for kind in ("grade", "change") for listed in words[kind].values() for word in listed]
    if not re.search(r"[\w%€$£¥°]", after):  # nothing, or a smiley
        return True
    return re.match(script.pattern([*words["because"], *options]), after) is not None


def _introduces(before: str, script: Script) -> bool:
    """Whether these words lead to a rating ("I'd say 4", "rating: 4") rather than to something counted."""
    return (
        before.endswith((":", "=")) or re.search(rf"{script.pattern(script.words['introduce'])}$", before) is not None
    )


def _is_bare(clause: str, script: Script) -> bool:
    """Whether the clause holds nothing but a rating or an option: "4, high", "I'd say 3", "un 3"."""
    words = script.words
    options = [word for kind in ("grade", "frequency", "change") for listed in words[kind].values() for word in listed]
    if re.fullmatch(script.pattern(options), clause):
        return True
    rated = _rated(clause, script)
    if rated is None:
        return False
    _, before, after = rated
    if has_words(re.sub(script.pattern([*words["units"], *options]), " ", after)):
        return False
    lead = before.strip(EDGES)  # "The new boss is a 2" tells something, "Boss: 2" does, too
    return not lead or (not script.glued and len(lead.split()) <= LONGEST_LEAD and _introduces(lead, script))
