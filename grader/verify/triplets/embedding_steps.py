"""Steps between sums of a triplet's embeddings, as gradients are simplified: 2(a − p) − 2(a − n) = 2(n − p)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Number,
    Product,
    Quotient,
    Symbol,
    names,
    rewritten,
    walk,
)
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

TRIPLET = re.compile(
    r"\btriplets?\b|\banchors?\b|\bgradients?\b|\\partial|\\nabla|∂|∇|\bderivatives?\b", re.IGNORECASE
)
MEMBERS = frozenset({"a", "p", "n"})
# what each stands for in one dimension
POINTS = ({"a": 1.0, "p": 3.0, "n": 7.0}, {"a": 2.0, "p": -1.0, "n": 0.5}, {"a": -1.5, "p": 0.25, "n": 4.0})


def judge(chain: Chain | None, previous: Expression | None, sentence: str, about: str) -> Judged | None:
    """A ruling on a row that goes on with a sum of embeddings; None for anything else."""
    if (
        chain is None
        or set(chain.relations) - {"=", ":="}
        or not TRIPLET.search(f"{about[-3000:]} {sentence}")
    ):
        return None
    parts = [*([previous] if chain.open_left and previous is not None else []), *chain.parts]
    sums = [made for part in parts if (made := _sum(part)) is not None]
    if len(sums) != len(parts) or len(parts) < 2:
        return None
    found = [_values(sums, point) for point in POINTS]
    if any(one is None for one in found):
        return None
    values = [one for one in found if one is not None]
    agree = [all(abs(x - y) <= 1e-9 * max(1.0, abs(x)) for x, y in pairwise(one)) for one in values]
    kind = Kind.STEP if chain.open_left else Kind.IDENTITY
    if all(agree):
        return verified(kind, "both sides are the same sum of the embeddings", Method.SYMBOLIC)
    if agree[0]:
        return None
    told = ", ".join(f"{name} = {value:g}" for name, value in POINTS[0].items())
    says = f"in one dimension with {told} the sides are {', '.join(f'{value:g}' for value in values[0])}"
    return refuted(kind, says, Method.NUMERIC, {**POINTS[0], "values": values[0]})


def _sum(part: Expression) -> Expression | None:
    """A sum of the three embeddings with numbers as factors, f(a) read as a; None for anything else."""

    def bare(node: object) -> Expression | None:
        match node:
            case Call(Symbol("f" | "g" | "h" | "z", ()), (Symbol(name, ()),)) if name in MEMBERS:
                return Symbol(name)
            case _:
                return None

    plain = rewritten(part, bare)
    allowed = (Addition, Number, Product, Quotient, Symbol)
    used = names(plain)
    if not used or not used <= MEMBERS or not all(isinstance(below, allowed) for below in walk(plain)):
        return None
    if any(isinstance(below, Symbol) and below.indices for below in walk(plain)):
        return None
    for below in walk(plain):
        if isinstance(below, Product) and sum(bool(names(factor)) for factor in below.factors) > 1:
            return None
        if isinstance(below, Quotient) and names(below.under):
            return None
    return plain


def _values(sums: Sequence[Expression], point: dict[str, float]) -> list[float] | None:
    bound: dict[str, Array] = {name: np.asarray(value) for name, value in point.items()}
    zero: dict[str, Array] = {name: np.asarray(0.0) for name in point}
    try:
        if any(World(Setting(), 1).number(one, zero) != 0 for one in sums):
            # a number is added: no sum of vectors
            return None
        return [World(Setting(), 1).number(one, bound) for one in sums]
    except (Clash, Undecidable):
        return None


__all__ = ["judge"]
