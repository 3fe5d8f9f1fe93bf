"""What a label consists of: words without endings, phrases, pairs of characters, and what they mean by our lexicon.

Endings go by Harman's S-stemmer (1991) and step 1 of Porter's (1980), and the forms that neither knows by a list.
Scripts without spaces become overlapping pairs of characters, as search in Chinese and Japanese does (Fujii & Croft
1993).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from vizdots.workflows.lexicon import acts, forms, things

LIGHT: Final = 0.3  # the weight of "handle" or "process"
PAIR: Final = 0.5  # of two characters in a text without spaces: a word has about two such pairs
GRAMMAR: Final = 0.15  # of two hiragana: endings and particles
LONGEST_PHRASE: Final = 4  # words
SHORT: Final = 3  # letters; shorter words have no ending
NOUN_ENDINGS: Final = ("ation", "ition", "ion", "ement", "ment", "al", "ance")
PRONOUNS: Final = {"it", "them", "this", "that", "these", "those", "everything"}  # "signs it off" is "signs off"

_WORD: Final = re.compile(r"[^\W_]+")
_UNSPACED: Final = re.compile(  # hiragana, katakana, Han, Hangul, Thai to Khmer: a change of script parts words
    r"([\u3040-\u309f]+|[\u30a0-\u30ff]+|[\u3005\u3400-\u9fff\uf900-\ufaff]+|[\uac00-\ud7af]+|"
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+)"
)
_HIRAGANA: Final = re.compile(r"[\u3040-\u309f]+")
_LATIN_MARK: Final = re.compile(r"[\u0300-\u036f]+")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['’]s\b")
_VOWEL: Final = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a label, as it is compared."""

    stem: str
    acts: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    weight: float = 1.0
    is_known: bool = False
    """Whether the lexicon has it: two words that it has are no slips of each other."""


@lru_cache(maxsize=8192)
def normalised(text: str) -> str:
    """The text as it is compared: compatible forms are one (NFKC), no capitals, no Latin accents, words and blanks.

    A text without a single word, as an emoji is, stays as it is.
    """
    folded = text.casefold()
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        folded = unicodedata.normalize("NFKC", _LATIN_MARK.sub("", folded)).casefold()
    words = _WORD.findall(_POSSESSIVE.sub("", folded) if "'" in folded or "’" in folded else folded)
    return " ".join(words) if words else " ".join(text.split())


@lru_cache(maxsize=8192)
def terms(text: str) -> tuple[Term, ...]:
    """The different terms of a normalised text, in their order. A text of silent words only keeps them."""
    words = [word for word in text.split() if word not in PRONOUNS] or text.split()
    stems = _with_phrases([each for word in words for each in _stems(word)])
    said = [each for each in stems if each not in _silent()]
    return tuple(_term(each) for each in dict.fromkeys(said or stems))


def meanings(texts: Iterable[str]) -> frozenset[str]:
    """What the texts speak of, order and number aside: quick, to find what is worth a closer look."""
    return frozenset().union(*map(_spoken_of, {*normalised(" / ".join(texts)).split()}))


def contrasts() -> Sequence[frozenset[str]]:
    """Sets of meanings of which one excludes the others."""
    return _contrasts()


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without its English endings of plurals and tenses: `invoices`, `invoiced` and `invoicing` are `invoic`."""
    word = _irregular().get(word, word)
    if word in _bases() or not (word.isascii() and word.isalpha()):
        return _without_end(word)
    return _without_end(_without_tense(_without_plural(word)))


# ---- endings ---------------------------------------------------------------------------------------------------------


def _without_plural(word: str) -> str:
    if len(word) <= SHORT or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "ses", "zes")) else word[:-1]


def _without_tense(word: str) -> str:
    if not word.endswith(("ing", "ed")):
        return word
    if word.endswith("ied") and len(word) > SHORT:
        return f"{word[:-3]}y"
    base = word[:-3] if word.endswith("ing") else word[:-2]
    if word.endswith("eed") or len(base) < SHORT or not _VOWEL.search(base):
        return word
    return base[:-1] if base[-1] == base[-2] and base[-1] not in "lsz" else base


def _without_end(word: str) -> str:
    if len(word) > SHORT and word.endswith("e"):
        return word[:-1]
    return word[:-1] if len(word) > SHORT + 1 and word.endswith("ll") else word


# ---- words and phrases -----------------------------------------------------------------------------------------------


def _stems(word: str) -> Iterator[str]:
    for part in _UNSPACED.split(word):
        if _UNSPACED.fullmatch(part) and len(part) > 1:
            yield from (part[i : i + 2] for i in range(len(part) - 1))
        elif part:
            yield _numbers().get(part) or stem(part)


def _with_phrases(stems: Sequence[str]) -> list[str]:
    phrases, at = _phrases(), 0
    joined: list[str] = []
    while at < len(stems):
        for length in range(LONGEST_PHRASE, 1, -1):
            phrase = tuple(stems[at : at + length])
            if len(phrase) == length and phrase in phrases:
                joined += phrases[phrase]
                at += length
                break
        else:
            joined.append(stems[at])
            at += 1
    return joined


@lru_cache(maxsize=16384)
def _term(stem: str) -> Term:
    if _UNSPACED.fullmatch(stem):
        return Term(stem, weight=GRAMMAR if _HIRAGANA.fullmatch(stem) else PAIR)
    acts, things = (meaning.get(stem, frozenset()) for meaning in (_acts(), _things()))
    if not acts and not things:  # a noun made of a verb
        bases = (stem.removesuffix(ending) for ending in NOUN_ENDINGS if stem.endswith(ending))
        acts = next((_acts()[base] for base in bases if base in _acts()), acts)
    is_light = stem in _light()
    return Term(stem, acts, things, LIGHT if is_light else 1.0, is_known=bool(acts or things or is_light))


@lru_cache(maxsize=65536)
def _spoken_of(word: str) -> frozenset[str]:
    found = (_term(each) for each in _stems(word) if each not in _silent() and each not in _light())
    return frozenset(each for it in found for each in (it.acts | it.things or {it.stem}))


# ---- the lexicon, read at first use ----------------------------------------------------------------------------------


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in text.split("-"))


def _lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def _meanings_of(text: str, kind: str) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in _lines(text):
        for word in line:
            found["-".join(_phrase(word))].add(f"{kind} {line[0]}")
    return {word: frozenset(each) for word, each in found.items()}


@cache
def _acts() -> Mapping[str, frozenset[str]]:
    return _meanings_of(acts.ACTS, "to")


@cache
def _things() -> Mapping[str, frozenset[str]]:
    return _meanings_of(things.THINGS, "a")


@cache
def _phrases() -> Mapping[tuple[str, ...], Sequence[str]]:
    known = {tuple(word.split("-")): [word] for word in (*_acts(), *_things()) if "-" in word}
    for entry in forms.PHRASES.split():
        phrase, _, same = entry.partition("=")
        known[_phrase(phrase)] = list(_phrase(same)) if same else ["-".join(_phrase(phrase))]
    return known


@cache
def _contrasts() -> Sequence[frozenset[str]]:
    return [frozenset(f"{kind} {word}" for word in line for kind in ("to", "a")) for line in _lines(forms.CONTRASTS)]


@cache
def _light() -> frozenset[str]:
    return frozenset(stem(word) for word in forms.LIGHT.split())


@cache
def _silent() -> frozenset[str]:
    return frozenset(stem(word) for word in forms.SILENT.split())


@cache
def _irregular() -> Mapping[str, str]:
    entries = (each.split() for each in forms.IRREGULAR.replace(";", "\n").strip().splitlines())
    return dict(entries)


@cache
def _bases() -> frozenset[str]:
    return frozenset(_irregular().values())


@cache
def _numbers() -> Mapping[str, str]:
    return {word: str(number) for number, word in enumerate(forms.NUMBERS.split())}
