# ruff: noqa: E501 -- a pattern stays on one line
"""Exact numbers of multiplications in sizes: of the parts that a text lists, and their totals.

Each formula of a sentence, an item or a table's row is given to the parts that its words name; a total is held against
the text's own parts and against the known count of its method.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.costs.count_formulas import added, many_times
from grader.verify.costs.count_parts import NAMED, Way, count_of, mentions_in, parts_in_order
from grader.verify.costs.count_reading import EXACTLY, TOTAL_AFTER, Read, read_counts
from grader.verify.costs.surroundings import COUNTING, Surroundings, Told
from grader.verify.reading.plain_signs import Flat
from grader.verify.scope.growth import (
    Cost,
    Same,
    exactly,
    leading,
    polynomial_text,
    same_growth,
    substituted,
    times,
)

WITH_FACTOR = re.compile(r"(?<![\w.^])[2-9]\s?[NnT]\s?[A-Za-z(]")
SEVERAL = re.compile(r"\b(?:two|both|three|four|five|products)\b(?! (?:N²|\d))", re.I)
ROUGH = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|order|leading|dominant|main terms?|at least|at most|up to|more than|less than|grows? like|proportional|average|half|halves|fewer)\b|≈|~",
    re.I,
)
ONE_OF_MANY = re.compile(
    r"\b(?:per|for each|for every|each|every|one|a single) (?:\w+ )?(?:token|step|query|key|position|update|output|entry|head|layer|row|column|direction)s?\b|\bper\b|causal|mask",
    re.I,
)
OTHERWISE = re.compile(
    r"\b(?:additions?|bytes|memory|numbers|floats|entries|storage|stor(?:e|es|ed|ing)|holds?|held|occup\w+|keeps?|kept|state|cache|shape|divisions?|sines?|cosines?|pairs|parameters)\b(?! (?:are|is) (?:given|there|known))",
    re.I,
)
FLOPS = re.compile(r"\b[kMGT]?FLOPs?\b(?!/)", re.I)
UNIT_REACH = 30  # characters behind a formula in which its unit stands
REACH_OF_NUMBER = 40
EACH_OF = re.compile(r"\beach (?:of|one|product|projection|sum|matrix|head|half)\b|\beach (?=[^;:.]*$)", re.I)
TOGETHER_NOW = re.compile(
    r"\b(?:together|altogether|in total|in all|in sum|both|the (?:two|three|four)|combined)\b", re.I
)
ALL_OF_THEM = re.compile(
    r"^\s*(?:multiplications\s*)?(?:together|altogether|in total|in all|for (?:both|the two|all)|combined)\b",
    re.I,
)
NUMBER_WORDS = {"two": 2, "both": 2, "three": 3, "four": 4}
HOW_MANY = re.compile(r"\b(two|both|three|four)\b", re.I)
SHIFTED = re.compile(
    r"cos\s?\([^()]*\+\s?b|√\(?2/[A-Za-z]|\\sqrt\(?2/"
)  # one cosine with a phase for each direction
GROWS_TO = re.compile(r"(?<!amounts )(?<!comes )(?<!sums )\b(?:to|like|as|with|in)\s*\$?$")
S_OF_SCORES = re.compile(r"(?<!\w)S\s?=\s?\(?(?:Q\s?·?\s?Kᵀ|softmax)")
FEATURES = re.compile(r"[φψ]|\bfeature")
TWICE = 2
FEWEST_TERMS = 2  # of a count that is taken for a whole way's by itself
FEATURED = frozenset({"S", "numerators", "denominators", "key weights"})
NOTHING = Cost("", {})


def exact_counts(flat: Flat, around: Surroundings) -> Iterator[tuple[int, int, Judged | None, Told | None]]:
    """(start, end, ruling, what is told) of each count of a sentence, in the flattened text; no ruling where it is open."""
    told = list(around.told)
    exact = bool(COUNTING.search(flat.text)) or around.exact
    about = f"{around.title} {around.before[-700:]} {flat.text}"
    factors = bool(EXACTLY.search(about) or WITH_FACTOR.search(f"{around.before[-700:]} {flat.text}")) or any(
        str(one.cost)[:1].isdigit() for one in told
    )
    made: Told | None
    last: Read | None = None
    for read in read_counts(flat, around.named, parts_in_order(around.before[-700:])):
        of_all = _of_each(last, read, flat.text) if last is not None else None
        last = read
        if of_all is not None:
            yield read.at.start, read.at.end, of_all, None
            continue
        twice = _in_flops(read, flat.text, around)
        one = read
        if twice:
            one = replace(read, at=replace(read.at, cost=many_times(read.cost, Fraction(1, TWICE))))
        whole = _unmistakable(one, flat, around)
        if whole is not None and exact:
            yield one.at.start, one.at.end, whole, None
            continue
        if OTHERWISE.search(f"{one.words} {around.title if '|' in flat.text else ''}"):
            continue
        behind = flat.text[one.at.end :]
        if one.total and not one.each and not (len(one.parts) == 1 and not TOTAL_AFTER.match(behind)):
            judged, made = _total(one, told, flat, around, exact=exact), None
        elif one.parts:
            judged = _of_parts(one, flat, around, exact=exact, factors=factors)
            many = sum(2 if part.halves else 1 for part in one.parts) if one.each else 1
            right = judged is not None and judged.ruling is Ruling.VERIFIED
            made = Told(many_times(one.cost, many), right, frozenset(part.name for part in one.parts))
            told.append(made)
        else:
            judged, made = (
                (_of_way(one, one.way, flat, around, exact=exact) if one.way is not None else None),
                None,
            )
        if twice and judged is not None and judged.ruling is not Ruling.VERIFIED:
            judged = None  # some texts count a multiplication with its addition as one
        if judged is not None or made is not None:
            yield one.start, one.end, judged, made


def _in_flops(one: Read, text: str, around: Surroundings) -> bool:
    """Whether a formula counts a multiplication and the addition behind it as two."""
    near = f"{one.words} {text[one.at.end : one.at.end + UNIT_REACH]}"
    return bool(FLOPS.search(near)) or (
        bool(FLOPS.search(f"{around.title} {text}")) and not COUNTING.search(text)
    )


def _of_each(first: Read, total: Read, text: str) -> Judged | None:
    """`each of the two products costs 2NRM, so together they cost 4NRM`: as many times what each of them takes."""
    before, between = text[: first.at.start], text[first.at.end : total.at.start]
    clause = re.split(r"[;:.]\s", before)[-1]
    each = first.each or EACH_OF.search(clause)
    closes = re.search(r"[;.]\s", between)
    if not each or closes or not (TOGETHER_NOW.search(between) or ALL_OF_THEM.match(text[total.at.end :])):
        return None
    told = HOW_MANY.findall(f"{clause} {between} {text[total.at.end :][:REACH_OF_NUMBER]}")
    many = {NUMBER_WORDS[one.lower()] for one in told}
    if len(many) != 1 or set(first.cost.variables) != set(total.cost.variables):
        return None
    right = many_times(first.cost, many.pop())
    if exactly(total.cost, right):
        return verified(Kind.COMPLEXITY, f"{first.cost} for each of them is {right}", Method.SYMBOLIC)
    return _wrong(total.cost, right, f"{first.cost} for each of them is {right}")


def _unmistakable(one: Read, flat: Flat, around: Surroundings) -> Judged | None:
    """A formula that is the exact count of a whole way and of nothing else, whatever is listed beside it."""
    way = _way_of(one.cost)
    truth = _truth(one, flat, around)
    if way is None or truth is None or truth.single or len(one.cost.terms) < FEWEST_TERMS:
        return None
    known = truth.of(_featured(way))
    return (
        verified(Kind.COMPLEXITY, f"{way.says}: {known}", Method.COUNT) if exactly(one.cost, known) else None
    )


@dataclass(frozen=True)
class Truth:
    """How the tables' counts are to be written to be compared with a count of the text."""

    features: str  # their length: "L" or "2 R"
    sure: bool  # False where it may be R as well as 2R
    single: bool  # one token's count
    one_width: bool

    def of(self, formula: str) -> Cost:
        """A count of the tables."""
        terms = count_of(formula, self.features).terms
        if self.features == "L":
            # where a letter counts all features, the directions are half of them
            terms = substituted(terms, {"R": {(("L", Fraction(1)),): Fraction(1, 2)}})
        if self.one_width:
            terms = substituted(terms, {"M": {(("D", Fraction(1)),): Fraction(1)}})
        if self.single:
            terms = times(dict(terms), {(("N", Fraction(-1)),): Fraction(1)})
        return Cost("", terms)

    def explain(self, words: str) -> str:
        """The table's sentence for this length of features."""
        shown = self.features.replace(" ", "")
        return re.sub(r"(?<![A-Za-z])F(?![A-Za-z])|(?<=·)F(?=·)", shown, words)


def _truth(one: Read, flat: Flat, around: Surroundings) -> Truth | None:
    """How a count is compared; None where the features are of another kind."""
    names = set(one.cost.variables)
    about = f"{around.before[-1500:]} {flat.text}"
    if "R" in names and SHIFTED.search(about):
        return None
    stacked = around.stacked or bool(WITH_FACTOR.search(about))
    features = "L" if "L" in names else "2 R" if "R" in names or stacked else "L"
    single = "N" not in names and bool(
        ONE_OF_MANY.search(f"{around.title} {around.before[-250:]} {flat.text}")
    )
    return Truth(features, "R" not in names or stacked, single, around.one_width and "M" not in names)


def _of_parts(one: Read, flat: Flat, around: Surroundings, *, exact: bool, factors: bool) -> Judged | None:
    truth = _truth(one, flat, around)
    cost, names = one.cost, set(one.cost.variables)
    about = f"{around.title} {around.before[-300:]} {flat.text}"
    featured = any(part.name in FEATURED for part in one.parts)
    if truth is None or (
        featured and not names & {"R", "L"} and not (FEATURES.search(about) and _degree_in_n(cost) < TWICE)
    ):
        return None
    if "S" in {part.name for part in one.parts} and S_OF_SCORES.search(
        f"{around.before[-1500:]} {flat.text}"
    ):
        return None
    if not truth.single and ONE_OF_MANY.search(one.words) and not one.each:
        return None
    rights = [truth.of(part.halves if one.each and part.halves else part.right) for part in one.parts]
    says = "; ".join(f"{part.name}: {truth.explain(part.says)}" for part in one.parts)
    alone = one.each or len(one.parts) == 1
    wanted = rights if alone else [added(*rights)]
    fits = all(exactly(cost, right) for right in wanted)
    if fits:
        scope = " for one token" if truth.single else ""
        return verified(Kind.COMPLEXITY, f"{says}: {cost}{scope}", Method.COUNT)
    if len(one.listed) > len(one.parts):
        every = added(*(truth.of(part.right) for part in one.listed))
        if exactly(cost, every):
            return verified(Kind.COMPLEXITY, f"the parts that are listed take {every}", Method.COUNT)
        return None
    if one.unread:
        return None
    sure = truth.sure or not any("F" in part.right for part in one.parts)
    if (
        not sure
        or not exact
        or ROUGH.search(one.words)
        or SEVERAL.search(one.words)
        or ("N" not in names and not truth.single)
    ):
        return None
    others = [*rights, *(truth.of(also) for part in one.parts for also in part.also)]
    if re.search(r"\bexactly\b", one.words) and len(one.parts) == 1:
        others = rights
    if any(exactly(cost, other) for other in others):
        return unchecked(Kind.COMPLEXITY, "whether it counts one or all is not read")
    if not factors and same_growth(cost, wanted[0]).verdict is Same.SAME:
        return None  # a count without its constants
    others_named = {mention.what.name for mention in mentions_in(flat.text)} - {
        part.name for part in one.parts
    }
    if others_named and _of_other_steps(cost, truth):
        return None  # "the projections, ..., the normaliser: 2NRD + 4NRM + 4NR" counts more than what stands next to it
    return _wrong(cost, wanted[0], says)


def _of_other_steps(cost: Cost, truth: Truth) -> bool:
    """Whether a count is the sum of some steps of the recipe, once or twice each."""
    once = [truth.of(step) for step in ("N R D", "N F", "N F M", "N^2 D", "N^2 M")]
    sums = (
        [many_times(step, many) for many, step in zip(each, once, strict=True) if many]
        for each in product(range(3), repeat=len(once))
    )
    return any(exactly(cost, added(*parts)) for parts in sums if len(parts) > 1)


def _degree_in_n(cost: Cost) -> Fraction:
    return max((dict(key).get("N", Fraction(0)) for key in cost.terms), default=Fraction(0))


def _total(
    one: Read, told: Sequence[Told], flat: Flat, around: Surroundings, *, exact: bool
) -> Judged | None:
    """A total: by the known count of its method, and by the text's own parts."""
    cost = one.cost
    way = _way_of(cost) or one.way
    truth = _truth(one, flat, around)
    if truth is None:
        return None
    known = truth.of(_featured(way)) if way is not None else None
    summed = added(*(part.cost for part in told)) if len(told) > 1 else None
    if known is not None and way is not None and exactly(cost, known):
        return verified(Kind.COMPLEXITY, f"{way.says}: {known}", Method.COUNT)
    shown = " + ".join(str(part.cost) for part in told)
    if summed is not None and exactly(cost, summed):
        if all(part.right for part in told):
            return verified(Kind.COMPLEXITY, f"{shown} is {summed}", Method.SYMBOLIC)
        return unchecked(
            Kind.COMPLEXITY, "it is the sum of the parts that the text gives, of which not all are right"
        )
    if ROUGH.search(one.words) or (ONE_OF_MANY.search(one.words) and not truth.single) or not exact:
        return None
    if summed is not None:
        if set(summed.variables) != set(cost.variables):
            return None
        return _wrong(cost, summed, f"the parts listed, {shown}, sum to {summed}")
    if known is None or way is None or set(cost.variables) != set(known.variables) or truth.single:
        return None
    others = [truth.of(_featured(way, also)) for also in way.also]
    if "L" in cost.variables:
        # the letter may count the directions all the same
        twice = substituted(truth.of(_featured(way)).terms, {"L": {(("L", Fraction(1)),): Fraction(2)}})
        others.append(Cost("", twice))
    if any(exactly(cost, other) for other in others) or _main(cost) == _main(known):
        return None
    return _wrong(cost, known, f"{way.says}: {known}") if truth.sure or way.name == "softmax" else None


def _featured(way: Way, formula: str = "") -> str:
    """The total of a way with F for the length of its features."""
    return (formula or way.total).replace("L", "F")


def _of_way(one: Read, way: Way, flat: Flat, around: Surroundings, *, exact: bool) -> Judged | None:
    """`the kernelized form needs 2NCM + NC multiplications`."""
    truth = _truth(one, flat, around)
    if truth is None or ROUGH.search(one.words) or (ONE_OF_MANY.search(one.words) and not truth.single):
        return None
    if len(one.cost.variables) == 1 and GROWS_TO.search(flat.text[: one.at.start]):
        return None  # "its count grows like N, that of softmax attention like N²"
    known = truth.of(_featured(way))
    if exactly(one.cost, known) and way.name != "polynomial":
        return verified(Kind.COMPLEXITY, f"{way.says}: {known}", Method.COUNT)
    partly = _with_sizes(known, one, flat, around)
    if partly is not None:
        return _partly_ruled(one, partly, way, truth, exact=exact)
    grown = same_growth(one.cost, known).verdict
    if (
        exact
        and way.name == "softmax"
        and grown in {Same.LESS, Same.DIFFERENT}
        and re.search(r"attention", one.words)
        and not truth.single
    ):
        return _wrong(one.cost, known, way.says)
    return None


LEAST_FACTOR = 10  # of a count in which sizes have been put in


def _with_sizes(known: Cost, one: Read, flat: Flat, around: Surroundings) -> Cost | None:
    """A count with the text's sizes put in for all that the stated one leaves out: `49664 N`."""
    left = set(known.variables) - set(one.cost.variables)
    if (
        not left
        or max(one.cost.terms.values()) < LEAST_FACTOR
        or not set(one.cost.variables) <= set(known.variables)
    ):
        return None
    sizes = around.sizes_until(flat.text, one.at.start)
    if not left <= set(sizes):
        return None
    return Cost("", substituted(known.terms, {name: {(): sizes[name]} for name in left}))


def _partly_ruled(one: Read, partly: Cost, way: Way, truth: Truth, *, exact: bool) -> Judged | None:
    says = f"{way.says}; at these sizes {partly}"
    if exactly(one.cost, partly):
        return verified(Kind.COMPLEXITY, says, Method.COUNT)
    same_sizes = set(one.cost.terms) == set(partly.terms)
    return _wrong(one.cost, partly, says) if exact and same_sizes and truth.sure and not way.also else None


def _way_of(cost: Cost) -> Way | None:
    names = set(cost.variables)
    if names in ({"N", "R", "D", "M"}, {"N", "L", "D", "M"}):
        return NAMED["random"]
    if names == {"N", "L", "M"}:
        return NAMED["given"]
    return (
        NAMED["softmax"]
        if names == {"N", "D", "M"} and any(dict(key).get("N") == 2 for key in cost.terms)
        else None
    )


def _main(cost: Cost) -> object:
    return leading(dict(cost.terms))


def _wrong(cost: Cost, right: Cost, says: str) -> Judged:
    witness = {"counted": polynomial_text(right.terms), "stated": polynomial_text(cost.terms)}
    return refuted(Kind.COMPLEXITY, f"{says}; that is {right}, not {cost}", Method.COUNT, witness)


__all__ = ["exact_counts"]
