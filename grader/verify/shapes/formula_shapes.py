"""The shapes of a formula's sides, where the text declares them: which fit, and which clash."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.grammar.syntax import Expression, Number, Product, Series, Symbol, names, symbols, walk
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import (
    accumulated,
    families_in,
    settings_of,
    with_accumulators,
    with_orientations,
)
from grader.verify.scope.said_sizes import SIZE_LETTERS
from grader.verify.worlds.comparison import compare
from grader.verify.worlds.settings import MATRICES, VECTORS, Clash, Undecidable, orientations
from grader.verify.worlds.world import World

TOKENS = {"i": 2, "t": 2, "j": 1, "n": 2}  # the tokens that free indices stand for
INDEX_LETTERS = frozenset("ijklmnstprcdab")


def shape_product(left: Expression, right: Expression, context: Context) -> Judged | None:
    """`(L × 1)(1 × M) = L × M`: sizes written as a product of shapes; None for anything else."""
    trees = [below for tree in (left, right) for below in walk(tree)]
    if not any(isinstance(below, Product) and "times" in below.joins for below in trees):
        return None
    if not all(isinstance(b, (Product, Symbol, Number)) for b in trees) or not isinstance(right, Product):
        return None
    used = names(left) | names(right)
    if not used or not used <= set(context.aliases) | SIZE_LETTERS:
        return None
    shapes = _shapes_in(left)
    if shapes is None or len(shapes) < 2 or right.joins != ("times",):
        return unchecked(Kind.DIMENSION, "sizes are multiplied here")
    for one, other in pairwise(shapes):
        if one[1] != other[0]:
            return refuted(
                Kind.DIMENSION,
                "the inner sizes differ",
                Method.COUNT,
                {"inner sizes": [str(one[1]), str(other[0])]},
            )
    if (shapes[0][0], shapes[-1][1]) == (right.factors[0], right.factors[1]):
        return verified(Kind.DIMENSION, "the inner sizes match and the outer ones remain", Method.COUNT)
    return refuted(
        Kind.DIMENSION, "the outer sizes of the product are others", Method.COUNT,
        {"outer sizes": [_size_text(shapes[0][0]), _size_text(shapes[-1][1])]},
    )  # fmt: skip


def _size_text(size: Expression) -> str:
    match size:
        case Symbol(name):
            return name
        case Number(value):
            return str(value)
        case _:
            return "?"


def _shapes_in(tree: Expression) -> list[tuple[Expression, Expression]] | None:
    """The shapes a×b of a product written a×b * b×c or (a×b)(b×c)."""
    if not isinstance(tree, Product):
        return None
    if all(isinstance(factor, Product) and factor.joins == ("times",) for factor in tree.factors):
        return [(f.factors[0], f.factors[1]) for f in tree.factors if isinstance(f, Product)]
    if (
        len(tree.factors) % 2
        or any(join != "times" for join in tree.joins[::2])
        or "times" in tree.joins[1::2]
    ):
        return None
    return [(tree.factors[place], tree.factors[place + 1]) for place in range(0, len(tree.factors), 2)]


def fits_with_one_length(
    lefts: Sequence[Expression], rights: Sequence[Expression], context: Context, formula: Formula
) -> bool:
    """Whether the shapes fit where C, L and 2R all stand for the length of the features, as texts mix them."""
    lengths = {"L", "C", "F", "P", "D_phi", "d_phi"}
    merged = {name: "L" if name in lengths else size for name, size in context.aliases.items()}
    for setting in settings_of(replace(context, aliases=merged), formula.row.line):
        families = families_in((*lefts, *rights), setting)
        fixed = {k: v for k, v in setting.orientations.items() if k in families and k != "phi"}
        for choice in orientations(frozenset(families), fixed):
            oriented = with_orientations(replace(setting, sizes={}), choice)
            for a in lefts:
                for b in rights:
                    result = compare(a, b, oriented, worlds=1)
                    if result.equal is not None and not result.clash:
                        return True
    return False


def clashing_product(trees: Sequence[Expression], context: Context, line: int) -> str:
    """A product of things with declared shapes that do not fit, in whatever orientation is left open."""
    setting = with_accumulators(context.setting_at(line, distinct=True), accumulated(context))
    nodes = [below for tree in trees for below in walk(tree)]
    summed = {Symbol(below.index) for below in nodes if isinstance(below, Series)}
    for product in (below for below in nodes if isinstance(below, Product)):
        if not all_declared(product, product, context):
            continue
        if any(set(symbol.indices) & summed for symbol in symbols(product)):
            # x_a x_b under a sum over a and b are entries
            continue
        families = families_in((product,), setting)
        if not families or not families <= set(setting.orientations):
            continue
        try:
            World(setting, 5).evaluate(product, {})
        except Clash as error:
            from grader.verify.shapes.dimensions import named

            return named(str(error), World(setting, 5))
        except Undecidable:
            continue
    return ""


def undefined_product(tree: Expression, context: Context, line: int) -> str:
    """Why a product with feature vectors is not defined, where the text tells of all its vectors which way they go.

    Empty where it is defined, where something is left open, and where what is wrong is an earlier definition.
    """
    setting = with_accumulators(context.setting_at(line), accumulated(context))
    way = context.feature_way(line) if context.feature_ways or "phi" in setting.orientations else ""
    told = {**setting.orientations, "phi": way}
    families = families_in((tree,), setting)
    unknown = any(
        symbol.name in VECTORS.keys() - {"q", "k", "v"}
        and (
            symbol.name not in setting.definitions
            or (bool(symbol.indices) and not setting.definitions[symbol.name].indices)
        )
        for symbol in symbols(tree)
    )
    if not way or "phi" not in families or not families <= told.keys() or unknown:
        return ""
    world = World(with_orientations(setting, {family: told[family] for family in families}), 5)
    try:
        for name in names(tree) & setting.definitions.keys():
            world.evaluate(setting.definitions[name].body, dict(TOKENS))
    except (Clash, Undecidable):
        return ""
    try:
        with suppress(Undecidable):
            world.evaluate(tree, dict(TOKENS))
    except Clash as error:
        from grader.verify.shapes.dimensions import named

        # a matrix over a vector may be meant row by row
        return named(str(error), world) if " times " in str(error) else ""
    return ""


def _is_token(symbol: Symbol) -> bool:
    """Whether q_i is the i-th of the q, as it is in this course, and no entry of the one q that a text declares."""
    if symbol.name in MATRICES:
        return True
    named = {index.name for index in symbol.indices if isinstance(index, Symbol)}
    return symbol.name in {"q", "k", "v"} and named <= TOKENS.keys() | {"s", "m", "N"}


def all_declared(left: Expression, right: Expression, context: Context) -> bool:
    declared = {symbol.name for d in context.declared for symbol in symbols(d.what)}
    alone = {d.what.name for d in context.declared if isinstance(d.what, Symbol) and not d.what.indices}
    indexed = [symbol for tree in (left, right) for symbol in symbols(tree) if symbol.indices]
    if any(symbol.name in alone and not _is_token(symbol) for symbol in indexed):
        # S is declared, and S_i is another thing; ω_a is an entry of ω
        return False
    used = {symbol.name for tree in (left, right) for symbol in symbols(tree)}
    plain = {
        name
        for name in used
        if name not in declared and name not in context.aliases and name not in INDEX_LETTERS
    }
    return bool(used & declared) and plain <= {"sigma", "e", "pi", "ones"}
