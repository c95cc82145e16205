# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Costs that a text states: sums of costs, costs of products read off their shapes, costs of the course's methods."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.reader import read_chain
from grader.verify.grammar.syntax import (
    Addition,
    Chain,
    Expression,
    Growth,
    Product,
    Symbol,
    Unreadable,
    names,
)
from grader.verify.scope.context import Context
from grader.verify.scope.growth import (
    Comparison,
    Cost,
    Polynomial,
    Same,
    Ties,
    cost_of,
    exactly,
    polynomial_text,
    read_cost,
    same_growth,
    substituted,
)

NAMES: Mapping[str, str] = {
    "D_random": "R", "D_rand": "R", "D_R": "R", "D_r": "R", "d_random": "R", "d_k": "D", "D_k": "D", "d_v": "M",
    "D_v": "M", "D_K": "D", "D_V": "M", "D_phi": "L", "d_phi": "L", "C": "L", "n": "N", "d": "D", "m": "R", "r": "R",
    "T": "N", "F": "L", "d_model": "D",
}  # fmt: skip


FIXED = re.compile(
    r"\b(?:fixed|constant|treat\w* .{0,20} as|ignoring|if .{0,30} (?:is|are) (?:small|constant|fixed)|when .{0,20}(?:≪|<<|\\ll|small|fixed|constant)|dominates?|dominated)\b",
    re.I,
)
PLAIN_GROWTH = re.compile(r"(?:\b[OΘ]|\\mathcal\{?O\}?|𝒪)\s?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


# where a text has one width for keys and values
AS_WIDE = Ties({"M": {(("D", Fraction(1)),): Fraction(1)}})


def cost_in(tree: Expression) -> Cost:
    """The cost of a tree in the course's names. Raises `Unreadable`."""
    return cost_of(tree, "", NAMES)


def letters_of(context: Context) -> Mapping[str, str]:
    """What the letters of costs mean: the course's, and what the text makes of its own."""
    return {**NAMES, **{name: size for name, size in context.aliases.items() if size != "own m"}}


def growth_part(tree: Expression) -> Expression | None:
    """What stands in a growth class, or a sum of growth classes."""
    if isinstance(tree, Growth):
        return tree.of
    if isinstance(tree, Addition) and all(
        isinstance(term, Growth) and sign == 1 for sign, term in tree.terms
    ):
        return tree
    if isinstance(tree, Product) and any(isinstance(f, Growth) for f in tree.factors):
        return tree
    return None


def judge_growth_chain(
    chain: Chain, context: Context, section: int, line: int, sentence: str
) -> Judged | None:
    """`O(LM) + O(L) = O(LM)`: neighbours of a chain have to be of the same growth; None if it has no two of them."""
    parts = [growth_part(part) for part in chain.parts]
    parts = [
        part if part is not None else whole if _is_polynomial(whole) and any(parts) else None
        for part, whole in zip(parts, chain.parts, strict=True)
    ]
    if sum(part is not None for part in parts) < 2:
        return None
    choices = ties_of(context, section, line)
    ties = choices[0]
    verdicts: list[Judged] = []
    for left, right, relation in zip(parts, parts[1:], chain.relations, strict=False):
        if left is None or right is None:
            continue
        if relation not in {"=", "~", "<=", "subset", "in"}:
            return unchecked(Kind.COMPLEXITY, "this relation between growth classes is not decided")
        try:
            a, b = cost_in(left), cost_in(right)
        except Unreadable as error:
            return unchecked(Kind.COMPLEXITY, f"not read: {error}")
        comparison = best_of(b, a, choices)
        if comparison.verdict is Same.SAME or (
            relation in {"<=", "subset", "in"} and comparison.verdict is Same.MORE
        ):
            verdicts.append(verified(Kind.COMPLEXITY, f"{comparison.says}", Method.COUNT))
        elif (
            comparison.verdict is Same.UNDECIDED
            or (comparison.verdict is not Same.MORE and FIXED.search(sentence))
            or _unknown(a, b)
        ):
            return unchecked(Kind.COMPLEXITY, "it holds only under conditions that are not read")
        elif (
            re.search(r"~|\\sim|≈|when|if\b|with|for \$?[A-Z]\$? ?(?:=|≤|<|\\le)|assum|since|as \$", sentence)
            and not ties.equal
            and len(sentence) > 60
        ):
            return unchecked(Kind.COMPLEXITY, "the sentence sets conditions that are not read")
        else:
            return refuted(Kind.COMPLEXITY, comparison.says, Method.COUNT, dict(comparison.path or {}))
    return verdicts[-1] if verdicts else None


def _is_polynomial(tree: Expression) -> bool:
    """Whether a tree is a polynomial in sizes with more to it than one name."""
    return not isinstance(tree, Symbol) and in_sizes(tree)


def in_sizes(tree: Expression) -> bool:
    """Whether a tree is a polynomial in sizes."""
    if isinstance(tree, Growth) or not names(tree):
        return False
    try:
        return set(cost_in(tree).variables) <= set("NDMLR")
    except Unreadable:
        return False


def _unknown(*costs: Cost) -> bool:
    return any(len(name) > 1 and name not in {"log N"} for cost in costs for name in cost.variables)


def best_of(claimed: Cost, truth: Cost, choices: Sequence[Ties]) -> Comparison:
    """The comparison under the choice of ties that is kindest to the claim; without any tie is a choice too."""
    results = [same_growth(claimed, truth, ties) for ties in (*choices, Ties())]
    order = {Same.SAME: 0, Same.UNDECIDED: 1, Same.MORE: 2, Same.LESS: 3, Same.DIFFERENT: 4}
    best = min(results, key=lambda comparison: order[comparison.verdict])
    return best if best.verdict in {Same.SAME, Same.UNDECIDED} else results[0]


def ties_of(context: Context, section: int, line: int) -> list[Ties]:
    return [_renamed(found) for found in context.ties_at(section, line)]


def _renamed(found: Ties) -> Ties:
    equal: dict[str, Polynomial] = {}
    for name, polynomial in found.equal.items():
        renamed: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            renamed[tuple(sorted((NAMES.get(n, n), p) for n, p in monomial))] = coefficient
        key = NAMES.get(name, name)
        if not any(n == key for monomial in renamed for n, _ in monomial):
            equal[key] = renamed
    return Ties(equal, found.below)


# -- prose ---------------------------------------------------------------------------------------------------------


def with_sizes_set(parts: Sequence[Expression]) -> bool:
    """Whether a count in sizes goes on with some of them put in: `2NRD + 4NRM = 3200N`."""
    return any(
        _is_polynomial(left) and names(right) and names(right) < names(left) and in_sizes(right)
        for left, right in pairwise(parts)
    )


def judge_count(parts: Sequence[Expression], before: str, sentence: str, context: Context) -> Judged | None:
    """An exact number of multiplications of the method named last before it; None where nothing is named.

    `2NRD + 4NRM = 3200N` says what the count is at the text's sizes, which is judged elsewhere.
    """
    tree = parts[-1]
    if not names(tree) <= set(NAMES) | set("NDMLR") or names(tree) < names(parts[0]):
        return None
    exact = {
        r"softmax": "N^2 D + N^2 M",
        r"random[- ](?:fourier )?feature|rff|rfa": "2 N R D + 4 N R M + 4 N R",
    }
    last = {pattern: [found.start() for found in re.finditer(pattern, before, re.I)] for pattern in exact}
    if not any(last.values()):
        last = {
            pattern: [found.start() for found in re.finditer(pattern, sentence, re.I)] for pattern in exact
        }
        if all(last.values()):
            return None
    for pattern, formula in exact.items():
        if last[pattern] and last[pattern][-1] == max(place for places in last.values() for place in places):
            claimed, truth = cost_in(tree), read_cost(formula, {})
            if not context.value_width:
                truth = Cost("", substituted(truth.terms, AS_WIDE.equal))
            if exactly(claimed, truth):
                return verified(Kind.COMPLEXITY, f"the count is {polynomial_text(truth.terms)}", Method.COUNT)
            comparison = same_growth(claimed, truth)
            if comparison.verdict is not Same.SAME and comparison.verdict is not Same.UNDECIDED:
                return refuted(Kind.COMPLEXITY, comparison.says, Method.COUNT, dict(comparison.path or {}))
            return unchecked(Kind.COMPLEXITY, "what is counted is not fixed by the words")
    return None


def plain_growths(text: str) -> list[tuple[int, int, Expression]]:
    """`O(N²D)` in plain words, with its place."""
    out = []
    for found in PLAIN_GROWTH.finditer(text):
        try:
            chain = read_chain(found.group())
        except Unreadable:
            continue
        if len(chain.parts) == 1:
            out.append((found.start(), found.end(), chain.parts[0]))
    return out
