# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence about a histogram names: sets of depths, and numbers or shares of images, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.depth.histograms import PLACE_NAME, THINGS, WHOLE, Histogram
from grader.verify.numbers.arithmetic import Figure
from grader.verify.numbers.reckoning import amount_of
from grader.verify.reading.numerals import FRACTION, NUMERAL, fraction_of, value_of

END = r"(?!\d|[.,]\d|\.{2}|\s*\\?%|\s?[×x·*/]\s?\d)"
LETTER = r"(?:\bL|\bD(?:\(x\))?|\\ell|ℓ)"
FEWER = r"less|lower|below|smaller|fewer|earlier|shallower|under"
MORE = r"more|higher|above|larger|greater|deeper|later|beyond|upwards?|up|over|onwards?"
SIDES = {
    "<": r"below|(?:less|smaller|lower|fewer|shallower|earlier) than|under|before|<|\\lt",
    "<=": r"at most|up to(?: and including)?|(?:no|not) (?:more|deeper|larger|higher|greater|later|above) than|until|by|within|<=|≤|\\leq?(?![a-z])",
    ">": r"above|(?:more|larger|greater|higher|deeper|later) than|over|beyond|past|after|>|\\gt",
    ">=": r"at least|(?:no|not) (?:less|smaller|lower|fewer|shallower) than|>=|≥|\\geq?(?![a-z])",
}
HOW = "|".join(SIDES.values())
SIGNS = r"<=|>=|[<>≤≥=]|\\[lg]eq?(?![a-z])|\\[lg]t(?![a-z])"
TOPMOST = r"(?:fullest|tallest|highest|largest|biggest|longest|modal|commonest|most (?:frequent|common|populated|crowded))"
SCOPE = re.compile(
    rf"{LETTER}\s*(?P<how0>{SIGNS})\s*(?P<d0>\d{{1,2}}){END}"
    rf"|\b(?:an? )?{PLACE_NAME}\s+(?:of |is |are |was )?(?P<how1>{HOW})\s*(?P<d1>\d{{1,2}}){END}"
    rf"|\b(?P<how2>below|under|above|beyond|before|past|over|at most|at least|up to(?: and including)?|until|by|no deeper than) (?:an? |the )?(?:prediction )?(?:depth|bin|probe)(?: of)? (?P<d2>\d{{1,2}}){END}"
    rf"|\b(?:from )?(?:{PLACE_NAME}(?: of)? )?(?P<d3>\d{{1,2}}) or (?P<how3>{FEWER}|{MORE})\b"
    rf"|\b{PLACE_NAME}(?: of)? (?P<d4>\d{{1,2}}) and (?P<how4>{FEWER}|{MORE})\b|\b{PLACE_NAME} (?P<d5>\d{{1,2}})\+"
    rf"|\b(?P<how7>deeper|shallower) than (?:{PLACE_NAME} )?(?P<d7>\d{{1,2}}){END}"
    rf"|\b(?:lie|lies|are|is|sit|sits|were|fall)\s+(?:strictly |well )?(?P<how8>above|below|under|over|beyond)\s+(?P<d8>\d{{1,2}}){END}"
    rf"|\bfrom (?:{PLACE_NAME} )?(?P<d6>\d{{1,2}}) (?:on|onwards|upwards)\b"
    rf"|\b(?:between |from )?{PLACE_NAME} (?:between |from )?(?P<a>\d{{1,2}})\s?(?:–|--?|to|through)\s?(?:{PLACE_NAME} )?(?P<b>\d{{1,2}}){END}"
    rf"|\b(?:{PLACE_NAME} )?between (?:{PLACE_NAME} )?(?P<a2>\d{{1,2}}) and (?P<b2>\d{{1,2}}){END}"
    rf"|\b{PLACE_NAME} (?:of )?(?P<list>\d{{1,2}}(?:, \d{{1,2}})*,? (?:and|or) (?:{PLACE_NAME} )?\d{{1,2}}){END}(?!\s+(?:have|has|had|are|lie|{THINGS}))"
    rf"|\b{PLACE_NAME}(?:\s+(?:of |is |was )?|\s?[=:]\s?)(?P<one>\d{{1,2}}){END}"
    r"|\b(?<!with )(?<!including )(?<!counting )(?<!plus )(?P<input>the (?:raw )?(?:input|pixels)\b(?! image)(?: itself| alone| layer)?)"
    rf"|\bthe (?P<side>first|last|deepest|shallowest) (?:(?P<many>{NUMERAL}) )?(?:bars?|bins?|depths?|columns?|probe|layer)\b"
    rf"|\bthe (?P<top>{TOPMOST}) (?:bin|bar|depth|column)\b",
    re.I,
)
VAGUE = r"about |around |roughly |approximately |approx\. |nearly |almost |some |circa |≈ ?|~ ?"
BOUNDS = {">": r"more than|over|above", ">=": r"at least", "<": r"less than|fewer than|under|below|not even", "<=": r"at most|up to"}  # fmt: skip
BOUND = "|".join(BOUNDS.values())
SHARE = re.compile(
    rf"(?P<bound>{BOUND})?\s?(?P<vague>{VAGUE})?(?:(?P<share>(?<![\d.,])\d{{1,3}}(?:\.\d+)?\s?%)|\b(?:fraction|share|portion|proportion) (?:of |is )?(?P<decimal>0\.\d+)|(?P<word>\b(?:{FRACTION})\b)(?= (?:of|have|has|are|lie)))(?P<of> of (?:all |the |our |my |these |those |test )*(?P<base>[A-Za-z\d]+))?",
    re.I,
)
COUNT = re.compile(
    rf"(?P<bound>{BOUND})?\s?(?P<vague>{VAGUE})?(?<![\w.,/×·^-])(?P<count>{WHOLE}|\bno(?:t a| single|ne)?|\bone(?= (?:single )?(?:image|example|picture|sample)\b))(?!,?\s(?:and\s)?\d)(?P<of> (?:out )?of (?:(?:the|our|all|my|these) )*(?P<total>{WHOLE}))?(?P<things> (?:of (?:the|our|all|my|these|those|them)\b(?: {THINGS})?|{THINGS}))?(?![\d%]|[.,]\d|\s?[%×·])",
    re.I,
)
OUT_OF = re.compile(r"\b(?:one|two|three|\d+)\s(?:[a-z]+\s)?(?:in|out of)\s$", re.I)  # "one image in five"
PROBED = re.compile(r"\bprob(?:e|es|ed|ing)\b|\bhook(?:s|ed)?\b|\bResNet", re.I)  # its points are no images
HOLDS = re.compile(
    r"(?:\b(?:holds?|has|had|have|contains?|with|gets?|counts?|for|only|just|exactly|another)|[:=→(])\s*$",
    re.I,
)
NOUN = re.compile(r"\s+(?!(?:and|or|but|while|of|at|in|so|that|which|i\.e\.)\b)[a-z]")
NUMBERED = re.compile(
    r"\b(?:image|picture|photo|network|net|row|line|example|probe|layer|depth|class|epoch|figure|table|seed|run|number|no\.|bin|bar|k =)\s*$",
    re.I,
)
DOES = re.compile(
    r"\s+(?:\w+ly )?(?:have|has|had|are|is|lie|sit|need|get|exit|end|fall|reach|with|at|land|settle|already|do)\b",
    re.I,
)
# "117 of 150" images of one depth, which is a share of those
OF_SOME = re.compile(rf"(?:{WHOLE})\s+(?:out\s+)?of\s+(?:(?:the|these|those|its)\s+)?(?P<some>{WHOLE})(?![\d%]|\s*%|[.,]\d)", re.I)  # fmt: skip
OF_ALL = re.compile(rf"\b(?:of|over|among|out of|from|on|for all|all)\s+(?:(?:the|our|all|my|these)\s+)*(?P<all>{WHOLE})\s+{THINGS}(?!\s+(?:at|with|of|in)\b)", re.I)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """A set of depths that a sentence names."""

    start: int
    end: int
    depths: frozenset[int]


@dataclass(frozen=True)
class Amount:
    """A number of images or a share of all of them; `bound` where the sentence only bounds it."""

    start: int
    end: int
    stated: Figure
    near: bool
    bound: str
    vague: bool = False  # "about half"


def scopes(text: str, histogram: Histogram) -> Iterator[Scope]:
    """Each set of depths that the text names and the histogram reaches."""
    first, last = histogram.depths
    for found in SCOPE.finditer(text):
        inside = _depths(found, first, last, histogram)
        if inside:
            yield Scope(found.start(), found.end(), frozenset(inside))


def _depths(found: re.Match[str], first: int, last: int, histogram: Histogram) -> set[int]:
    every = range(first, last + 1)
    told = found.groupdict()
    if told["d8"] is not None:
        return _side(told["how8"].lower(), int(told["d8"]), every)
    if told["d7"] is not None:
        return _side(f"{told['how7'].lower()} than", int(told["d7"]), every)
    for key in "0123456":
        if told[f"d{key}"] is not None:
            how = told[f"how{key}"].lower() if key in "01234" else "more"
            if key in "3456":
                how = "<=" if re.fullmatch(FEWER, how) else ">="
            return _side(how, int(told[f"d{key}"]), every)
    for low, high in (("a", "b"), ("a2", "b2")):
        if told[low] is not None:
            return _within(range(int(told[low]), int(told[high]) + 1), every)
    if told["list"] is not None:
        return _within([int(one) for one in re.findall(r"\d+", told["list"])], every)
    if told["one"] is not None:
        return _within([int(told["one"])], every)
    if told["input"] is not None:
        return {0} if first == 0 else set()
    if told["top"] is not None:
        highest = [
            span for span, count in histogram.counted.items() if count == max(histogram.counted.values())
        ]
        return (
            set(range(highest[0][0], highest[0][1] + 1)) if len(highest) == 1 and histogram.whole else set()
        )
    if not histogram.whole or histogram.listed:
        return set()
    many = value_of(told["many"]) if told["many"] else 1
    ends = sorted(histogram.counted)
    chosen = ends[:many] if told["side"].lower() in {"first", "shallowest"} else ends[-many:]
    return {depth for low, high in chosen for depth in range(low, high + 1)}


def _within(depths: range | list[int], every: range) -> set[int]:
    named = set(depths)
    return named if named <= set(every) else set()


def _side(how: str, depth: int, every: range) -> set[int]:
    if depth not in every:
        return set()
    if how == "=":
        return {depth}
    sign = next(sign for sign, words in SIDES.items() if re.fullmatch(words, how))
    return {one for one in every if compares(one, sign, depth)}


def compares(one: Fraction | int, sign: str, other: Fraction | int) -> bool:
    """Whether two numbers stand in the order of a sign."""
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]


def amounts(text: str) -> Iterator[Amount | None]:
    """Each number or share of images; None for one of something else, which takes the sentence's meaning away."""
    taken: list[tuple[int, int]] = []
    for found in SHARE.finditer(text):
        taken.append(found.span())
        base = found.group("base")
        if base is not None and not re.fullmatch(rf"(?:{THINGS}|them|all|test|\d+)", base, re.I):
            yield None
            continue
        if re.match(r"\s*(?:points?|more|less|fewer|higher|lower|better|worse)\b", text[found.end() :]):
            yield None
            continue
        stated = _share(found)
        if stated is not None:
            # "half of the images" in words is never exact
            near = bool(found.group("vague") or found.group("word"))
            yield Amount(found.start(), found.end(), stated, near, _bound(found), bool(found.group("vague")))
    for found in COUNT.finditer(text):
        if any(a < found.end() and found.start() < b for a, b in taken):
            continue
        at = found.start("count")
        named = (found.group("things") or "").strip()
        after = text[found.end() :]
        alone = HOLDS.search(text[:at]) and not NOUN.match(after)
        in_a_list = (
            re.search(
                r"(?<!depth )(?<!layer )(?<!bin )(?<!probe )(?<!\d)\d{1,7},?\s(?:and\s|or\s)?$", text[:at]
            )
            and not named
        )
        if in_a_list or NUMBERED.search(text[:at]) or not (named or DOES.match(after) or alone):
            continue
        if OUT_OF.search(text[:at]) or (named.lower() in {"point", "points"} and PROBED.search(text)):
            yield None
            continue
        if found.group("count").lower() == "one" and not HOLDS.search(text[:at]):
            continue
        none = found.group("count").lower().startswith("no")
        if none and not named:
            continue
        digits = (
            "0"
            if none
            else "1"
            if found.group("count").lower() == "one"
            else found.group("count").replace(",", "")
        )
        stated = Figure(Fraction(digits), Fraction(1), at, found.end(), found.group("count"))
        yield Amount(at, at + len(found.group().rstrip()) - (at - found.start()), stated, bool(found.group("vague")), _bound(found))  # fmt: skip


def _share(found: re.Match[str]) -> Figure | None:
    if found.group("share"):
        return amount_of(found.group("share"))
    if found.group("decimal"):
        one = amount_of(found.group("decimal"))
        return None if one is None else Figure(one.value, one.last, 0, 0, one.text, percent=True)
    return Figure(
        fraction_of(found.group("word")), Fraction(1, 1000), 0, 0, found.group("word"), percent=True
    )


def _bound(found: re.Match[str]) -> str:
    word = (found.group("bound") or "").lower()
    return next((sign for sign, words in BOUNDS.items() if word and re.fullmatch(words, word)), "")


__all__ = ["OF_ALL", "OF_SOME", "TOPMOST", "Amount", "Scope", "amounts", "compares", "scopes"]
