# ruff: noqa: E501 -- a pattern stays on one line
"""Which way a step of gradient descent moves the points of a triplet, and how the sorts change with the margin, in words.

The gradients are 2(n − p), 2(p − a) and 2(a − n) for the anchor, the positive and the negative: a step against them
moves the positive towards the anchor and the negative away from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified

_WHO = r"(?P<{0}>(?-i:p|n)|(?:the |each |its )?(?:positive|negative))"
_ANCHOR = r"(?:(?-i:a)|(?:the |its )?anchor)(?![\w'’-])"
_TOWARDS = (
    r"(?P<{0}>towards?|closer to|nearer to|(?:in)?to the direction of|away from|farther from|further from)"
)
_ADVERBS = r"(?:(?:therefore|thus|hence|then|also|only|alone|just|directly|straight|further|itself|slightly|a little|is|gets|being) )*"
MOVES = re.compile(
    rf"(?<![\w^_/∂∇−-]){_WHO.format('who')} {_ADVERBS}(?:moves?|goes|drifts?|moved|pulled|pushed|drawn|driven|shifts?) {_ADVERBS}{_TOWARDS.format('to')} {_ANCHOR}"
    rf"|\b(?:moves?|pulls?|draws?|brings?|pushes|push|drives?|shifts?) {_WHO.format('who2')} {_ADVERBS}{_TOWARDS.format('to2')} {_ANCHOR}",
    re.I,
)
OF_STEPS = re.compile(
    r"\bgradients?\b|\bdescent\b|\bsteps?\b|\bupdates?\b|∂|∇|\bderivatives?\b|\btraining\b|\bminimi[sz]\w+",
    re.I,
)
OPEN = re.compile(
    r"\bascent\b|\bnot\b|n['’]t\b|\bnever\b|\bif\b|\bwould\b|\bcould\b|\bwrong\b|\bsign\b|\beasy\b|\binactive\b|\bsatisf\w+|\bopposite\b|\bgradient (?:itself )?points?\b|\?|\balong (?:the|its) gradient\b|\bwithout\b|\bshould\b",
    re.I,
)
SORTS = r"(?P<{0}>semi-?\s?hard|(?<!semi-)(?<!semi )(?<!batch-)(?<!batch )hard|easy|active)"
_THINGS = r"(?: (?:set|triplets?|negatives?|ones|region|band|examples))*"
_OF_MARGIN = r"(?: (?:with|in|as|when|on|of|if))? (?:an? |the )?(?:larger |bigger |growing |increasing )?(?:margin|α)(?: (?:grows|increases|is (?:raised|increased)|gets larger))?"
CHANGES = re.compile(
    rf"\b(?:(?:the )?set of (?:the )?{SORTS.format('sort')}{_THINGS}|(?:the )?{SORTS.format('sort2')}{_THINGS})(?:, d\(a, ?n\) ?< ?d\(a, ?p\),| \([^()]{{1,30}}\))? (?:can only |can |may only |only |will |must |then |always )*(?P<how>grows?|increases?|widens?|gets? larger|shrinks?|decreases?|narrows?|gets? smaller|(?:do|does) not (?:depend on|change with)|(?:is|are) independent of|stays? the same|depends? on|changes?){_OF_MARGIN}",
    re.I,
)
UP = re.compile(r"grow|increas|widen|larger", re.I)
DOWN = re.compile(r"shrink|decreas|narrow|smaller", re.I)
DIRECTION = {"semi-hard": 1, "active": 1, "hard": 0, "easy": -1}
TOLD = {1: "it grows", 0: "it stays as it is", -1: "it shrinks"}
MINIMUM = re.compile(
    r"\b(?:collapse|(?:a |the )?collapsed (?:network|embedding|solution|model|map)|the (?:constant|trivial) (?:solution|embedding|map))\s(?:(?:is|would be)\s)?(?:therefore |thus |hence |then |also |even |in fact )*(?:is )?(?:(?:the|a) global (?:minimum|minimi[sz]er|optimum)|(?:globally )?optimal|the (?:minimum|minimi[sz]er|optimum|best solution))\b(?: (?:of|for) (?:the |this )?(?:\w+[- ])?(?:triplet )?(?:loss|hinge))?",
    re.I,
)


def movements(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each.

    >>> said = "A gradient step moves p towards a and pushes the negative towards the anchor."
    >>> [one.ruling.value for *_, one in movements(said, "the triplet loss")]
    ['verified', 'refuted']
    """
    around = f"{before[-500:]} {sentence}"
    if not re.search(r"\btriplets?\b|\banchors?\b|\bmargin\b", around, re.I):
        return
    if OF_STEPS.search(around) and not OPEN.search(sentence):
        yield from _moves(sentence)
    if not re.search(r"\b(?:not (?!depend|change)|if|never|would)\b|n['’]t\b|\?", sentence, re.I):
        yield from _changes(sentence, around)
        for found in MINIMUM.finditer(sentence):
            says = "with all points equal each loss is [0 − 0 + α]₊ = α, while classes that are far enough apart have loss 0"
            yield (
                found.start(),
                found.end(),
                refuted(Kind.FACT, says, Method.COUNT, {"collapsed": "α", "separated": 0}),
            )


def _moves(text: str) -> Iterator[Spanned]:
    for found in MOVES.finditer(text):
        who = (found.group("who") or found.group("who2")).lower()
        positive = who == "p" or who.endswith("positive")
        towards = re.match(r"away|f[au]rther", found.group("to") or found.group("to2"), re.I) is None
        slope, moved = ("2(p − a)", "p − 2η(p − a)") if positive else ("2(a − n)", "n − 2η(a − n)")
        says = f"its gradient is {slope}: a step of descent takes it to {moved}, {'towards the anchor' if positive else 'away from the anchor'}"
        if towards == positive:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.SYMBOLIC)
        else:
            witness = {"a": 0, "before": 1, "after a step of 0.1": 0.8 if positive else 1.2}
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


def _changes(text: str, around: str) -> Iterator[Spanned]:
    for found in CHANGES.finditer(text):
        sort = re.sub(r"semi-?\s?hard", "semi-hard", (found.group("sort") or found.group("sort2")).lower())
        how = found.group("how")
        if sort == "hard" and not re.search(r"semi-?\s?hard", around, re.I):
            continue  # whatever has a loss may be meant
        true = DIRECTION[sort]
        stated = 1 if UP.search(how) else -1 if DOWN.search(how) else None
        depends = stated is None and re.match(r"depend|change", how, re.I) is not None
        holds = true != 0 if depends else true == (stated or 0)
        says = f"for fixed distances d(a,p) < d(a,n) < d(a,p) + α bounds the semi-hard ones: with a larger margin {TOLD[true]} for the {sort} ones"
        if holds:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
        else:
            witness = {"d(a,p)": 0.5, "d(a,n)": 0.6 if true else 0.4, "margins": [0.05, 0.2]}
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, witness)


__all__ = ["movements"]
