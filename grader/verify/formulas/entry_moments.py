"""Moments of one entry of a random direction: E[w_1²] = 1/σ², E[w_1⁴] = 3/σ⁴ for w ~ N(0, I/σ²)."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import (
    Chain,
    Expression,
    Moment,
    Number,
    Power,
    Product,
    Symbol,
    names,
    rewritten,
)
from grader.verify.scope.context import Context
from grader.verify.worlds.laws import Spread
from grader.verify.worlds.settings import DIRECTIONS, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

MOST = 8
SIGMAS = (2.0, 1.5)


def judge(chain: Chain | None, context: Context) -> Judged | None:
    """A ruling on `E[w_1^n] = ...` under the one law that the text states; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations != ("=",):
        return None
    if _is_of_entries(chain.parts[0]):
        return _of_two(chain, context)
    match chain.parts[0]:
        case Moment("E", Power(Symbol(name, (_,)), Number(value))) if (
            name in DIRECTIONS and value.denominator == 1
        ):
            order = int(value)
        case _:
            return None
    spread = min(context.laws, key=str) if len(context.laws) == 1 else None
    if spread not in {Spread.INVERSE, Spread.UNIT} or not 1 <= order <= MOST:
        return None
    if not names(chain.parts[1]) <= {"sigma"}:
        return None
    stated = [_value(chain.parts[1], sigma) for sigma in SIGMAS]
    if any(one is None for one in stated):
        return None
    factor = 0 if order % 2 else prod(range(1, order, 2))
    wanted = [factor * (sigma**-order if spread is Spread.INVERSE else 1.0) for sigma in SIGMAS]
    law = f"1/σ^{order}" if spread is Spread.INVERSE else "1"
    says = f"an entry of w is normal, and its moment of order {order} is {factor} times {law}"
    if all(abs((one or 0.0) - right) <= 1e-9 for one, right in zip(stated, wanted, strict=True)):
        return verified(Kind.IDENTITY, says, Method.SYMBOLIC)
    witness = {"σ": SIGMAS[0], "moment": wanted[0], "stated": stated[0]}
    return refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)


def _is_of_entries(tree: Expression) -> bool:
    """Whether it is the mean of a product of indexed letters w_a w_b, with nothing that makes vectors of them."""
    match tree:
        case Moment("E", Product(factors)):
            return all(
                isinstance(one, Symbol) and one.name in DIRECTIONS and len(one.indices) == 1
                for one in factors
            )
        case _:
            return False


def _of_two(chain: Chain, context: Context) -> Judged:
    """`E[w_a w_b] = δ_ab/σ²`; left open where something else stands there."""
    spread = min(context.laws, key=str) if len(context.laws) == 1 else None
    stated = chain.parts[1]
    two = (
        isinstance(chain.parts[0], Moment)
        and isinstance(chain.parts[0].of, Product)
        and len(chain.parts[0].of.factors) == 2
    )
    if (
        not two
        or spread not in {Spread.INVERSE, Spread.UNIT}
        or not names(stated) <= {"sigma", "delta", "a", "b", "i", "j"}
    ):
        return unchecked(Kind.IDENTITY, "entries of a random direction whose law is not read")
    says = f"the entries of w are independent, and each has variance {'1/σ²' if spread is Spread.INVERSE else '1'}"
    for sigma in SIGMAS:
        for equal in (True, False):
            value = _value(_with_delta(stated, equal=equal), sigma)
            if value is None or "delta" not in names(stated):
                return unchecked(Kind.IDENTITY, "whether both entries are the same one is not said")
            wanted = (sigma**-2 if spread is Spread.INVERSE else 1.0) if equal else 0.0
            if abs(value - wanted) > 1e-9:
                witness = {"σ": sigma, "a = b": equal, "mean": wanted, "stated": value}
                return refuted(Kind.IDENTITY, says, Method.SYMBOLIC, witness)
    return verified(Kind.IDENTITY, says, Method.SYMBOLIC)


def _with_delta(tree: Expression, *, equal: bool) -> Expression:
    value = Number(Fraction(1 if equal else 0))
    return rewritten(
        tree,
        lambda node: (
            value if isinstance(node, Symbol) and node.name == "delta" and len(node.indices) == 2 else None
        ),
    )


def _value(tree: Expression, sigma: float) -> float | None:
    try:
        return World(Setting(), 1).number(tree, {"sigma": np.asarray(sigma)})
    except (Clash, Undecidable):
        return None


__all__ = ["judge"]
