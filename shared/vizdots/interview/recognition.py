"""Recognising which of the eleven languages a text is written in: by its script, then by its commonest words."""

import re
from typing import Final

from vizdots.agents import Language

# The commonest words of each language, those that two languages share left out where one letter tells them apart.
COMMON: Final[dict[Language, frozenset[str]]] = {
    "en": frozenset(
        "the and is are was were with this that it's my we our have has been of for not but very too i'm to".split()
    ),
    "es": frozenset(
        "el los las y es está fue con esta mi mis hemos muy pero porque del una más sí hay estoy trabajo".split()
    ),
    "fr": frozenset(
        "le les et est était avec cette mon mes nous très mais parce des une plus je j'ai c'est pas du travail".split()
    ),
    "de": frozenset(
        "der die das und ist war mit diese meine wir sehr aber weil ein eine nicht ich es zu viel habe arbeit".split()
    ),
    "pt": frozenset(
        "o os as e é está foi com esta meu minha muito mas porque do da uma não mais tenho estou trabalho".split()
    ),
    "it": frozenset(
        "il gli le e è era con questa mio mia molto ma perché della una non più ho sono anche lavoro di".split()
    ),
    "nl": frozenset("de het en is was met deze mijn wij heel maar omdat een niet ik te veel heb ook werk van".split()),
    "pl": frozenset("i jest był była było z to mój moja bardzo ale bo nie się jestem mam dużo na w pracy że".split()),
}
KANA: Final = re.compile(r"[\u3040-\u30ff]")
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
SURE: Final = 2  # common words; a single one is too often a name or a loan


def recognise(text: str, assumed: Language) -> Language:
    """The language of the text, or the assumed one when the text is too short to tell, like "4, ok"."""
    if KANA.search(text):
        return "ja"
    if HANGUL.search(text):
        return "ko"
    if HAN.search(text):  # a Japanese "普通" and a Chinese one are the same characters
        return "ja" if assumed == "ja" else "zh"
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.casefold().replace("’", "'"))
    score = {language: sum(word in common for word in words) for language, common in COMMON.items()}
    best = max(score, key=lambda language: (score[language], language == assumed))
    return best if score[best] >= SURE else assumed
