# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Means and variances of products of vectors with independent entries of mean 0 and variance 1: Var[q·k] = D.

This is why softmax attention divides by √D (Vaswani et al. 2017, section 3.2.1, footnote 4). What holds depends on the
mean and the variance alone for some formulas, on the whole law for others: both sides are computed for two laws, and
only what comes out the same under both is ruled on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from itertools import product as every

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import Chain, Expression, Moment, Number, Symbol, names, rewritten, walk
from grader.verify.scope.context import Context
from grader.verify.worlds.settings import Array, Clash, Setting, Undecidable
from grader.verify.worlds.world import World

ENTRIES = r"(?:entr(?:y|ies)|components?|coordinates?|elements?)"
LAW = re.compile(
    rf"\b{ENTRIES}\b[^.;]{{0,160}}(?:\bvariance (?:of )?\$?(?:1|one)\b|\bunit variance\b|\bN\}}?\(0,\s*1\)|\bstandard(?:ised|ized)? normal)"
    rf"|(?:\bunit[- ]variance\b|\bvariance (?:1|one)\b|\bstandard(?:ised|ized)\b)[^.;]{{0,60}}\b{ENTRIES}\b",
    re.IGNORECASE | re.DOTALL,
)
INDEPENDENT = re.compile(r"\bindependent|\bi\.?i\.?d\b|\buncorrelated\b", re.IGNORECASE)
CENTRED = re.compile(
    r"\bmean (?:of )?\$?(?:0|zero)\b|\bzero[- ]mean\b|\bcentred\b|\bcentered\b|N\}?\(0,\s*1\)|standard normal",
    re.IGNORECASE,
)
VECTORS = frozenset({"q", "k"})
# the values that each entry takes and their chances: mean 0 and variance 1 in both
LAWS: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = (
    ((1.0, -1.0), (0.5, 0.5)),
    ((2.0, -0.5), (0.2, 0.8)),
)
SIZES = (2, 3)


def judge(chain: Chain | None, sentence: str, about: str, context: Context) -> Judged | None:
    """A ruling on `Var(qᵀk) = D` where the text says of the entries what it needs; None for anything else."""
    if chain is None or chain.open_left or set(chain.relations) - {"=", ":="} or len(chain.parts) < 2:
        return None
    if not any(isinstance(below, Moment) for part in chain.parts for below in walk(part)):
        return None
    around = f"{about[-3000:]} {sentence}"
    if not says_law(around):
        return None
    sizes = {name for name, size in context.aliases.items() if size == "D"}
    used = frozenset[str]().union(*(names(part) for part in chain.parts)) - {"i", "j"}
    if not used <= VECTORS | sizes or not used & VECTORS:
        return None
    found: list[tuple[int, list[float]]] = []
    for size, law in every(SIZES, LAWS):
        try:
            found.append((size, [_value(part, size, law, sizes) for part in chain.parts]))
        except (Clash, Undecidable):
            return None
    agree = [all(abs(a - b) <= 1e-9 * max(1.0, abs(a)) for a, b in pairwise(values)) for _, values in found]
    if all(agree):
        says = "both sides agree for two laws with mean 0 and variance 1, in 2 and 3 dimensions"
        return verified(Kind.IDENTITY, says, Method.COUNT)
    if any(agree[len(LAWS) :]):
        return None
    size, values = found[-len(LAWS)]
    rounded = [round(value, 6) for value in values]
    says = f"with D = {size} and entries that are 1 or −1 with equal chance the sides are {', '.join(f'{value:g}' for value in rounded)}"
    return refuted(Kind.IDENTITY, says, Method.COUNT, {"D": size, "entries": [1, -1], "values": rounded})


def says_law(text: str) -> bool:
    """Whether a text says that the entries are independent, with mean 0 and variance 1."""
    return all(pattern.search(text) for pattern in (LAW, INDEPENDENT, CENTRED))


def _value(
    part: Expression, size: int, law: tuple[tuple[float, ...], tuple[float, ...]], sizes: set[str]
) -> float:
    fixed: dict[str, Array] = {name: np.asarray(float(size)) for name in sizes}

    def moment(node: object) -> Expression | None:
        if not isinstance(node, Moment):
            return None
        first = second = 0.0
        for chance, point in _points(sorted(names(node.of) & VECTORS), size, law):
            value = World(Setting(), 1).number(_bare(node.of), {**fixed, **point})
            first += chance * value
            second += chance * value**2
        return Number(Fraction(first if node.kind == "E" else second - first**2))

    return World(Setting(), 1).number(rewritten(part, moment), fixed)


def _points(
    vectors: Sequence[str], size: int, law: tuple[tuple[float, ...], tuple[float, ...]]
) -> Iterator[tuple[float, Mapping[str, Array]]]:
    values, chances = law
    for places in every(range(len(values)), repeat=size * len(vectors)):
        entries = np.array([values[place] for place in places]).reshape(len(vectors), size)
        chance = float(np.prod([chances[place] for place in places]))
        yield chance, dict(zip(vectors, entries, strict=True))


def _bare(tree: Expression) -> Expression:
    """The tree with q for q_i: one query and one key."""
    return rewritten(
        tree,
        lambda node: Symbol(node.name) if isinstance(node, Symbol) and node.name in VECTORS else None,
    )


__all__ = ["judge", "says_law"]
