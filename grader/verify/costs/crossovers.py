# ruff: noqa: E501 -- a pattern stays on one line
"""From which length on attention by features is cheaper than softmax attention: "beats softmax as soon as N > D²".

A feature method costs N·c and softmax attention N²(D + M), so that the lengths at which they cost the same grow like
c/(D + M). What a text states is compared with it where M grows like D.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.costs.complexity import AS_WIDE, letters_of, ties_of
from grader.verify.costs.cost_nouns import Thing, read_things
from grader.verify.costs.operations import normal
from grader.verify.costs.scaling import Found, Scene
from grader.verify.costs.steps import METHODS
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable
from grader.verify.scope.growth import Cost, Same, Ties, cost_of, same_growth, substituted

WINS = re.compile(
    r"\b(?:beats?|beat(?:en|ing)|cheaper|faster|wins?|pays? off|worth(?:while)?|overtakes?|(?:more )?efficient|better than|break(?:s|ing)?[- ]even|superior|comes? out ahead|ahead of|cross(?:es|over|ing)?|profitable|saves?|advantage|outperforms?|undercuts?)\b",
    re.I,
)
LOSES = re.compile(
    r"\b(?:dearer|slower|more expensive|loses|worse|less efficient|not (?:worth|cheaper|faster))\b", re.I
)
_SIZE = r"(?:D_\{?(?:\\text\{)?rand(?:om)?\}?\}?|[DMRLCdmrpchk](?:_[kvr])?)(?:[²³]|\s?\^\s?\{?\d\}?)?"
_TERM = (
    rf"(?:\d+(?:\.\d+)?\s?(?:\\cdot\s?|[·*]\s?)?)?{_SIZE}(?:\s?(?:\\cdot|\\,|[·*])?\s?{_SIZE})*(?:\s?/\s?\d)?"
)
THRESHOLD = re.compile(
    rf"(?<![A-Za-z\\_^])(?P<n>[NnT])\s*(?:\\,)?\s*(?P<how>>|≥|\\gt\b|\\ge(?:q)?\b|\\gg\b|≫|>>|~|∼|\\sim\b|≈|\\approx\b|=|exceeds|(?:is |be |must be )?(?:much |well |far )*(?:larger|bigger|greater|longer|above|more) (?:than|compared (?:with|to))?|(?:is |be )?large (?:compared|relative) (?:with|to)|(?:is |be )?(?:of |on )?(?:the )?order(?: of)?|(?:is )?(?:around|about|near|beyond|reaches|passes))\s*(?:the )?(?:order(?: of)? )?\s*(?P<x>{_TERM}(?:\s?\+\s?{_TERM})*)(?![A-Za-z\d^²³(/]|\s?[+*·]|\s[DMRLC]\b)",
)
BOTH_WAYS = re.compile(
    r"\b(?:as soon as|only (?:if|when|once|for|where)|needs?|need|requires?|before|until|break|from\b.{0,12}\bon|order|~|∼|≈|\\sim|iff|exactly when)\b|~|∼|≈|\\sim",
    re.I,
)
LEAST = re.compile(
    r"\bonly (?:if|when|once|for|where)\b|\bneeds?\b|\brequires?\b|\bbefore\b|\bmust\b|\bnot (?:until|before)\b",
    re.I,
)
WIDTHS_TIED = re.compile(
    r"(?<![A-Za-z])(?:M|D|d|m|d_v|d_k)\s*(?:=|~|∼|≈|\\sim|\\approx)\s*(?:D|M|d|m|d_k|d_v)(?![A-Za-z(])|equal widths|same width",
    re.I,
)
AT_A_NUMBER = re.compile(r"(?<![A-Za-z])[A-Za-z](?:_\w)?\s*(?:=|≈)\s*\d")
LOOSE = re.compile(r"~|∼|≈|\\sim|\\approx|≫|\\gg|>>|order|compared|relative|around|about|near", re.I)
LIMITS: dict[Thing, tuple[str, str]] = {
    Thing.POLYNOMIAL: ("D^2", "about D²/2 features make it cost N·D²·M against N²(D + M), the same where N is of the order D²M/(D + M)"),
    Thing.CUBIC: ("D^3", "about D³/6 features make it cost N·D³·M against N²(D + M), the same where N is of the order D³M/(D + M)"),
    Thing.RANDOM: ("R", "it costs NR(D + M) against N²(D + M), the same where N is of the order R"),
    Thing.LINEAR: ("L", "it costs N·L·M against N²(D + M), the same where N is of the order LM/(D + M)"),
}  # fmt: skip


def judge_crossovers(text: str, before: str, scene: Scene) -> Iterator[Found]:
    """Each length of a clause from which on a feature method is said to win."""
    plain = re.sub(r"[$*`]", " ", text)
    wins = WINS.search(plain) or WINS.search(before)
    found = THRESHOLD.search(plain)
    if found is None or wins is None or LOSES.search(plain) or re.search(r"=\s*\d", found.group()):
        return
    if not WINS.search(plain) and not LEAST.search(plain):
        return
    method = None if AT_A_NUMBER.search(f"{before} {plain}") else _method(plain, before, scene)
    if method is None:
        return
    judged = _judge(found, method, plain, f"{before} {plain}", scene)
    if judged is not None:
        yield Found(min(wins.start(), found.start()) if WINS.search(plain) else 0, found.end(), judged)


def _method(plain: str, before: str, scene: Scene) -> Thing | None:
    """The one feature method that is compared, the nearest that is named."""
    around = scene.around
    for words in (plain, before, around.label, around.earlier[-500:], around.heading):
        named = [
            thing for thing in read_things(words).things if thing in METHODS and thing is not Thing.SOFTMAX
        ]
        if named:
            return named[-1]
    return None


def _judge(found: re.Match[str], method: Thing, plain: str, sentence: str, scene: Scene) -> Judged | None:
    letters = letters_of(scene.context)
    if letters.get(found.group("n"), found.group("n")) != "N":
        return None
    try:
        claimed = cost_of(read_expression(found.group("x").strip()), "", letters)
    except Unreadable:
        return None
    limit, says = LIMITS[method]
    if not set(claimed.variables) <= {"D", "M", "L", "R"}:
        return None
    if "R" in claimed.variables and method is not Thing.RANDOM:
        return unchecked(Kind.COMPLEXITY, "which features are compared is not said")
    if "L" in claimed.variables and method in {Thing.POLYNOMIAL, Thing.CUBIC, Thing.RANDOM}:
        method, limit, says = Thing.LINEAR, "L", LIMITS[Thing.LINEAR][1]
    if "L" not in claimed.variables and method is Thing.LINEAR:
        return unchecked(Kind.COMPLEXITY, "how many features there are is not said")
    wide = Cost("", substituted(claimed.terms, AS_WIDE.equal))
    ties = [tie for tie in ties_of(scene.context, scene.section, scene.line) if tie.equal]
    if method is Thing.RANDOM and any({"R", "D"} & set(tie.equal) for tie in ties):
        return unchecked(Kind.COMPLEXITY, "the text ties the number of directions")
    truth = Cost(
        "", {tuple((name, Fraction(power)) for name, power in [(limit[0], int(limit[2:] or 1))]): Fraction(1)}
    )
    comparison = same_growth(wide, truth, Ties())
    tied = (
        method is Thing.RANDOM
        or bool(WIDTHS_TIED.search(normal(sentence)))
        or "M" in claimed.variables
        or any("M" in tie.equal or "D" in tie.equal for tie in ties)
    )
    if comparison.verdict is Same.SAME:
        plain_constant = set(claimed.terms.values()) == {Fraction(1)} or LOOSE.search(found.group("how"))
        if not tied or not plain_constant or "M" in claimed.variables:
            return unchecked(Kind.COMPLEXITY, f"its growth is right where M grows like D: {says}")
        return verified(Kind.COMPLEXITY, says, Method.COUNT)
    too_small = comparison.verdict is Same.LESS
    if too_small and LEAST.search(plain) and not LOOSE.search(found.group("how")):
        return unchecked(Kind.COMPLEXITY, "it is necessary, and not said to be enough")
    if not too_small and not BOTH_WAYS.search(f"{plain}"):
        return unchecked(Kind.COMPLEXITY, "it is enough, and not said to be needed")
    if comparison.verdict not in {Same.LESS, Same.MORE, Same.DIFFERENT}:
        return None
    return refuted(
        Kind.COMPLEXITY, f"{says}: with M = D, N has to grow like {truth}, not like {wide}", Method.COUNT,
        {"true": str(truth), "claimed": str(wide)},
    )  # fmt: skip
