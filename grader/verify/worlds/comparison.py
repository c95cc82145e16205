"""Two sides of a formula compared in many worlds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from grader.verify.grammar.syntax import (
    Call,
    Cases,
    Condition,
    Derivative,
    Expression,
    Function,
    Moment,
    Norm,
    Series,
    Symbol,
    names,
    walk,
)
from grader.verify.worlds.oriented_arrays import shape_text
from grader.verify.worlds.settings import MATRICES, Clash, Contradiction, Setting, Undecidable
from grader.verify.worlds.world import World


@dataclass(frozen=True)
class Compared:
    """Two sides in many worlds. `equal` is None where no world decides; `witness` shows a difference."""

    equal: bool | None
    says: str
    witness: dict[str, object] | None = None
    clash: bool = False
    contradicts: bool = False  # the formula cannot be meant as it is read here
    opaque: frozenset[str] = frozenset()  # undefined names on one side only: such a pair is never refuted


def compare(
    left: Expression,
    right: Expression,
    setting: Setting,
    *,
    worlds: int = 6,
    seed: int = 7,
    only_equality: bool = False,
) -> Compared:
    """Evaluate both sides in random worlds. Numbers in `says` and `witness` come from one world that differs.

    With `only_equality` the first world in which they differ ends it, and `equal` is then None.
    """
    agree = differ = 0
    opaque: set[str] = set()
    first_trouble = first_clash = ""
    clashes = 0
    witness: dict[str, object] | None = None
    kinds = {type(below) for tree in (left, right) for below in walk(tree)}
    rough = Derivative in kinds
    if rough:
        setting = _with_free_variables(setting, left, right)
    signed = bool(kinds & {Cases, Norm}) or any(
        isinstance(below, Function) and below.name in {"max", "min", "abs", "positive_part"}
        for tree in (left, right)
        for below in walk(tree)
    )
    plain = _plain_letters(left, right)
    for number in range(worlds + 2):
        simple = number >= worlds
        world = World(setting, seed + number, simple=simple)
        world.indices |= {
            name: 1 + (value + number) % 4 for name, value in world.indices.items() if name in plain
        }
        world.moments, world.differentiates, world.signed = Moment in kinds, rough, signed
        if rough or Condition in kinds:
            # indices may be equal: δ_ij, and the derivative of p_i by s_i
            world.indices |= ({}, {"j": 3}, {"l": 3}, {"l": 2})[number % 4]
        try:
            a = world.evaluate(left, {})
            here, world.opaque = world.opaque, set()
            b = world.evaluate(right, {})
            opaque |= here ^ world.opaque
        except Clash as error:
            clashes += 1
            first_clash = first_clash or str(error)
            first_trouble = first_trouble or str(error)
            continue
        except Contradiction as error:
            return Compared(None, str(error), contradicts=True)
        except Undecidable as error:
            first_trouble = first_trouble or str(error)
            continue
        zero = any(v.size == 1 and float(v.ravel()[0]) == 0 for v in (a, b))
        if not zero and (a.size != b.size or (a.ndim == 2 and b.ndim == 2 and a.shape != b.shape)):
            clashes += 1
            first_clash = first_clash or f"one side is {shape_text(a)}, the other {shape_text(b)}"
            first_trouble = first_trouble or first_clash
            continue
        gap = float(np.max(np.abs(a.ravel() - b.ravel())))
        scale = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))))
        if gap <= (1e-7 if rough else 1e-9) * scale + (1e-9 if rough else 1e-13) * min(
            world.largest, 1e3 * max(scale, 1.0)
        ):
            agree += 1
        elif gap > (1e-3 if rough else 1e-5) * scale and scale > (1e-4 if rough else 1e-12):
            if only_equality:
                return Compared(None, "a random world in which the sides differ was found")
            differ += 1
            if witness is None or simple:
                witness = {
                    **{
                        name: _rounded(value)
                        for name, value in _with_single_rows(world, left, right).items()
                        if not name.startswith("weights")
                    },
                    # how many entries the random directions have decides their moments
                    **({"D": world.sizes["D"]} if Moment in kinds and "D" not in world.shown else {}),
                    "left": _rounded(a.tolist()),
                    "right": _rounded(b.tolist()),
                }
    if clashes and not agree and not differ:
        return Compared(False, first_trouble, {"shapes": first_trouble}, clash=True)
    if agree >= worlds // 2 and not differ:
        return Compared(True, f"both sides agree in {agree} random worlds")
    if differ and opaque:
        names_ = ", ".join(sorted(opaque))
        return Compared(None, f"{names_} is not defined in what was read", opaque=frozenset(opaque))
    if clashes and differ and not agree and clashes + differ >= worlds:
        # where sizes happen to be equal the product exists, and differs
        return Compared(False, first_clash, {"shapes": first_clash}, clash=True)
    if differ >= max(2, worlds // 2) and differ > agree and witness is not None:
        return Compared(False, f"left {_brief(witness['left'])}, right {_brief(witness['right'])}", witness)
    return Compared(None, first_trouble or "the random worlds do not decide it")


def _with_single_rows(world: World, *trees: Expression) -> dict[str, object]:
    """What a world shows, with q_3 for the whole matrix Q where the formula speaks of that one row alone."""
    nodes = [below for tree in trees for below in walk(tree)]
    shown = dict(world.shown)
    bound = {node.index for node in nodes if isinstance(node, Series)}
    used = {node for node in nodes if isinstance(node, Symbol)}
    defined = any(symbol.name in world.setting.definitions for symbol in used)
    for matrix in [name for name in shown if name in MATRICES]:
        rows = {symbol for symbol in used if symbol.name == matrix.lower()}
        single = [symbol.indices[0] for symbol in rows if len(symbol.indices) == 1]
        if bound or defined or not rows or len(single) < len(rows) or Symbol(matrix) in used:
            continue
        whole = shown.pop(matrix)
        for index in single:
            place = world.index_value(index, {})
            if isinstance(whole, list) and 1 <= place <= len(whole):
                letter = index.name if isinstance(index, Symbol) else str(place)
                shown[f"{matrix.lower()}_{letter}"] = whole[place - 1]
                shown.pop(letter, None)
    return shown


def _plain_letters(*trees: Expression) -> frozenset[str]:
    """Letters that stand for themselves in a formula, and are nowhere an index or a bound: their value may be any."""
    nodes = [below for tree in trees for below in walk(tree)]
    indices = frozenset[str]().union(
        *(names(index) for node in nodes if isinstance(node, Symbol) for index in node.indices)
    )
    bounds = frozenset[str]().union(
        *(
            names(bound)
            for node in nodes
            if isinstance(node, Series)
            for bound in (node.low, node.high)
            if bound is not None
        )
    )
    own = {node.index for node in nodes if isinstance(node, Series)}
    return frozenset().union(*(names(tree) for tree in trees)) - indices - bounds - own


def _with_free_variables(setting: Setting, *trees: Expression) -> Setting:
    """The setting in which what is differentiated by is a variable, whatever the text defines it to be."""
    variables = {
        symbol.name
        for tree in trees
        for below in walk(tree)
        if isinstance(below, Derivative)
        for symbol in (
            (below.by,)
            if isinstance(below.by, Symbol)
            else (below.by.function,)
            if isinstance(below.by, Call)
            else ()
        )
    }
    return replace(setting, definitions={k: v for k, v in setting.definitions.items() if k not in variables})


def are_equal(left: Expression, right: Expression, setting: Setting) -> bool:
    """Whether `compare` finds both sides equal; quicker where they are not."""
    return bool(compare(left, right, setting, only_equality=True).equal)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value == int(value) and abs(value) < 1e9 else float(f"{value:.6g}")
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
