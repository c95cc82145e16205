"""Shapes in numbers of a formula, at the sizes that the text sets: `ψ(K)ᵀV` is 128 × 64 for R = 64 and M = 64."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from grader.verify.claim import Judged, Method, Ruling, refuted, unchecked, verified
from grader.verify.grammar.syntax import Expression, Number, Product, Symbol
from grader.verify.scope.context import Context
from grader.verify.shapes.dimensions import Measure, Shape, judge_shape

NEVER = Number(Fraction(9973), "9973")  # no size of a world
MOST_WAYS = 64


def is_in_numbers(shape: Shape) -> bool:
    """Whether all sizes of a shape are numbers, and one of them is no 1."""
    numbers = [one.value for one in shape.sizes if isinstance(one, Number)]
    return len(numbers) == len(shape.sizes) > 0 and max(numbers) > 1 and shape.measure is not Measure.ENTRIES


def judge_in_numbers(
    tree: Expression, shape: Shape, context: Context, line: int, told: Mapping[str, Fraction]
) -> Judged:
    """Whether a formula has a shape in numbers: each of them is one of the sizes set, or none of these."""
    stacks = context.random_features or context.doubles_features
    letters = {size: context.printed(size, line) for size in told}
    choices: list[list[Expression]] = []
    for one in shape.sizes:
        value = one.value if isinstance(one, Number) else Fraction(0)
        found: list[Expression] = [one] if value == 1 else []
        found += [Symbol(letters[size]) for size in sorted(told) if told[size] == value and size in "NDMRL"]
        if stacks and "R" in told and 2 * told["R"] == value and "L" not in told:
            found.append(Product((Number(Fraction(2), "2"), Symbol(letters["R"])), ("",)))
        choices.append(found or [NEVER])
    ways = list(product(*choices))
    judged = [
        judge_shape(tree, Shape(way, shape.way, shape.measure), context, line, in_numbers=True)
        for way in ways[:MOST_WAYS]
    ]
    if not judged:
        return unchecked(judge_shape(tree, shape, context, line).kind, "the shape is not computed")
    claimed = "×".join(str(one.value) for one in shape.sizes if isinstance(one, Number))
    for ruling in judged:
        if ruling.ruling is Ruling.VERIFIED:
            return verified(ruling.kind, f"{ruling.says}: {claimed} at the sizes set", Method.COUNT)
    if told.get("keys", told.get("N")) != told.get("queries", told.get("N")):
        return _of_two_lengths(tree, shape, context, line, told)
    first = judged[0]
    if len(ways) > MOST_WAYS or any(one.ruling is not Ruling.REFUTED for one in judged):
        return next(one for one in judged if one.ruling is not Ruling.REFUTED)
    true = str((first.witness or {}).get("shape", ""))
    sizes = {letters[size]: value for size, value in told.items()}
    if stacks and "R" in told:
        sizes.setdefault("L", 2 * told["R"])
    parts = [one.strip() for one in true.split("×")]
    if not true or not all(one in sizes or re.fullmatch(r"\d+", one) for one in parts):
        return unchecked(first.kind, "the text does not set all sizes of it in numbers")
    shown = "×".join(str(sizes.get(one, one)) for one in parts)
    if shown == claimed:
        return verified(first.kind, f"its shape is {true}: {shown} at the sizes set", Method.COUNT)
    says = f"its shape is {true}, which is {shown} at the sizes set"
    return refuted(first.kind, says, Method.COUNT, {"shape": shown, "stated": claimed})


def _of_two_lengths(
    tree: Expression, shape: Shape, context: Context, line: int, told: Mapping[str, Fraction]
) -> Judged:
    """A shape where the keys are not as many as the queries: one row for each query and one column for each key."""
    queries, keys = (told.get(one, told.get("N")) for one in ("queries", "keys"))
    tokens = Symbol(context.printed("N", line))
    of_pairs = judge_shape(tree, Shape((tokens, tokens), shape.way, shape.measure), context, line)
    stated = [one.value for one in shape.sizes if isinstance(one, Number)]
    if of_pairs.ruling is Ruling.VERIFIED and stated == [queries, keys]:
        says = f"one entry for each of {queries} queries and {keys} keys"
        return verified(of_pairs.kind, says, Method.COUNT)
    return unchecked(
        of_pairs.kind, "the queries and the keys are not as many, and which tokens are meant is not read"
    )


__all__ = ["is_in_numbers", "judge_in_numbers"]
