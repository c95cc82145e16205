"""Inequalities about triplets under the text's own letters, for example x, y, z for anchor, positive and negative."""

from __future__ import annotations

import re

from grader.verify.claim import Judged
from grader.verify.margins import triplet_claim
from grader.verify.triplet_gradients import triplets_in

RELATION = re.compile(r"[<>≤≥]|\\(?:lt|gt|leq?|geq?)(?![a-z])")
LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])")
USUAL = ("a", "p", "n")


def judge(text: str, sentence: str, about: str) -> Judged | None:
    """A ruling on an inequality whose letters the text's own loss, before it, explains; None for anything else."""
    if not RELATION.search(text):
        return None
    known = triplets_in(about)
    if len(known) != 1:
        return None
    own = (known[0].anchor, known[0].positive, known[0].negative)
    if own == USUAL or not all(len(letter) == 1 for letter in own):
        return None
    usual = dict(zip(own, USUAL, strict=True))
    used = set(LETTER.findall(text))
    if not used & set(own) or used & set(USUAL) - set(own):
        return None
    spelled = LETTER.sub(lambda found: usual.get(found.group(), found.group()), text)
    return triplet_claim(spelled, sentence.replace(text, spelled), "")


__all__ = ["judge"]
