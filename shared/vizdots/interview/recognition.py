"""Recognising which of the eleven languages a text is written in: by its script, then by its commonest words."""

import re
from typing import Final

from vizdots.agents import Language

# The commonest words of each language, those that it shares with others included: they speak for all of them.
COMMON: Final[dict[Language, frozenset[str]]] = {
    "en": frozenset(
        "the and is are was were with this that it it's its my me we our us have has had been be of for from not no but"
        " very too i i'm to in on off a an as at by do does don't if or so than then there they what when which who"
        " you your can all just".split()
    ),
    "es": frozenset(
        "el la los las lo un una y o es está son fue ha he hemos con esta este mi mis me se nos muy pero porque de del"
        " en que no más sí si hay estoy trabajo para por al a como sin su todo cuando".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et ou est était sont a avec cette ce mon ma mes me se nous on très mais parce en"
        " que qui ne pas plus je j'ai c'est il elle au aux pour par sur dans trop travail sans tout quand non".split()
    ),
    "de": frozenset(
        "der die das den dem des und oder ist sind war mit diese mein meine mir mich wir uns sehr aber weil ein eine"
        " einen nicht kein keine ich es zu viel habe hat auf für von im in am an auch noch nur wie wenn so als"
        " arbeit".split()
    ),
    "pt": frozenset(
        "o os a as um uma e ou é está são foi com esta este meu minha me se nos muito mas porque de do da dos das no na"
        " em que não mais sim há tenho estou trabalho para por ao como sem tudo quando".split()
    ),
    "it": frozenset(
        "il lo la i gli le un una e o è era sono con questa questo mio mia mi me si ci molto ma perché di del della dei"
        " in nel che non no più ho ha anche lavoro per da al a come quando tutto".split()
    ),
    "nl": frozenset(
        "de het een en of is zijn was met deze dit mijn me wij we ons heel erg maar omdat niet geen ik te veel heb"
        " heeft ook werk van in op voor aan als er dat die nog naar wat je".split()
    ),
    "pl": frozenset(
        "i a w z ze na do jest są był była było to ten mój moja mi się nas bardzo ale bo nie jestem mam dużo za o od po"
        " dla jak gdy co pracy że już tylko też on".split()
    ),
}
KANA: Final = re.compile(r"[\u3040-\u30ff]")
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
SURE: Final = 1.25  # more than one word of the language's own; a single one is too often a name or a loan

# What a word says of each language that has it: a word of four languages says a quarter for each of them.
WEIGHT: Final = {
    word: 1 / sum(word in common for common in COMMON.values()) for word in frozenset[str]().union(*COMMON.values())
}


def recognise(text: str, assumed: Language) -> Language:
    """The language of the text, or the assumed one unless the text clearly speaks for another: "4, ok" doesn't."""
    if KANA.search(text):
        return "ja"
    if HANGUL.search(text):
        return "ko"
    if HAN.search(text):  # a Japanese "普通" and a Chinese one are the same characters
        return "ja" if assumed == "ja" else "zh"
    words = set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.casefold().replace("’", "'")))
    score = {language: sum(WEIGHT[word] for word in words & common) for language, common in COMMON.items()}
    best = max(score, key=lambda language: score[language])
    return best if score[best] >= score.get(assumed, 0) + SURE else assumed
