# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Shapes that a text states: a formula is evaluated in a world whose sizes are different primes, and its shape read off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import (
    Call,
    Expression,
    Function,
    Number,
    Product,
    Symbol,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.scope.context import Context
from grader.verify.scope.declarations import declared_name, is_one
from grader.verify.scope.formula_settings import (
    ACCUMULATORS,
    accumulated,
    families_in,
    of_each_token,
    with_accumulators,
)
from grader.verify.worlds.settings import (
    FEATURE_MAPS,
    MATRICES,
    SIZE_NAMES,
    VECTORS,
    Array,
    Clash,
    Setting,
    Undecidable,
    orientations,
)
from grader.verify.worlds.world import World

FEATURE_LENGTHS = frozenset({"L", "C", "D_phi", "d_phi", "F", "P"})
GUESSED = frozenset({"u"})  # a vector that is as long as queries in some texts, and as values in others
PLAIN_NUMBERS = frozenset({"sigma", "alpha", "beta", "gamma", "lambda", "eta"})


class Measure(Enum):
    """What of an array is stated."""

    SHAPE = "its shape"
    ENTRIES = "how many entries it has"
    ROWS = "how many rows it has"
    COLUMNS = "how many columns it has"


@dataclass(frozen=True)
class Shape:
    """What is claimed: sizes as expressions; no sizes stand for a scalar; `way` for "a row vector" without sizes."""

    sizes: tuple[Expression, ...]
    way: str = ""
    measure: Measure = Measure.SHAPE


def judge_shape(
    tree: Expression,
    shape: Shape,
    context: Context,
    line: int,
    *,
    introduces: bool = False,
    in_numbers: bool = False,
) -> Judged:
    """Whether an expression has a shape, in some orientation that the text leaves open, in the text's own letters.

    `in_numbers` is whether the text has set its sizes in numbers, so that a number may be one of them.
    """
    tree = _with_sums(tree, context, line)
    judged = _judge_shape(tree, shape, context, line, introduces=introduces)
    if judged.ruling == "refuted" and re.search(
        r"(?<![\w_])\d{2,}", str((judged.witness or {}).get("shape", ""))
    ):
        return unchecked(judged.kind, "a size in it follows from others")
    listed = len(shape.sizes) == 1 and _may_count_others(tree, judged)
    if judged.ruling == "refuted" and (listed or _is_part_of_whole(tree, context.setting_at(line))):
        return unchecked(judged.kind, "whether it is of a whole, a row, an entry or a list is not said")
    declared = {declared_name(one.what) for one in context.declared}
    if judged.ruling == "refuted" and names(tree) & (GUESSED - declared):
        return unchecked(judged.kind, f"how long {min(names(tree) & (GUESSED - declared))} is is not said")
    if judged.ruling == "refuted" and context.tokens_are_columns and any(map(_maps_tokens, walk(tree))):
        return unchecked(judged.kind, "with the tokens as columns φ(K) has its features as columns")
    # what a claim itself declares is no ground to judge it; vectors have the course's widths whatever else is declared
    said = [
        one
        for one in context.declared
        if isinstance(one.what, Symbol)
        and not (one.line == line and one.what == tree)
        and one.what.name not in VECTORS
    ]
    within = {name.casefold() for name in _names_within(tree, context.setting_at(line))}
    known = frozenset[str]().union(
        *(
            names(size)
            for one in said
            if within & {n.casefold() for n in names(one.what)}
            for size in one.sizes
        )
    )
    # a letter beside the usual one for a size is a size of its own, whatever else is declared with it
    own = {name for name, size in context.aliases.items() if size.startswith("own ")}
    roles = set(context.aliases) | set(SIZE_NAMES)
    strange = frozenset[str]().union(*(names(size) for size in shape.sizes)) - known - (roles - own)
    counted = any(isinstance(size, Number) and size.value > 1 for size in shape.sizes)
    if (
        judged.ruling == "refuted"
        and counted
        and not in_numbers
        and not any(isinstance(s, Number) and s.value > 1 for one in said for s in one.sizes)
    ):
        return unchecked(judged.kind, "the text gives its matrices no sizes in numbers")
    if judged.ruling == "refuted" and strange:
        # a letter that no declaration knows may stand for any size
        return unchecked(judged.kind, f"what size {min(strange)} is is not said")

    def printed(says: str) -> str:
        return re.sub(
            r"(?<![A-Za-z_])[NDMLR](?=[×\s]|$)", lambda found: context.printed(found.group(), line), says
        )

    if judged.ruling == "unchecked":
        return judged
    witness = judged.witness
    shown = None if witness is None else {key: printed(str(value)) for key, value in witness.items()}
    claimed = "×".join(_size_text(size) for size in shape.sizes)
    if judged.ruling == "refuted" and shown and shown.get("shape") == claimed:
        # the text's own letter for that size, which another formula gives another value
        return verified(judged.kind, f"its shape is {claimed}", Method.COUNT)
    return replace(judged, says=printed(judged.says), witness=shown)


def _may_count_others(tree: Expression, judged: Judged) -> bool:
    """Whether a length behind a formula can't be its own: that of a kernel's value, or of one entry √2·x_i·x_j."""
    witness = judged.witness or {}
    kernel = any(isinstance(node, Function) and node.name == "exp" for node in walk(tree))
    scalar = kernel and str(witness.get("shape", "")).startswith("1×1")
    letters = [node for node in walk(tree) if isinstance(node, Symbol) and node.name.casefold() in "xyqk"]
    entry = len(letters) > 1 and all(len(node.indices) == 1 for node in letters)
    return scalar or (entry and "clash" in witness)


def _is_part_of_whole(tree: Expression, setting: Setting) -> bool:
    """Whether S_i stands for some part of an S that the text defines as a whole and does not add up."""
    return (
        isinstance(tree, Symbol)
        and len(tree.indices) == 1
        and tree.name in setting.definitions
        and not setting.definitions[tree.name].indices
        and tree.name not in setting.running
    )


def _maps_tokens(node: Expression) -> bool:
    """Whether a node is φ of a whole matrix."""
    return isinstance(node, Call) and node.function.name in FEATURE_MAPS and bool(names(node) & set(MATRICES))


def _with_sums(tree: Expression, context: Context, line: int) -> Expression:
    """The tree with S and Z as sums over tokens, where the text multiplies features with them and does not define them."""
    if not context.multiplies_sums or isinstance(tree, Symbol):
        return tree
    told = context.setting_at(line)

    def summed(symbol: Symbol) -> Expression:
        free = symbol.name not in told.definitions and symbol.name not in told.shapes
        plain = symbol.name in ACCUMULATORS and not symbol.indices
        return Symbol(symbol.name, (Symbol("i"),)) if free and plain else symbol

    return with_symbols(tree, summed)


def _names_within(tree: Expression, setting: Setting) -> set[str]:
    """The names in a tree and in what the text defines them by."""
    found: set[str] = set()
    pending = names(tree)
    while pending:
        found |= pending
        bodies = [setting.definitions[name].body for name in pending if name in setting.definitions]
        pending = frozenset[str]().union(*map(names, bodies)) - found
    return found


def _size_text(size: Expression) -> str:
    match size:
        case Symbol(name, ()):
            return name
        case Number(value, _):
            return str(value)
        case _:
            return "?"


def _judge_shape(
    tree: Expression, shape: Shape, context: Context, line: int, *, introduces: bool = False
) -> Judged:
    """Whether an expression has a shape, in some orientation that the text leaves open."""
    kind = Kind.DIMENSION
    setting = context.setting_at(line, distinct=True)
    if names(tree) & {name for _, name, _ in context.increments}:
        setting = of_each_token(setting, (tree,), accumulated(context))
    setting = with_accumulators(setting, accumulated(context))
    declared = _exact_ties(context, line)
    stacked_there = context.scale_at(line) == 1 and all(map(_is_simple, shape.sizes))
    ties = {**TWO_EACH, **declared} if stacked_there else declared
    setting = replace(setting, sizes=ties)
    if stacked_there:
        # the map's length is known, however its entries are written out
        kept = {name: one for name, one in setting.definitions.items() if name != "phi"}
        setting = replace(setting, definitions=kept)
    families = families_in((tree,), setting)
    if introduces:
        families.discard("phi")
        setting = replace(setting, orientations={k: v for k, v in setting.orientations.items() if k != "phi"})
        families.add("phi")
    fixed = {k: v for k, v in setting.orientations.items() if k in families}
    strange = _strange(tree, setting)
    if strange:
        return unchecked(kind, f"the shape of {strange} is not known")
    found: list[str] = []
    clashes: list[str] = []
    flexible = False
    turned = ""
    way = context.feature_way(line)
    stacks = context.random_features or context.doubles_features
    for choice in _meant(orientations(frozenset(families), fixed), setting):
        oriented = _with(setting, choice)
        world = World(oriented, 5)
        try:
            value = world.evaluate(tree, {})
            wanted = [int(world.number(size, {})) for size in shape.sizes]
        except Clash as error:
            clashes.append(named(str(error), world))
            continue
        except Undecidable as error:
            return unchecked(kind, f"the shape is not computed: {error}")
        opaque = world.opaque - FEATURE_MAPS - PLAIN_NUMBERS - {"sim", "kappa", "K", "k", "G"}
        within = _names_within(tree, setting)
        if any(
            name in within and name not in setting.definitions and name not in setting.shapes
            for name in opaque
        ):
            return unchecked(kind, "a symbol in it is not defined")
        if (_fits(value, wanted, shape) or _fits_some_length(value, wanted, world, shape)) and (
            way and choice.get("phi", way) != way and not introduces
        ):
            turned = f"it holds where feature vectors are {choice['phi']}s, and the text has {way}s"
            continue
        if _fits(value, wanted, shape):
            return verified(kind, f"its shape is {shape_name(value, world)}", Method.COUNT)
        if _fits_some_length(value, wanted, world, shape):
            if any(isinstance(size, Symbol) and size.name in FEATURE_LENGTHS for size in shape.sizes):
                return verified(kind, "its shape is that, with φ of that length", Method.COUNT)
            if stacks and any(_is_sine_and_cosine(size, context) for size in shape.sizes):
                return verified(
                    kind, "its shape is that, with a sine and a cosine for each of R directions", Method.COUNT
                )
            flexible = True
        found.append(shape_name(value, world))
    if (
        (flexible or turned)
        and context.doubles_features
        and any(_is_directions(size, context) for size in shape.sizes)
    ):
        return refuted(
            kind,
            f"its shape is {found[0]}, where L is twice the number of directions: {STACKS}",
            Method.COUNT,
            {"shape": found[0], "L": f"2{context.printed('R', line)}"},
        )
    if turned:
        return unchecked(kind, turned)
    chosen = introduces and not stacked_there
    if chosen and (len(shape.sizes) == 1 or any(is_one(size) for size in shape.sizes)):
        return unchecked(kind, "the text chooses the length of its features here")
    if flexible:
        return unchecked(kind, "it holds for a feature map of that length, which the text does not fix")
    if found and not clashes:
        witness: dict[str, object] = {"shape": found[0]}
        if ties is not declared and "L" in found[0]:
            witness["L"] = f"2{context.printed('R', line)}"
            return refuted(
                kind, f"its shape is {found[0]}, where L = {witness['L']}: {STACKS}", Method.COUNT, witness
            )
        return refuted(kind, f"its shape is {found[0]}", Method.COUNT, witness)
    if found:
        return refuted(
            kind, f"its shape is {found[0]} or the product is not defined", Method.COUNT, {"shape": found[0]}
        )
    if clashes and isinstance(tree, Symbol):
        # what is wrong is charged where the text defines it
        return unchecked(kind, f"the product that defines it is not defined: {clashes[0]}")
    if clashes:
        return refuted(kind, f"the product is not defined: {clashes[0]}", Method.COUNT, {"clash": clashes[0]})
    return unchecked(kind, "the shape is not computed")


STACKS = "the map stacks a sine and a cosine for each random direction"


def _meant(choices: Sequence[dict[str, str]], setting: Setting) -> Sequence[dict[str, str]]:
    """The orientations in which what the text defines can be multiplied; all of them if it never can."""
    bodies = [one.body for one in setting.definitions.values() if one.line and not one.parameters]
    left = [choice for choice in choices if not any(_clashes(body, choice, setting) for body in bodies)]
    return left or choices


def _clashes(body: Expression, choice: dict[str, str], setting: Setting) -> bool:
    try:
        World(_with(setting, choice), 5).evaluate(body, {})
    except Clash:
        return True
    except Undecidable:
        return False
    return False


# what a map of R sines and R cosines gives
TWO_EACH: Mapping[str, Expression] = {"L": Product((Number(Fraction(2), "2"), Symbol("R")), ("",))}


def _is_simple(size: Expression) -> bool:
    """Whether a size is a number, a letter or a multiple of one: D² belongs to another feature map."""
    match size:
        case Number() | Symbol(_, ()) | Product((Number(), Symbol(_, ())), _):
            return True
        case _:
            return False


def _is_sine_and_cosine(size: Expression, context: Context) -> bool:
    """Whether a size is 2R."""
    return (
        isinstance(size, Product)
        and len(size.factors) == 2
        and isinstance(size.factors[0], Number)
        and size.factors[0].value == 2
        and isinstance(size.factors[1], Symbol)
        and context.aliases.get(size.factors[1].name) == "R"
    )


def _is_directions(size: Expression, context: Context) -> bool:
    """Whether a size is R itself."""
    return isinstance(size, Symbol) and context.aliases.get(size.name) == "R"


def _with(setting: Setting, choice: dict[str, str]) -> Setting:
    from grader.verify.scope.formula_settings import with_orientations as _oriented

    return _oriented(setting, choice)


def _strange(tree: Expression, setting: Setting) -> str:
    """The first name whose shape neither the text nor the course's conventions fix, also behind a definition."""
    return next(
        (name for part in (tree, *_bodies(tree, setting)) if (name := _strange_in(part, setting))), ""
    )


def _bodies(tree: Expression, setting: Setting) -> list[Expression]:
    """What the text defines the names in a tree by that it gives no shape: Y of `Y = VP`."""
    return [
        setting.definitions[name].body
        for name in sorted(_names_within(tree, setting))
        if name in setting.definitions
        and name not in setting.shapes
        and not setting.definitions[name].parameters
        and not setting.definitions[name].indices
    ]


def _strange_in(tree: Expression, setting: Setting) -> str:
    for symbol in symbols(tree):
        name = symbol.name
        if name in setting.definitions and setting.definitions[name].indices and not symbol.indices:
            # S_i is defined for each token; the whole sum S is another thing
            return name
        if name in setting.definitions or name in setting.shapes or name in FEATURE_MAPS:
            continue
        plain = name.rstrip("'")
        if (
            plain in VECTORS
            or (plain in MATRICES and plain != "Y")
            or name in {"e", "pi", "ones", "softmax", *PLAIN_NUMBERS}
            or (len(name) == 1 and name in "ijlmnts")
        ):
            continue
        if setting.aliases and name in setting.aliases and not setting.aliases[name].startswith("own "):
            # a letter of the text's own may be a matrix that it does not declare
            continue
        if any(
            isinstance(b, Call)
            and b.function.name == name
            and (name in {"sim", "kappa", "K", "k", "G"} or "gauss" in name)
            for b in walk(tree)
        ):
            continue
        return name
    return ""


def _exact_ties(context: Context, line: int) -> dict[str, Expression]:
    """`L = 2D_random` as an exact size; growth classes are none."""
    out: dict[str, Expression] = {}
    for where, _, name, polynomial in context.ties:
        if name == "L" and len(polynomial) == 1 and where <= line + 400:
            ((monomial, coefficient),) = polynomial.items()
            if len(monomial) == 1 and monomial[0][1] == 1 and coefficient == 2:
                out["L"] = Product((Number(coefficient), Symbol(monomial[0][0])), ("",))
    for declared in context.declared:
        # φ(x) in R^(2F): the features' length is that
        if isinstance(declared.what, Call) and declared.what.function.name in FEATURE_MAPS and "L" not in out:
            double = [size for size in declared.sizes if _is_double(size)]
            out |= dict(zip(("L",), double, strict=False))
    return out


def _is_double(size: Expression) -> bool:
    match size:
        case Product((Number(two, _), Symbol()), _):
            return two == 2
        case _:
            return False


def _fits(value: Array, wanted: list[int], shape: Shape) -> bool:
    actual = list(value.shape) if value.ndim == 2 else [1, 1] if value.size == 1 else [value.size]
    if shape.measure is Measure.ENTRIES:
        return [value.size] == wanted
    if shape.measure is not Measure.SHAPE:
        return len(actual) == 2 and actual[shape.measure is Measure.COLUMNS] == wanted[0]
    if shape.way == "row":
        return value.ndim == 2 and value.shape[0] == 1 and (not wanted or value.size == wanted[-1])
    if shape.way == "column":
        return value.ndim == 2 and value.shape[1] == 1 and (not wanted or value.size == wanted[-1])
    if not wanted:
        return value.size == 1
    if len(wanted) == 1:
        return value.size == wanted[0] and 1 in (*actual, 1) and (value.ndim < 2 or 1 in value.shape)
    return actual == wanted


def _fits_some_length(value: Array, wanted: list[int], world: World, shape: Shape) -> bool:
    """Whether the shapes differ only where the feature map's own length stands."""
    actual = list(value.shape) if value.ndim == 2 else [value.size]
    if shape.measure is not Measure.SHAPE:
        return world.sizes["L"] in actual and world.setting.sizes.get("L") is None
    if shape.way or len(actual) != len(wanted):
        return (
            len(wanted) == 1
            and value.ndim == 2
            and 1 in value.shape
            and value.size == world.sizes["L"]
            and wanted[0] not in {world.sizes["N"], world.sizes["M"], 1}
            and world.setting.sizes.get("L") is None
        )
    if world.setting.sizes.get("L") is not None and not any(
        isinstance(size, Symbol) and size.name in FEATURE_LENGTHS for size in shape.sizes
    ):
        return False
    free = {w for a, w in zip(actual, wanted, strict=True) if a != w and a == world.sizes["L"]}
    rest = [(a, w) for a, w in zip(actual, wanted, strict=True) if a != w and a != world.sizes["L"]]
    return not rest and len(free) == 1 and free.isdisjoint({world.sizes["N"], world.sizes["M"], 1})


def shape_name(value: Array, world: World) -> str:
    """`L×M` with the sizes' names."""
    if value.size == 1:
        return "1×1, a scalar"
    sides = value.shape if value.ndim == 2 else (value.shape[0],)
    return "×".join(_size_name(side, world) for side in sides)


def _size_name(side: int, world: World) -> str:
    for name, size in world.sizes.items():
        if size == side:
            return name.removeprefix("own ")
    return str(side)


def named(says: str, world: World) -> str:
    """A sentence about numeric shapes with the sizes' names."""
    return re.sub(
        r"\d+", lambda found: _size_name(int(found.group()), world) if found.group() != "1" else "1", says
    )
