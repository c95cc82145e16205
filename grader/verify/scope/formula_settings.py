# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The settings under which a formula's two sides are compared: scalars, families, orientations, running sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache

from grader.verify.claim import Judged, Kind, Method, verified
from grader.verify.exact.proofs import prove
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Function,
    Inner,
    Norm,
    Number,
    Power,
    Product,
    Series,
    Symbol,
    Transpose,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.scope.context import Context, with_sigma
from grader.verify.worlds.calls import ENTRY
from grader.verify.worlds.running_sums import is_sum_up_to_itself
from grader.verify.worlds.settings import (
    MATRICES,
    OVER_ENTRIES,
    VECTORS,
    Definition,
    Setting,
    family_of,
    orientations,
    vector_names,
)

VECTOR_FAMILIES = frozenset({"q", "x", "v", "v'", "phi", "w"})
ACCUMULATORS = {
    # name: (bodies in the row convention, in the column convention)
    "S": (r"\sum_{j=1}^{i} \phi(K_j)^T V_j", r"\sum_{j=1}^{i} \phi(K_j) V_j^T"),
    "Z": (r"\sum_{j=1}^{i} \phi(K_j)^T", r"\sum_{j=1}^{i} \phi(K_j)"),
    "z": (r"\sum_{j=1}^{i} \phi(K_j)^T", r"\sum_{j=1}^{i} \phi(K_j)"),
}
# Letters beside which v is one of attention's values.
ATTENTION = frozenset({"q", "k", "Q", "K", "V", "S", "Z", "A", "phi", "psi", "s"})


def holds(
    kind: Kind, left: Expression, right: Expression, setting: Setting, says: str, *, because: bool = True
) -> Judged:
    """Verified by proof where the normal forms agree, else by the random worlds in which they did.

    With `because` a proof's own words are said instead of the worlds'.
    """
    proof = prove(left, right, setting)
    if proof is None:
        return verified(kind, says, Method.NUMERIC)
    return verified(kind, proof if because else f"{says} ({proof})", Method.SYMBOLIC)


def for_these(setting: Setting, trees: Sequence[Expression]) -> Setting:
    """The setting with the shapes that formulas themselves show: (AB)ᵀ is of matrices, u − v of vectors of one length."""
    shapes = dict(setting.shapes)
    vectors = dict(setting.vectors)
    for below in (below for tree in trees for below in walk(tree)):
        if isinstance(below, Call) and below.function.name == ENTRY:
            for symbol in symbols(below.arguments[0]):
                known = symbol.name in setting.definitions or symbol.name in shapes or symbol.name in MATRICES
                if re.fullmatch(r"[A-Z]", symbol.name) and not known and not symbol.indices:
                    shapes[symbol.name] = (Symbol("N"), Symbol("N"))
        if isinstance(below, Transpose):
            for symbol in symbols(below):
                name = symbol.name
                known = name in setting.definitions or name in shapes or name in (setting.aliases or {})
                if re.fullmatch(r"[A-Z]", name) and not known and name not in MATRICES and not symbol.indices:
                    # square, so that every product of them exists
                    shapes[name] = (Symbol("D"), Symbol("D"))
        if isinstance(below, Addition):
            added = {term.name for _, term in below.terms if isinstance(term, Symbol)}
            if "v" in added and added & {"u", "w", "x", "y"} and "v" not in shapes:
                vectors["v"] = "D"
    setting = of_each_token(setting, trees)
    used = frozenset[str]().union(*(names(tree) for tree in trees))
    if "v" in used and used & {"u", "w", "x", "y"} and not used & ATTENTION and "v" not in shapes:
        vectors["v"] = "D"
    return replace(setting, shapes=shapes, vectors=vectors)


def of_each_token(setting: Setting, trees: Sequence[Expression], feature_map: str = "phi") -> Setting:
    """The setting in which S_i and Z_i are running sums, beside the text's S and Z over all tokens."""
    of_tokens = {
        symbol.name
        for tree in trees
        for symbol in symbols(tree)
        if (symbol.name in ACCUMULATORS or symbol.name in setting.running) and len(symbol.indices) == 1
    }
    # S_i beside the text's S over all tokens: the running sum of the same name
    whole = {
        name for name in of_tokens if name in setting.definitions and not setting.definitions[name].indices
    }
    if whole:
        kept = {name: body for name, body in setting.definitions.items() if name not in whole}
        kept |= {name: one for name in whole if (one := _running(setting.definitions[name])) is not None}
        setting = with_accumulators(replace(setting, definitions=kept), feature_map)
    stepwise = {
        name: setting.running[name]
        for name in of_tokens & setting.running.keys()
        if name in whole
        or name not in setting.definitions
        or setting.definitions[name].line == 0
        or not is_sum_up_to_itself(setting.definitions[name])
    }
    return replace(setting, definitions={**setting.definitions, **stepwise})


def _running(whole: Definition) -> Definition | None:
    """S_i = Σ_{j≤i} of what S sums over all tokens; None for what is no such sum."""
    match whole.body:
        case Series(_, index, _, Symbol("N" | "n" | "T") | None) if index != "i":
            body = replace(whole.body, low=whole.body.low or Number(Fraction(1)), high=Symbol("i"))
            return replace(whole, indices=("i",), body=body)
        case _:
            return None


def by_coordinates(tree: Expression, bare: frozenset[str]) -> Expression:
    """The tree with sums over i of q_i as sums over the entries of q, for vectors that also stand there as a whole."""

    def go(node: object) -> object:
        if isinstance(node, tuple):
            return tuple(map(go, node))
        if not hasattr(node, "__dataclass_fields__"):
            return node
        made = type(node)(**{key: go(getattr(node, key)) for key in node.__dataclass_fields__})
        if not isinstance(made, Series) or made.index.endswith(OVER_ENTRIES):
            return made
        own = Symbol(made.index)
        indexed = {
            below.name for below in walk(made.body) if isinstance(below, Symbol) and below.indices == (own,)
        }
        if not indexed or not indexed <= bare:
            return made
        over = made.index + OVER_ENTRIES
        body = with_symbols(made.body, lambda symbol: Symbol(over) if symbol == own else symbol)
        return replace(made, index=over, body=body)

    changed: Expression = go(tree)  # type: ignore[assignment]
    return changed


def entries_only(trees: Sequence[Expression]) -> frozenset[str]:
    """Two or more vectors of which formulas have nothing but summed entries, as in Σ_i Σ_j q_i q_j k_i k_j."""
    nodes = [below for tree in trees for below in walk(tree)]
    if any(isinstance(node, (Call, Function, Inner, Norm, Transpose)) for node in nodes):
        return frozenset()
    bound = {Symbol(node.index) for node in nodes if isinstance(node, Series)}
    used = [node for node in nodes if isinstance(node, Symbol) and VECTORS.get(node.name) == "D"]
    found = frozenset(node.name for node in used)
    summed = all(len(node.indices) == 1 and node.indices[0] in bound for node in used)
    return found if len(found) > 1 and summed else frozenset()


def readings_of_sums(trees: tuple[Expression, ...], bare: frozenset[str]) -> tuple[Expression, ...]:
    """The trees, and what they are where sums run over the entries of vectors."""
    return tuple(dict.fromkeys((*trees, *(by_coordinates(tree, bare) for tree in trees))))


def scalars_in(trees: Sequence[Expression], context: Context) -> frozenset[str]:
    """Letters that a formula uses as numbers: x, y, z, u in sin x or exp(x), q² without bars; and nowhere as vectors."""
    declared = {symbol.name for one in context.declared for symbol in symbols(one.what)}
    as_vector = set(vector_names(*trees)) | declared
    measured = set(vector_names(*trees))
    inside: set[str] = set()
    squared: set[str] = set()
    for tree in trees:
        for below in walk(tree):
            if isinstance(below, (Call, Norm, Inner, Transpose)):
                as_vector |= names(below)
                measured |= names(below)
            if isinstance(below, Power) and isinstance(below.base, Symbol) and not below.base.indices:
                squared.add(below.base.name)
            if isinstance(below, Function) or (
                isinstance(below, Power) and isinstance(below.base, (Addition, Symbol, Product))
            ):
                inside |= names(below)
    numbers = squared & {"q", "k", "x", "y", "z", "u"} - measured
    if numbers and not measured:
        # with q² in a formula, qk is a product of numbers
        numbers |= {name for tree in trees for name in names(tree)} & {"q", "k"}
    return frozenset(numbers | (inside & {"x", "y", "z", "u"}) - as_vector)


def families_in(trees: Sequence[Expression], setting: Setting) -> set[str]:
    """The families of vectors that formulas use, by themselves or through the definitions of their symbols."""
    found: set[str] = set()
    pending = list(trees)
    seen: set[str] = set()
    while pending:
        tree = pending.pop()
        for symbol in symbols(tree):
            found.add(family_of(symbol.name))
            definition = setting.definitions.get(symbol.name)
            if definition is not None and symbol.name not in seen:
                seen.add(symbol.name)
                pending.append(definition.body)
    return found & VECTOR_FAMILIES


def orientation_chosen(choice: dict[str, str], fixed: dict[str, str]) -> str:
    open_ways = {family: way for family, way in choice.items() if family not in fixed}
    if not open_ways or set(open_ways.values()) == {"column"}:
        return ""
    if set(open_ways.values()) == {"row"}:
        return " (vectors read as rows)"
    return " (with " + ", ".join(f"{family} as {way}s" for family, way in sorted(open_ways.items())) + ")"


def settings_of(context: Context, line: int) -> list[Setting]:
    feature_map = accumulated(context)
    # where the text has ψ beside φ and does not say which of them S adds up, it may be either
    either = feature_map == "phi" and any(one.name == "psi" for _, one in context.definitions)
    return [
        setting
        for added in ((feature_map, "psi") if either else (feature_map,))
        for setting in with_sigma(with_accumulators(context.setting_at(line), added), context)
    ]


def accumulated(context: Context) -> str:
    """The map whose features the text adds up: ψ where every step of S and Z adds ψ(k), else φ.

    Empty where a step has other letters, as keys that are called y or weights e_i: those sums are the text's own.
    """
    steps = [names(term) for _, name, term in context.increments if name in ACCUMULATORS]
    if any(step - {"phi", "psi", "q", "k", "v", "Q", "K", "V", "i", "j", "t"} for step in steps):
        return ""
    return "psi" if steps and all("psi" in step and "phi" not in step for step in steps) else "phi"


@cache
def _bodies(name: str, feature_map: str) -> tuple[Expression, Expression]:
    """What an accumulator is in the row and in the column convention."""
    row, column = (text.replace("phi", feature_map) for text in ACCUMULATORS[name])
    return read_expression(row), read_expression(column)


def with_accumulators(setting: Setting, feature_map: str = "phi") -> Setting:
    """The prefix sums S_i and Z_i of causal attention where the text uses them and does not define them."""
    definitions = dict(setting.definitions)
    way = setting.orientations.get("phi", "")
    for name in ACCUMULATORS if feature_map else ():
        known = definitions.get(name)
        if known is None and name not in setting.shapes:
            row, column = _bodies(name, feature_map)
            definitions[name] = Definition(name, ("i",), (), column if way == "column" else row, 0)
    return replace(setting, definitions=definitions)


def with_orientations(setting: Setting, choice: dict[str, str]) -> Setting:
    definitions = dict(setting.definitions)
    for name in ACCUMULATORS:
        known = definitions.get(name)
        for row, column in (_bodies(name, "phi"), _bodies(name, "psi")):
            if known is not None and known.line == 0 and known.body in (row, column):
                definitions[name] = replace(known, body=column if choice.get("phi") == "column" else row)
    return replace(setting, orientations={**setting.orientations, **choice}, definitions=definitions)


def shapes_besides_vectors(setting: Setting) -> dict[str, tuple[Expression, ...]]:
    one = {
        name
        for name, sizes in setting.shapes.items()
        if any(isinstance(s, Number) and s.value == 1 for s in sizes)
    }
    return {name: sizes for name, sizes in setting.shapes.items() if name not in one and len(sizes) == 2}


def ways_open(tree: Expression, setting: Setting) -> Iterator[Setting]:
    """The setting with each way to read a formula's vectors that it leaves open, as rows or as columns."""
    families = families_in((tree,), setting)
    fixed = {family: way for family, way in setting.orientations.items() if family in families}
    for choice in orientations(frozenset(families), fixed):
        yield with_orientations(setting, choice)
