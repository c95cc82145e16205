# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Numbers of operations without a growth class around them: "2NRD multiplications for the projections", and their sums.

A bare formula counts something only if the words say so; its constants then matter, so it is verified where it is the
exact number, and refuted only where even its growth is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.complexity import PLAIN_GROWTH, cost_in
from grader.verify.cost_truths import Stated, truth_of
from grader.verify.grammar import read_expression
from grader.verify.growth import (
    Cost,
    Same,
    exactly,
    plus,
    polynomial_text,
    same_growth,
    substituted,
    times,
)
from grader.verify.operations import TIME, methods_in, nearest
from grader.verify.stated import LATEX_GROWTH
from grader.verify.syntax import Expression, Unreadable, names
from grader.verify.works import Shapes

ATOM = r"(?:D_\{?(?:\\text\{)?rand(?:om)?\}?\}?|[NnDdMRrLC])(?:[²³]|\s?\^\s?\{?[23]\}?)?"
GROUP = rf"\(\s?{ATOM}(?:\s?\+\s?{ATOM})+\s?\)"
PRODUCT = rf"(?:\d{{1,3}}\s?(?:\\cdot\s?|[·*]\s?)?)?{ATOM}(?:\s?(?:\\cdot|\\,|[·*])?\s?(?:{ATOM}|{GROUP}))*"
BARE = re.compile(
    rf"(?<![\w\\^/({{])\$?(?P<formula>{PRODUCT}(?:\s?\+\s?{PRODUCT})*)\$?(?![\w^/({{}}')\]_²³ᵀ])"
)
RELATED = re.compile(r"[=≈<>≤≥+−*/·×∈:^_-]$|\\(?:le|ge|leq|geq|approx|in|times|cdot|sim)$")
COUNTING = re.compile(
    r"\b(?:scalar )?(?:multiplications?|multiplies|multiply-adds|products? of numbers|scalar products)\b",
    re.I,
)
SPENDING = re.compile(r"\b(?:spends?|multiplications?|multiply-adds)\b", re.I)
SUMS = re.compile(
    r"\b(?:(?:which |that |this |they |these |it )?(?:sums?|adds?|comes?|amounts?)(?: all)?(?: up)? to|(?:in|for a) total(?: of)?|the total (?:is|being)|altogether|so|hence)\W*$",
    re.I,
)
SUMS_AFTER = re.compile(
    r"^\W*(?:(?:multiplications|operations) )?(?:in (?:all|total)|altogether|overall)\b", re.I
)
BOTH = re.compile(r"queries and keys|keys and queries|Q and K|K and Q|both", re.I)
OF_LENGTH = re.compile(
    r"\b(?:length|width|dimension|dimensionality|size|shape)s?(?: of| is| are| being)?\s*\$?$", re.I
)
NEXT = re.compile(
    r"[,;.]|\s(?:and|plus)\s(?=\$?\d*[NnDdMRrLC]|\$?$)|\s(?:but|while|whereas|so)\s|(?<=\w)\s?\((?=[a-z])"
)


@dataclass(frozen=True)
class Counted:
    """A bare formula in a text: its place, its own source, and its tree."""

    start: int
    end: int
    source: str
    tree: Expression
    cost: Cost


def counts_in(text: str) -> list[Counted]:
    """The formulas in sizes of a text that stand in no relation and in no growth class.

    >>> [str(one.cost) for one in counts_in("2NRM on the numerators and 2NR on the denominators, so O(NRM)")]
    ['2NRM', '2NR']
    """
    classes = [m.span() for pattern in (PLAIN_GROWTH, LATEX_GROWTH) for m in pattern.finditer(text)]
    out: list[Counted] = []
    for found in BARE.finditer(text):
        source = found.group("formula").strip()
        if any(a < found.end() and found.start() < b for a, b in classes):
            continue
        if RELATED.search(text[: found.start()].rstrip()) or re.match(
            r"\s*(?:[=≈<>≤≥+−*/·×∈^_]|\\(?:le|ge|leq|geq|approx|in|times|cdot|sim)\b|-\s?[A-Z\d])",
            text[found.end() :],
        ):
            continue
        if re.match(
            r"\s*(?:random\s)?(?:features|frequencies|directions|tokens|vectors|entries)\b",
            text[found.end() :],
        ):
            continue  # a size of what stands there
        if OF_LENGTH.search(text[: found.start()]):
            continue
        marked = found.group().startswith("$") and found.group().endswith("$")
        if not marked and (found.group().startswith("$") or found.group().endswith("$")):
            continue
        if not marked and not re.search(r"\d|[A-Za-z²³]\s?[A-Z]|[²³]", source):
            continue  # a single letter in prose counts nothing
        if not marked and " " in source and not re.search(r"[+·*]|\\cdot", source):
            continue
        try:
            tree = read_expression(source)
            cost = cost_in(tree)
        except Unreadable:
            continue
        if names(tree):
            out.append(Counted(found.start(), found.end(), source, tree, cost))
    return out


def judge_counts(
    text: str,
    around: Stated,
    items: Sequence[str],
    shapes: Shapes,
    judge: Callable[[Stated], Judged],
    from_place: int = 0,
) -> Iterator[tuple[int, int, Judged]]:
    """Rule on each count of a sentence from a place on. `items` are the list's items before it; `judge` rules on growth."""
    counts = counts_in(text)
    for number, one in enumerate(counts):
        if one.start < from_place:
            continue
        previous = counts[number - 1].end if number else 0
        behind = text[one.end :]
        before = text[previous : one.start]
        before = NEXT.split(before)[-1] if number else before
        after = NEXT.split(behind[:90])[0]
        if SUMS.search(text[: one.start].rstrip(" $")) or SUMS_AFTER.match(behind):
            summed = _sum(one, [c.cost for c in counts[:number]], items)
            if summed is not None:
                yield one.start, one.end, summed
            continue
        leads = not text[: counts[0].start].strip(" $*-") and SPENDING.search(around.label)
        if not (COUNTING.search(text) or leads):
            continue
        statement = replace(around, tree=one.tree, before=f"{before} ", after=after)
        judged = _exact(one, statement, shapes, judge(statement))
        own = f"{before} {after}"
        if judged.ruling is Ruling.REFUTED and not (
            nearest(TIME, own, f"{text} {around.label} {around.heading} {around.earlier[-400:]}")
            or methods_in(own)
        ):
            judged = unchecked(Kind.COMPLEXITY, "what is counted is not recognised")
        yield one.start, one.end + len(after.rstrip()), judged


TOGETHER = re.compile(r"\b(?:together|altogether|in total|in all|combined|in sum)\b", re.I)


def _exact(one: Counted, statement: Stated, shapes: Shapes, grown: Judged) -> Judged:
    """A count of right growth is verified only where its constants are right too."""
    if grown.ruling is not Ruling.VERIFIED:
        return grown
    truth = truth_of(statement, one.cost, shapes)
    if not isinstance(truth, str):
        many = _how_many(f"{statement.before} {statement.after}", truth.says)
        for cost in truth.right:
            exact = substituted(cost.terms, {"L": {(("R", Fraction(1)),): Fraction(2)}})
            for count in many:
                for terms in (cost.terms, exact):
                    counted = Cost("", times(dict(terms), {(): Fraction(count)}))
                    if exactly(one.cost, counted):
                        return verified(
                            Kind.COMPLEXITY, f"{truth.says}, exactly {counted} multiplications", Method.COUNT
                        )
    return unchecked(Kind.COMPLEXITY, "its growth is right; what exactly is counted is not read")


def _how_many(words: str, says: str) -> tuple[int, ...]:
    """How many times over a part is counted: the recipe projects the queries and the keys."""
    if BOTH.search(words):
        return (2,) if TOGETHER.search(words) else (1, 2)
    return (
        (2,)
        if says.startswith("N vectors of length D onto") and not re.search(r"quer|key|\b[QK]", words)
        else (1,)
    )


def _sum(one: Counted, parts: Sequence[Cost], items: Sequence[str]) -> Judged | None:
    """`which sums to ...`: the sum of the counts before it in the sentence, else of those in the items before it."""
    if len(parts) < 2:
        listed = [counts_in(item) for item in items]
        if (
            len(listed) < 2
            or not all(listed)
            or any(re.search(r"\btotal|altogether|in all\b", item, re.I) for item in items)
        ):
            return None
        parts = [count.cost for counts in listed for count in counts]
    total = parts[0].terms
    for part in parts[1:]:
        total = plus(dict(total), dict(part.terms))
    summed = Cost("", total)
    shown = " + ".join(str(part) for part in parts)
    if exactly(one.cost, summed):
        return verified(Kind.COMPLEXITY, f"{shown} is {polynomial_text(summed.terms)}", Method.SYMBOLIC)
    comparison = same_growth(one.cost, summed)
    if comparison.verdict in {Same.SAME, Same.UNDECIDED}:
        return unchecked(
            Kind.COMPLEXITY, f"the parts listed sum to {summed}; lower-order terms may be left out"
        )
    every = Cost("", times(dict(summed.terms), {(("N", Fraction(1)),): Fraction(1)}))
    if same_growth(one.cost, every).verdict is Same.SAME:
        return None
    return refuted(
        Kind.COMPLEXITY, f"the parts listed sum to {summed}, not {one.cost}", Method.SYMBOLIC,
        {"sum": str(summed), "stated": str(one.cost)},
    )  # fmt: skip
