# ruff: noqa: E501 -- a pattern stays on one line
"""Definitions of VAL and FAR in words: which pairs stand above the bar and which below it.

A definition is counted on one set of pairs, whatever its order: VAL is the share of the same-person pairs that are
accepted, FAR that of the different-person pairs (FaceNet, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified

# how many pairs there are, and how many of them are accepted: no two quotients of these are equal
PAIRS = {"same": (20, 17), "different": (50, 4)}

SAYS = "VAL is the share of accepted pairs among those of the same person, FAR that among those of different people (FaceNet, section 4)"
VAL = r"VAL(?![a-z])(?: ?\((?:\w|\\tau)\))?|validation rate|true[- ]accept(?:ance)? rate"
FAR = r"FAR(?![a-z])(?: ?\((?:\w|\\tau)\))?|false[- ]accept(?:ance)? rate"
RATE = rf"(?:the )?(?:(?P<val>{VAL})|(?P<far>{FAR}))(?: \((?:VAL|FAR)\))?"
SHARE = r"(?:share|fraction|percentage|proportion|part|portion|ratio|probability|percent)"
IS = rf"\b{RATE}(?:\*\*|\$)?(?:, by the way,|, then,)?\s*(?:,|=|:|≔|\bis\b|\bmeans\b|\bdenotes\b|\bgives\b|\bis defined as\b|\bare\b|(?=\**\s+the (?:\w+ )?{SHARE} of\b))\**\s*(?P<not>not )?"
OVER = r"(?:/|÷|over|divided by|relative to|out of|among|amongst)"
FORMS = (
    re.compile(rf"{IS}(?:just |simply |the (?:number|count) of |the quotient of |the )*(?P<top>[^,;:=()/÷]{{4,70}}?)\s*{OVER}\s*(?P<bottom>[^,;:=()/÷.]{{4,70}})", re.I),
    re.compile(rf"{IS}(?:just |simply )*(?:the )?(?P<top>accepted|admitted) {SHARE} of (?P<bottom>[^,;:=()/÷.]{{2,70}})", re.I),
    re.compile(rf"\b{RATE} (?:divides|relates|compares) (?P<top>[^,;:=()/÷.]{{4,70}}?) (?:by|to|with) (?P<bottom>[^,;:=()/÷.]{{4,70}})", re.I),
    re.compile(rf"\b{RATE} (?:counts|takes) (?P<top>[^,;:=()/÷.]{{4,70}}?),? (?:(?:and|then) divides (?:them |it )?by|{OVER}) (?P<bottom>[^,;:=()/÷.]{{4,70}})", re.I),
    re.compile(rf"{IS}(?:just |simply )*(?:the |that )?{SHARE} of (?P<bottom>[^,;:=()/÷.]{{4,70}}?) (?P<top>(?:that|which|whose|we|at a distance|with (?:an? )?(?:squared )?distance|closer|below|within|under|above|judged|called|taken|declared|accepted|wrongly accepted|rejected) ?[^,;:=()/÷.]{{0,70}})", re.I),
)  # fmt: skip
LAST = len(FORMS) - 1
# whether it is divided by the accepted pairs or by those of these people is not said
UNDIVIDED = re.compile(
    rf"{IS}(?:just |simply )*(?:the )?{SHARE} of (?P<top>[^,;:=()/÷.]{{4,70}})(?=[,;.)]|$)", re.I
)
SHARE_OF = re.compile(rf"^(?:the |that )?{SHARE} of ", re.I)
WHO = r"(?:person|identity|people|persons|identities|face|class|individual|label)s?"
SAME = re.compile(
    rf"\bP_\{{?(?:\\(?:rm|text|mathrm) ?\{{?)?s(?:ame)?\b|\bsame[- ](?:{WHO}[- ]?)?(?:pairs?)?|\b(?:genuine|matching|matched|positive|equal) (?:pairs?|ones)|\b(?:the same|one|a single|one and the same) (?:{WHO})|\btrue accepts?\b|\b(?:rightly|correctly) accepted",
    re.I,
)
DIFFERENT = re.compile(
    rf"\bP_\{{?(?:\\(?:rm|text|mathrm) ?\{{?)?d(?:iff)?\b|\b(?:different|distinct|unequal)[- ](?:{WHO}[- ]?)?(?:pairs?)?|\b(?:impost[eo]r|non-?matching|mismatched|negative) (?:pairs?|ones)|\b(?:two|different|distinct) (?:{WHO}|strangers)|\bstrangers\b|\bfalse accept(?:ance)?s?\b|\b(?:wrongly|falsely|mistakenly) accepted",
    re.I,
)
ACCEPTED = re.compile(
    r"\baccept(?:ed|s|ances?)?\b|\b(?:below|under|within|at most|closer than|smaller than|lies? below)(?: (?:the|a|this|that))*(?: distance)? (?:threshold|it\b)|\bpass(?:es|ed)?\b",
    re.I,
)
REJECTED = re.compile(
    r"\breject(?:ed|s|ions?)?\b|\b(?:above|over|beyond|larger than|farther than)(?: the)? threshold|\bmissed\b|\bturned away\b",
    re.I,
)
ALL = re.compile(r"\b(?:all|tested|every|the number of|the total number of|both kinds of) (?:the |tested |possible |of the )*pairs?\b|\bboth (?:sorts|kinds) of pairs\b", re.I)  # fmt: skip
OTHER = re.compile(
    r"\b(?:if|would|could|never|instead|rather|unlike|whereas|confus\w+|mistak\w+|precision|one minus|half|twice|accuracy|similarity)\b|\b1 ?[-−]|n['’]t\b|\d\s?\\?%|\d{2,}|\?",
    re.I,
)


# "accepted as the same person" says what was decided, not who is in the picture
DECIDED = re.compile(
    r"\b(?:accepted|judged|called|declared|taken|classified|counted)(?: (?:to|be|as|for|of|being|show|showing))* (?:the |one |a )*(?:same|match(?:ing)?)(?: (?:person|identity|face))?",
    re.I,
)


def _counted(text: str, within: str) -> tuple[Fraction, str] | None:
    """How many of the pairs a phrase speaks of, and of whom; `within` is whom the other side of the bar is about."""
    text = DECIDED.sub("accepted", text)
    same, different = SAME.search(text) is not None, DIFFERENT.search(text) is not None
    accepted, rejected = ACCEPTED.search(text) is not None, REJECTED.search(text) is not None
    if (same and different) or (accepted and rejected):
        return None
    who = "same" if same else "different" if different else within
    if not who and not (ALL.search(text) or accepted or rejected):
        return None
    total = Fraction(0)
    for name in (who,) if who in PAIRS else tuple(PAIRS):
        every, passed = PAIRS[name]
        total += passed if accepted else every - passed if rejected else every
    return total, who or "all"


# VAL(d) = |TA(d)|/|P_same| without its signs
FORMULA = re.compile(
    r"(?P<rate>VAL|FAR)(?:\(\w+\))?&?:?=(?:[td]?frac)?(?P<top>TA|FA)(?:\(\w+\))?/?P_?(?P<bottom>same|diff)\w*",
    re.I,
)
SIGNS = re.compile(
    r"\\(?:math\w+|rm|text|textrm|operatorname|left|right|[lr]?vert|bigl?|bigr)(?![a-z])|[{}|\\\s$,.;]"
)


def rate_formula(formula: str) -> Judged | None:
    """A ruling on `VAL(d) = |TA(d)| / |P_same|` and its like; None for another formula.

    >>> rate_formula(r"\\mathrm{FAR}(d) = |\\mathrm{FA}(d)|/|\\mathcal{P}_{same}|").ruling.value
    'refuted'
    """
    found = FORMULA.fullmatch(SIGNS.sub("", formula))
    if found is None:
        return None
    return quotient_ruling(found.group("rate"), found.group("top"), found.group("bottom"))


def quotient_ruling(rate: str, accepted: str, pairs: str) -> Judged:
    """A ruling on a rate as a quotient: `VAL`, `TA` or `TP` above, `same` or `s` below, and `FAR`, `FA`, `diff`."""
    parts = rate.upper(), accepted[0].upper(), pairs[0].lower()
    if parts in {("VAL", "T", "s"), ("FAR", "F", "d")}:
        return verified(Kind.DEFINITION, SAYS, Method.TABLE)
    witness = {
        "VAL": "|TA|/|P_same|",
        "FAR": "|FA|/|P_diff|",
        "stated": f"{parts[0]} = {accepted}/P_{pairs}",
    }
    return refuted(Kind.DEFINITION, SAYS, Method.TABLE, witness)


def rate_definitions(sentence: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each definition of one of the rates.

    >>> [j.ruling.value for *_, j in rate_definitions("FAR = accepted different-person pairs / all same-person pairs")]
    ['refuted']
    >>> [j.ruling.value for *_, j in rate_definitions("VAL is the share of same-person pairs that are accepted.")]
    ['verified']
    """
    named = [
        0,
        *[found.start() for found in re.finditer(rf"\b(?:{RATE})", sentence, re.I)][1:],
        len(sentence),
    ]
    for first, last in pairwise(named):
        for start, end, judged in _definitions(sentence[first:last]):
            yield first + start, first + end, judged


def _definitions(sentence: str) -> Iterator[Spanned]:
    """The definitions in words that begin with the one rate they are of."""
    taken: list[tuple[int, int]] = []
    for number, form in enumerate(FORMS):
        for found in form.finditer(sentence):
            start, end = found.span()
            if any(a < end and start < b for a, b in taken) or OTHER.search(found.group()):
                continue
            top, bottom = SHARE_OF.sub("", found.group("top")), found.group("bottom")
            if number == 0 and re.search(r"\b(?:that|which|whose)\b", top):
                continue
            below = _counted(bottom, "")
            above = _counted(top, below[1] if below is not None and below[1] != "all" else "")
            if below is None or above is None or (number == LAST and not _states(top, bottom)):
                continue
            if number == LAST and below[1] == "all" and ACCEPTED.search(bottom):
                above = _counted(f"{top} accepted", "")
                if above is None:
                    continue
            name = "same" if found.group("val") else "different"
            every, passed = PAIRS[name]
            holds = above[0] / below[0] == Fraction(passed, every)
            denied = "not" in form.groupindex and found.group("not") is not None
            taken.append((start, end))
            if holds != denied:
                yield start, end, verified(Kind.DEFINITION, SAYS, Method.COUNT)
            else:
                witness: dict[str, object] = {
                    "pairs of the same person": PAIRS["same"][0], "accepted of them": PAIRS["same"][1],
                    "pairs of different people": PAIRS["different"][0], "accepted of those": PAIRS["different"][1],
                    "VAL" if name == "same" else "FAR": f"{passed}/{every}", "as stated": str(above[0] / below[0]),
                }  # fmt: skip
                yield start, end, refuted(Kind.DEFINITION, SAYS, Method.COUNT, witness)
    for found in UNDIVIDED.finditer(sentence):
        start, end = found.span()
        top, name = found.group("top"), "same" if found.group("val") else "different"
        if any(a < end and start < b for a, b in taken) or OTHER.search(found.group()) or found.group("not"):
            continue
        counted = _counted(top, "")
        if counted is not None and ACCEPTED.search(top) and counted[1] in PAIRS and counted[1] != name:
            witness = {
                "it speaks of": f"pairs of {counted[1]} people",
                "accepted of them": PAIRS[counted[1]][1],
            }
            yield start, end, refuted(Kind.DEFINITION, SAYS, Method.COUNT, witness)


def _states(top: str, bottom: str) -> bool:
    """Whether the part that picks pairs out says something of them that the part before it does not."""
    return any(
        pattern.search(top) is not None and pattern.search(bottom) is None
        for pattern in (SAME, DIFFERENT, ACCEPTED, REJECTED)
    )


__all__ = ["quotient_ruling", "rate_definitions", "rate_formula"]
