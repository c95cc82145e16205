# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Slopes of one softmax weight by one score, entry by entry: ∂p_i/∂s_i = p_i(1 − p_i), ∂p_i/∂s_j = −p_i p_j for j ≠ i."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.grammar.syntax import Chain, Derivative, Expression, Number, Symbol, names, rewritten
from grader.verify.worlds.settings import Clash, Setting, Undecidable
from grader.verify.worlds.world import World

WEIGHTS = frozenset({"p", "pi", "w", "a", "alpha"})
SCORES = frozenset({"s", "z"})
OTHER_ONE = re.compile(
    r"\\ne(?:q)?(?![a-z])|≠|!=|\bother\b|\banother\b|\bdifferent\b|\bdistinct\b|off-diagonal", re.IGNORECASE
)
# the two weights, and those of a second trial
TRIALS = ((Fraction(1, 2), Fraction(3, 10)), (Fraction(1, 5), Fraction(7, 10)))


def judge(chain: Chain | None, sentence: str, about: str) -> Judged | None:
    """A ruling on `∂p_i/∂s_j = ...` where the text speaks of a softmax; None for anything else."""
    if chain is None or chain.open_left or len(chain.parts) != 2 or chain.relations != ("=",):
        return None
    slope, stated = chain.parts
    match slope:
        case Derivative(Symbol(weight, (Symbol() as own,)), Symbol(score, (Symbol() as by,))):
            pass
        case _:
            return None
    around = f"{about[-800:]} {sentence}"
    if weight not in WEIGHTS or score not in SCORES or not re.search(r"soft-?max", around, re.IGNORECASE):
        return None
    same = own == by
    if not names(stated) - {own.name, by.name} <= {weight, "delta"}:
        return None
    found = [_value(stated, weight, own, by, trial, equal=same) for trial in TRIALS]
    if any(one is None for one in found):
        return None
    wanted = [first * (1 - first) if same else -first * second for first, second in TRIALS]
    rule = (
        f"∂{weight}_i/∂{score}_i = {weight}_i(1 − {weight}_i)"
        if same
        else f"∂{weight}_i/∂{score}_j = −{weight}_i·{weight}_j for j ≠ i"
    )
    if all(
        abs(one - float(right)) < 1e-9 for one, right in zip(found, wanted, strict=True) if one is not None
    ):
        general = same or "delta" in names(stated) or OTHER_ONE.search(sentence)
        return verified(Kind.IDENTITY, f"for a softmax {rule}", Method.SYMBOLIC) if general else None
    first, second = (float(one) for one in TRIALS[0])
    witness = {
        f"{weight}_i": first,
        **({} if same else {f"{weight}_j": second}),
        "slope": float(wanted[0]),
        "stated": found[0],
    }
    return refuted(Kind.IDENTITY, f"for a softmax {rule}", Method.SYMBOLIC, witness)


def _value(
    tree: Expression, weight: str, own: Symbol, by: Symbol, trial: tuple[Fraction, Fraction], *, equal: bool
) -> float | None:
    """The stated slope for two weights; None where it has other parts than them."""
    values = {own: trial[0], by: trial[0] if equal else trial[1]}

    def changed(node: object) -> Expression | None:
        match node:
            case Symbol(name, (Symbol() as index,)) if name == weight and index in values:
                return Number(values[index])
            case Symbol("delta", (_, _)):
                return Number(Fraction(1 if equal else 0))
            case _:
                return None

    try:
        return (
            World(Setting(), 1).number(rewritten(tree, changed), {})
            if _closed(rewritten(tree, changed))
            else None
        )
    except (Clash, Undecidable):
        return None


def _closed(tree: Expression) -> bool:
    return not names(tree)


__all__ = ["judge"]
