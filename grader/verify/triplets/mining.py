# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Which positive and which negative of a triplet is the hardest: arg max and arg min over distances.

The hard positive is the farthest one, the hard negative the nearest one (Schroff et al. 2015, section 3.2).
"""

from __future__ import annotations

import re

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.notation import ascii_form

EXTREME = re.compile(
    r"^\W*(?:[^=]{0,40}(?::=|=)\s*(?:&\s*)?)?\\?(?:operatorname\*?\s*\{\s*|mathrm\s*\{\s*|text\s*\{\s*|underset\s*\{[^{}]*\}\s*\{\s*\\?(?:operatorname\*?\{|mathrm\{)?)?(?P<arg>arg\s*(?:\\[,;! ]|\\)?\s*)?(?P<extreme>min|max)(?![a-z])\}*\s*(?:\\limits\s*)?(?:_\s*(?:\{(?P<over>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(?P<one>\w)))?\s*(?P<body>.*)$",
    re.DOTALL,
)
ROLE = re.compile(
    r"\b(?P<degree>hard(?:est)?|easy|easiest|farthest|furthest|nearest|closest|most distant)(?:[- ]mined)? (?P<who>positive|negative)s?\b",
    re.IGNORECASE,
)
DISTANCE = re.compile(
    r"^\W*(?:(?:\\left)?\s*(?:\\\||\|\||\\lVert|\\Vert)|(?:d|D|dist|\\text\{dist\}|\\mathrm\{d\}|\\operatorname\{d(?:ist)?\})\s*(?:_\{?\w+\}?)?\s*\(|(?:d|D)_\s*\{?\s*a)"
)
OTHER = re.compile(r"\bsimilarit|\binner product|\bdot product|\bcosine|-\s*(?:\\left)?\\\|.*-\s*\\\||\bsemi|\binstead\b|\brather\b|\bnot\b", re.IGNORECASE)  # fmt: skip
LONGEST_BETWEEN = 80
FARTHEST = re.compile(r"farthest|furthest|most distant", re.IGNORECASE)
NEAREST = re.compile(r"nearest|closest", re.IGNORECASE)


def judge(text: str, sentence: str) -> Judged | None:
    """A ruling on `hardest positive: argmax_p ‖a − p‖²`; None for anything else.

    >>> judge(r"\\arg\\min_p \\|a - p\\|^2", r"The hard positive is $\\arg\\min_p \\|a - p\\|^2$.").ruling.value
    'refuted'
    """
    found = EXTREME.match(ascii_form(text).strip())
    if found is None or not DISTANCE.match(found.group("body")):
        return None
    if re.search(r"[<>]|\\[lg]eq?\b|\+\s*\\alpha", text) or OTHER.search(f"{text} {sentence}"):
        return None
    before = sentence.partition(text)[0].rstrip(" $\\([")
    roles = list(ROLE.finditer(before))
    between = before[roles[-1].end() :] if roles else "."
    if len(between) > LONGEST_BETWEEN or re.search(r"[.;]|positive|negative", between):
        return None
    degree, who = roles[-1].group("degree").lower(), roles[-1].group("who").lower()
    over = f"{found.group('over') or ''}{found.group('one') or ''}"
    if over and not _fits(over, who):
        return None
    hard = degree.startswith("hard")
    if FARTHEST.search(degree):
        right = "max"
    elif NEAREST.search(degree):
        right = "min"
    else:
        right = "max" if hard == (who == "positive") else "min"
    which = "farthest" if right == "max" else "nearest"
    if found.group("extreme") == right:
        says = f"the {degree} {who} is the {which} one (FaceNet, section 3.2)"
        return verified(Kind.DEFINITION, says, Method.TEXT)
    says = f"the {degree} {who} of an anchor is the {which} one, the arg {right} of the distance (FaceNet, section 3.2)"
    witness = {
        f"distances of two {who}s to the anchor": [0.2, 0.9],
        f"the {degree} {who} has the distance": 0.9 if right == "max" else 0.2,
        "this formula takes": 0.2 if right == "max" else 0.9,
    }
    return refuted(Kind.DEFINITION, says, Method.COUNT, witness)


def _fits(over: str, who: str) -> bool:
    """Whether what the extreme is taken over may be the positives or the negatives."""
    letters = set(re.findall(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])", over))
    wrong = "n" if who == "positive" else "p"
    return wrong not in letters


__all__ = ["judge"]
