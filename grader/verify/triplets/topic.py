# ruff: noqa: E501 -- a pattern stays on one line
"""Which blocks of a document speak of triplets and embeddings: letters and vectors of other parts are not theirs."""

from __future__ import annotations

import re

from grader.verify.reading.document import Text

OURS = re.compile(
    r"\btriplets?\b|facenet|\banchors?\b|semi-?\s?hard|\bnegatives?\b(?! (?:values?|weights?|entries|numbers?|scores?))|\bpositives?\b(?! (?:values?|weights?|kernel|entries|definite|numbers?|features?))|\bembeddings?\b|\bVAL\b|\bFAR\b|\bmargin\b|\bhinge\b|\b(?:same|different)[- ](?:person|people|identity)|\bidentit(?:y|ies)\b|\bfaces?\b|\bmining\b|batch-?hard|\bunit (?:sphere|circle)\b|metric learning|\bstrangers?\b|\bmates?\b|\bpairs\b|\baccept(?:s|ed)\b|\bverification\b|\bimpostors?\b",
    re.I,
)
OTHERS = re.compile(
    r"\battention\b|\bquer(?:y|ies)\b|\bkeys?\b|\bvalues? (?:v|of width|width)|\bsoftmax\b|\bkernels?\b|\bfeature maps?\b|\bfeatures\b|\bcausal\b|\btokens?\b|prediction depth|\bprobes?\b|\bdepths?\b|\bhistograms?\b|\bneighbou?rs\b|\bvot(?:e|es|ed|ing)\b|\bResNet|\bconsensus\b|\bdifficulty\b|\bprefix sums?\b|\bGaussian\b|\bFourier\b|\bmultiplications\b",
    re.I,
)
FEWEST = 1


def our_blocks(text: Text) -> frozenset[int]:
    """The numbers of the blocks that speak of triplets, or go on below one that does.

    >>> from grader.verify.reading.document import read_text
    >>> sorted(our_blocks(read_text("# Attention\\n\\nLet q = (1, 0).\\n\\n# Triplets\\n\\nLet a = (1, 0).")))
    [2, 3]
    """
    ours: set[int] = set()
    here = False
    for number, block in enumerate(text.blocks):
        told = text.spelled(block.text)
        mine, theirs = len(OURS.findall(told)), len(OTHERS.findall(told))
        if block.kind == "heading":
            if mine or theirs:
                here = mine >= theirs and mine > 0
        elif mine > theirs:
            here = True
        elif theirs > mine + FEWEST or (theirs > mine and mine == 0):
            here = False
        if here:
            ours.add(number)
    return frozenset(ours)


__all__ = ["our_blocks"]
