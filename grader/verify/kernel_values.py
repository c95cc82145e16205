# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Means and variances of random cosines told by the kernel's value: Var[cos w·δ] = (1 − G²)²/2 with G = exp(−‖δ‖²/(2σ²)).

With w ~ N(0, I/σ²) the argument w·δ is normal with variance s = ‖δ‖²/σ², and G = e^(−s/2): a formula in these is a
function of G alone, and of the number R of directions for the mean of R cosines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.context import Context
from grader.verify.grammar import read_expression
from grader.verify.laws import Spread
from grader.verify.settings import Array, Clash, Setting, Undecidable
from grader.verify.syntax import (
    Call,
    Chain,
    Expression,
    Function,
    Inner,
    Moment,
    Norm,
    Product,
    Symbol,
    Transpose,
    Unreadable,
    names,
    rewritten,
    walk,
)
from grader.verify.worlds import World

LETTERS = ("G", "K", "kappa", "g", "k")
MAPS = frozenset({"phi", "psi", "z"})
DRAWN = frozenset({"w", "omega"})
VALUES = (0.5, 0.3, 0.8)
DIRECTIONS = 5.0
SCALE = 1.5  # σ in the trials


def judge(
    chain: Chain | None,
    previous: Expression | None,
    aligned: bool,
    sentence: str,
    about: str,
    context: Context,
) -> Judged | None:
    """A ruling on equations between moments and the kernel's value; None for anything else."""
    if chain is None or set(chain.relations) - {"=", ":="} or context.laws - {Spread.INVERSE}:
        return None
    parts = [*([previous] if chain.open_left and previous is not None else []), *chain.parts]
    around = f"{about[-3000:]} {sentence}"
    letter = _letter(parts, around)
    moments = any(isinstance(below, Moment) for part in parts for below in walk(part))
    if len(parts) < 2 or not letter or not (moments or (aligned and chain.open_left)):
        return None
    try:
        found = [[_value(part, letter, value, context) for part in parts] for value in VALUES]
    except (Clash, Undecidable):
        return None
    kind = Kind.STEP if aligned or chain.open_left else Kind.IDENTITY
    return _ruling(found, letter, kind)


def _ruling(found: Sequence[Sequence[float]], letter: str, kind: Kind) -> Judged | None:
    agree = [all(abs(a - b) <= 1e-7 * max(1.0, abs(a)) for a, b in pairwise(values)) for values in found]
    if all(agree):
        return verified(
            kind, f"both sides agree for w·δ normal and {letter} = exp(−‖δ‖²/(2σ²))", Method.NUMERIC
        )
    if any(agree):
        return None
    values = [round(value, 6) for value in found[0]]
    says = f"where the kernel {letter} is {VALUES[0]:g} (R = {DIRECTIONS:g} directions) the sides are {', '.join(f'{value:g}' for value in values)}"
    return refuted(kind, says, Method.NUMERIC, {letter: VALUES[0], "R": DIRECTIONS, "values": values})


OF_ESTIMATE = re.compile(
    r"\bvariance (?:of (?:the |this |our |each )?(?P<what>(?:kernel )?(?:estimate|estimator|approximation)|one cosine|a single cosine|each cosine|one term)(?: of the kernel)?(?: is| equals| becomes)?|(?:is|equals))\s+\$?(?P<formula>[^$.;,]*?[GKk][^$.;,]*?)\$?(?=[.,;]?\s*$|[.,;]\s|\s+(?:and|so|which|for|with)\b)",
    re.IGNORECASE,
)


def in_words(text: str, about: str, context: Context) -> Iterator[tuple[int, int, Judged]]:
    """`The variance of the estimate is (1 − G²)²/(2R)`, where the text calls the kernel's value G."""
    if context.laws - {Spread.INVERSE} or not context.random_features:
        return
    for found in OF_ESTIMATE.finditer(text):
        try:
            stated = read_expression(re.sub(r"\\[()]", "", found.group("formula")))
        except Unreadable:
            continue
        letter = _letter([stated], f"{about[-3000:]} {text}")
        mean = any(context.aliases.get(name) == "R" for name in names(stated))
        if not letter or (not mean and not re.search("cosine|term", found.group("what") or "")):
            continue
        try:
            values = [
                (
                    (1 - value**2) ** 2 / (2 * DIRECTIONS if mean else 2),
                    _value(stated, letter, value, context),
                )
                for value in VALUES
            ]
        except (Clash, Undecidable):
            continue
        ruling = _ruling(values, letter, Kind.IDENTITY)
        if ruling is not None:
            yield found.start(), found.end(), ruling


def _letter(parts: Sequence[Expression], around: str) -> str:
    """The letter for the kernel's value among the parts' own, where the text says that it is the Gaussian."""
    used = {
        below.name
        for part in parts
        for below in walk(part)
        if isinstance(below, Symbol) and not below.indices
    }
    for letter in LETTERS:
        spelled = r"(?:\\kappa|κ)" if letter == "kappa" else letter
        meant = (
            rf"(?:exp|e\s*\^)[^$;]{{0,90}}=\s*{spelled}(?![A-Za-z_(])"
            rf"|(?<![A-Za-z\\_^]){spelled}(?:\([^()]*\))?\s*(?::?=|≔)\s*[^$;.]{{0,12}}(?:\\?exp|e\s*\^)"
        )
        if letter in used and re.search(meant, around):
            return letter
    return ""


def _value(part: Expression, letter: str, value: float, context: Context) -> float:
    """A part's value where the kernel has one. Raises `Undecidable` where the part has other symbols."""
    spread = -2 * np.log(value)
    bound: dict[str, Array] = {
        letter: np.asarray(value),
        "sigma": np.asarray(SCALE),
        "length": np.asarray(SCALE * np.sqrt(spread)),
    }
    bound |= {
        name: np.asarray(DIRECTIONS)
        for name, size in context.aliases.items()
        if size == "R" and name != letter
    }

    def changed(node: object) -> Expression | None:
        match node:
            case Moment(kind, of):
                key = f"moment {len(bound)}"
                bound[key] = np.asarray(_moment(kind, of, spread))
                return Symbol(key)
            case Norm(of) if names(of) <= {"q", "k", "x", "y", "delta", "u"}:
                return Symbol("length")
            case _:
                return None

    made = rewritten(part, changed)
    if not names(made) <= set(bound) | {"e", "pi"} or any(isinstance(below, Call) for below in walk(made)):
        raise Undecidable("other symbols than the kernel's value")
    return World(Setting(), 1).number(made, bound)


def _moment(kind: str, of: Expression, spread: float) -> float:
    """E or Var of a formula in cos and sin of w·δ, or of a product of two feature vectors."""
    calls = [below for below in walk(of) if isinstance(below, Call)]
    if calls:
        if (
            not isinstance(of, (Product, Inner))
            or len(calls) != 2
            or {one.function.name for one in calls} - MAPS
        ):
            raise Undecidable("another product than one of features")
        if calls[0].arguments == calls[1].arguments:
            raise Undecidable("a feature vector times itself")
        kernel = float(np.exp(-spread / 2))
        return kernel if kind == "E" else (1 - kernel**2) ** 2 / (2 * DIRECTIONS)
    inside = {
        below.arguments[0]
        for below in walk(of)
        if isinstance(below, Function) and below.name in {"cos", "sin"}
    }
    if len(inside) != 1 or not _is_projection(next(iter(inside))):
        raise Undecidable("not one random argument")
    argument = next(iter(inside))
    bare = rewritten(of, lambda node: Symbol("argument") if node == argument else None)
    if names(bare) != {"argument"}:
        raise Undecidable("more than the random argument")
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    sample = np.array(
        [World(Setting(), 1).number(bare, {"argument": np.asarray(node * np.sqrt(spread))}) for node in nodes]
    )
    first = float(weights @ sample)
    return first if kind == "E" else float(weights @ sample**2) - first**2


def _is_projection(argument: Expression) -> bool:
    """Whether something is wᵀδ or w·(q − k): the direction times one vector."""
    match argument:
        case Product((left, right), _) | Inner(left, right):
            sides = [side.of if isinstance(side, Transpose) else side for side in (left, right)]
            drawn = [side for side in sides if isinstance(side, Symbol) and side.name in DRAWN]
            others = frozenset[str]().union(*(names(side) for side in sides if side not in drawn))
            return len(drawn) == 1 and bool(others) and others <= {"q", "k", "x", "y", "delta", "u", "z"}
        case _:
            return False


__all__ = ["in_words", "judge"]
