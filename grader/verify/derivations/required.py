"""The required steps of the course's derivations, recognised wherever a text shows them; what is missing is listed.

A step counts where an equation of the text is that step, in whatever letters, orientation and order. A step that the
text does not show by itself is contained in a larger one if the result that needs it is reached by steps that hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.verify.costs.complexity import cost_in, growth_part, plain_growths
from grader.verify.derivations.arrival import isolates, plain_start, reaches, targets, vector_pairs
from grader.verify.derivations.steps import connect
from grader.verify.goals import Progress, progress
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Function,
    Norm,
    Number,
    Power,
    Quotient,
    Series,
    Symbol,
    Transpose,
    Unreadable,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.reading.document import Text
from grader.verify.scope.context import Context, with_sigma
from grader.verify.scope.derivation_setting import environments
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import ACCUMULATORS
from grader.verify.scope.growth import Cost, Same, Ties, read_cost, same_growth
from grader.verify.worlds.comparison import are_equal
from grader.verify.worlds.settings import Setting

MOST_EQUATIONS = 120
ROOT = read_expression(r"\sqrt{D}")
SQUARED = read_expression(r"\sigma^2")
OUTPUTS = {
    "row": r"\frac{\phi(Q_i) \sum_{j=1}^{i} \phi(K_j)^T V_j}{\phi(Q_i) \sum_{j=1}^{i} \phi(K_j)^T}",
    "column": r"\frac{\sum_{j=1}^{i} V_j \phi(K_j)^T \phi(Q_i)}{\phi(Q_i)^T \sum_{j=1}^{i} \phi(K_j)}",
}
IN_WORDS = re.compile(
    r"\b(?:start|initiali[sz])\w*\b[^.]{0,60}\b(?:zeros?|0)\b|\b(?:zeros?|0)\b[^.]{0,30}\binitial", re.I
)
COST_CLASSES = {"features": "N R D", "sums": "N R M", "total": "N R D + N R M"}


@dataclass(frozen=True)
class Equation:
    """Two neighbours of a chain, on the line of the right one."""

    left: Expression
    right: Expression
    line: int


def required_steps(
    text: Text, formulas: Sequence[Formula], context: Context, wrong: frozenset[tuple[int, str]]
) -> tuple[Progress, ...]:
    """What a document shows of each derivation that it attempts. `wrong` holds lines and texts that are refuted."""
    sound = [formula for formula in formulas if (formula.row.line, formula.text) not in wrong]
    rows = [(formula.wide or formula.chain, formula.row.line, formula.row.span) for formula in sound]
    equations = neighbours(rows)[:MOST_EQUATIONS]
    found = (
        gaussian(equations, _gaussian_settings(context)),
        causal(equations, text),
        random_feature_cost(text, sound, context, wrong),
    )
    return tuple(one for one in found if one is not None)


def neighbours(rows: Iterable[tuple[Chain | None, int, object]]) -> list[Equation]:
    """Neighbours joined by =, from chains with their lines and spans; a row that starts with = continues its span."""
    out: list[Equation] = []
    last: Expression | None = None
    before: object = None
    for chain, line, span in rows:
        if chain is None:
            continue
        parts = list(chain.parts)
        if chain.open_left:
            if last is None or span != before:
                last, before = parts[-1], span
                continue
            parts.insert(0, last)
        for left, right, relation in zip(parts, parts[1:], chain.relations, strict=False):
            if relation in {"=", ":=", "~"}:
                out.append(Equation(left, right, line))
        last, before = parts[-1], span
    return out


# -- the Gaussian factorisation ------------------------------------------------------------------------------------


def _gaussian_settings(context: Context) -> list[Setting]:
    plain = replace(context.setting_at(10**9), orientations={}, shapes={}, loose_indices=True)
    return [*with_sigma(plain, context)[:4], replace(plain, equations=(("sigma", SQUARED, ROOT),))]


def gaussian(equations: Sequence[Equation], settings: Sequence[Setting]) -> Progress | None:
    """The steps from exp(q·k/√D) to its factors; None where the text does not attempt them."""
    shown = _gaussian_shown(equations, settings)
    if not ({"square", "split"} & set(shown) and {"start", "result"} & set(shown)):
        return None
    return progress("gaussian_factorisation", shown, shown.get("result"))


def _gaussian_shown(equations: Sequence[Equation], settings: Sequence[Setting]) -> dict[str, int]:
    shown: dict[str, int] = {}
    classes: list[list[Expression]] = []
    pairs = vector_pairs([[one.left, one.right] for one in equations])[:4]
    if not pairs:
        return shown
    for one in equations:
        if _fixes_the_variance(one, settings[0]):
            shown.setdefault("variance", one.line)
        if not any({q.name, k.name} <= names(one.left) | names(one.right) for q, k in pairs):
            continue
        if not any(are_equal(one.left, one.right, setting) for setting in settings):
            continue
        connect(classes, one.left, one.right)
        for q, k in pairs:
            _note_gaussian(one, q, k, settings, shown)
    if reaches(classes, settings[-1]):
        shown.setdefault("result", shown.get("split", equations[-1].line))
    return shown


def _fixes_the_variance(one: Equation, setting: Setting) -> bool:
    used = names(one.left) | names(one.right)
    if not ("sigma" in used and used <= {"sigma", "D", "d", "d_k"} and len(used) > 1):
        return False
    return are_equal(SQUARED, ROOT, replace(setting, equations=(("sigma", one.left, one.right),)))


def _note_gaussian(
    one: Equation, q: Symbol, k: Symbol, settings: Sequence[Setting], shown: dict[str, int]
) -> None:
    start, kernel = targets(q, k)
    in_sigma = _kernel_in_sigma(q, k)
    sides = (one.left, one.right)
    if "start" not in shown and any(
        plain_start(side) and are_equal(side, start, setting) for side in sides for setting in settings[-1:]
    ):
        shown["start"] = one.line
    split = [
        side
        for side in sides
        if isolates(side, kernel, settings[-1]) or isolates(side, in_sigma, settings[0])
    ]
    distances = [_has_difference(side, q, k) for side in sides]
    if split:
        shown.setdefault("split", one.line)
        if "sigma" not in names(one.left) | names(one.right):
            shown.setdefault("variance", one.line)
        if any(plain_start(side) and are_equal(side, start, settings[-1]) for side in sides):
            shown.setdefault("result", one.line)
    elif distances[0] != distances[1] and _multiplies(sides[distances.index(False)], q, k):
        # one side speaks of the difference, the other of q times k
        shown.setdefault("square", one.line)


def _kernel_in_sigma(q: Symbol, k: Symbol) -> Expression:
    squared = Power(Norm(Addition(((1, q), (-1, k)))), Number(Fraction(2)))
    half = Quotient(squared, Power(Symbol("sigma"), Number(Fraction(2))))
    return Function("exp", (Addition(((-1, Quotient(half, Number(Fraction(2)))),)),))


def _has_difference(tree: Expression, q: Symbol, k: Symbol) -> bool:
    return any(
        isinstance(below, Addition)
        and len(below.terms) == 2
        and {sign for sign, _ in below.terms} == {1, -1}
        and all(isinstance(term, Symbol) for _, term in below.terms)
        and {term.name for _, term in below.terms if isinstance(term, Symbol)} == {q.name, k.name}
        for below in walk(tree)
    )


def _multiplies(tree: Expression, q: Symbol, k: Symbol) -> bool:
    """Whether q and k occur outside the arguments of functions that the text names."""
    inside = {symbol for below in walk(tree) if isinstance(below, Call) for symbol in symbols(below)}
    return {q.name, k.name} <= {symbol.name for symbol in symbols(tree) if symbol not in inside}


def gaussian_in(equations: Sequence[Equation], setting: Setting) -> Progress:
    """The steps of a derivation that is known to be meant as one."""
    final = replace(setting, equations=(("sigma", SQUARED, ROOT),))
    settings = [*environments(setting), final]
    shown = _gaussian_shown(equations, settings)
    return progress("gaussian_factorisation", shown, shown.get("result"))


# -- the causal recursion ------------------------------------------------------------------------------------------


def causal(equations: Sequence[Equation], text: Text) -> Progress | None:
    """Prefix sums, their recursions and the output; None where the text has neither sums nor recursions."""
    shown: dict[str, int] = {}
    called: dict[str, str] = {}
    for one in equations:
        match one.left:
            case Symbol(name, (index,)):
                kind, recursion = _sum_or_recursion(name, index, one.right)
                if kind:
                    called.setdefault(name, kind)
                    suffix = "values" if kind == "S" else "features"
                    shown.setdefault(f"{'recursion_of' if recursion else 'sum_of'}_{suffix}", one.line)
            case _:
                continue
    if not {"recursion_of_values", "sum_of_values"} & set(shown):
        return None
    for one in equations:
        zero = any(isinstance(side, Number) and side.value == 0 for side in (one.left, one.right))
        first = any(_is_start(side, called) for side in (one.left, one.right))
        if zero and first:
            shown.setdefault("start", one.line)
        known = {**dict(zip("SZ", "SZ", strict=True)), **called}
        if {"S", "Z"} <= {known.get(name, "") for name in names(one.right)} and _is_output(one.right, known):
            shown.setdefault("output", one.line)
    if "start" not in shown:
        shown |= _start_in_words(text)
    made = progress("causal_recursion", shown)
    if "start" not in shown:
        return made
    # with its start a recursion defines the sum
    by_recursion = {f"sum_of_{one}": shown.get(f"recursion_of_{one}") for one in ("values", "features")}
    steps = tuple(
        step if step.line is not None else replace(step, within=by_recursion.get(step.name))
        for step in made.steps
    )
    return replace(made, steps=steps)


def _sum_or_recursion(name: str, index: Expression, right: Expression) -> tuple[str, bool]:
    """Which accumulator an equation defines or steps, and whether by recursion."""
    before = Addition(((1, index), (-1, Number(Fraction(1)))))
    rest = right
    recursion = False
    if isinstance(right, Addition) and len(right.terms) == 2 and name in names(right):
        kept = [term for sign, term in right.terms if sign == 1 and not _is_symbol(term, name)]
        own = [term for sign, term in right.terms if sign == 1 and _is_symbol(term, name)]
        if len(kept) != 1 or len(own) != 1 or not isinstance(own[0], Symbol) or len(own[0].indices) != 1:
            return "", False
        if not are_equal(own[0].indices[0], before, Setting()):
            return "", False
        rest, recursion = kept[0], True
    elif name in names(right):
        return "", False
    for kind, ways in ACCUMULATORS.items():
        for way, body in zip(("row", "column"), ways, strict=True):
            tree = _at_index(read_expression(body), index, recursion=recursion)
            setting = Setting(orientations=dict.fromkeys(("q", "phi", "v"), way))
            if tree is not None and are_equal(rest, tree, setting):
                return kind, recursion
    return "", False


def _is_symbol(tree: Expression, name: str) -> bool:
    return isinstance(tree, Symbol) and tree.name == name


def _at_index(body: Expression, index: Expression, *, recursion: bool) -> Expression | None:
    """Σ_{j ≤ i} f(j) with its last index named as the text does; of a recursion, f at that index."""
    if not isinstance(body, Series):
        return None
    if not recursion:
        return replace(body, high=index)

    return with_symbols(body.body, lambda symbol: index if symbol == Symbol(body.index) else symbol)


def _is_start(tree: Expression, called: Mapping[str, str]) -> bool:
    match tree:
        case Symbol(name, (Number(value),)):
            return value == 0 and (name in called or name in ACCUMULATORS)
        case _:
            return False


def _is_output(tree: Expression, called: Mapping[str, str]) -> bool:
    """Whether an expression is the causal output once S_i and Z_i are written out."""
    indices = {symbol.indices[0] for symbol in symbols(tree) if symbol.name in called and symbol.indices}
    if len(indices) != 1:
        return False
    (index,) = indices
    for place, way in enumerate(("row", "column")):

        def written_out(symbol: Symbol, place: int = place) -> Expression:
            kind = called.get(symbol.name, "")
            body = (
                _at_index(read_expression(ACCUMULATORS[kind][place]), index, recursion=False)
                if kind
                else None
            )
            return symbol if body is None else body

        form = with_symbols(
            read_expression(OUTPUTS[way]), lambda symbol: index if symbol == Symbol("i") else symbol
        )
        setting = Setting(orientations=dict.fromkeys(("q", "phi", "v"), way))
        outputs = (form, Transpose(form))
        if any(are_equal(with_symbols(tree, written_out), output, setting) for output in outputs):
            return True
    return False


def _start_in_words(text: Text) -> dict[str, int]:
    for block in text.blocks:
        found = IN_WORDS.search(block.text)
        if found:
            return {"start": block.line_at(found.start(), text.formulas)}
    return {}


# -- the cost of random features -----------------------------------------------------------------------------------


def random_feature_cost(
    text: Text, formulas: Sequence[Formula], context: Context, wrong: frozenset[tuple[int, str]]
) -> Progress | None:
    """The costs of a method with random features; None where the text speaks of no such method or gives no total."""
    if not context.random_features:
        return None
    shown: dict[str, int] = {}
    ties = Ties({"L": {(("R", Fraction(1)),): Fraction(1)}})
    for line, cost in _costs(text, formulas, frozenset(line for line, _ in wrong)):
        for name, form in COST_CLASSES.items():
            if same_growth(cost, read_cost(form), ties).verdict is Same.SAME:
                shown.setdefault(name, line)
    if "features" not in shown and "total" not in shown:
        return None
    return progress("random_feature_cost", shown)


def _costs(text: Text, formulas: Sequence[Formula], spoiled: frozenset[int]) -> Iterable[tuple[int, Cost]]:
    trees = [
        (formula.row.line, part)
        for formula in formulas
        if formula.chain is not None
        for part in formula.chain.parts
    ]
    trees += [
        (block.line_at(start, text.formulas), tree)
        for block in text.blocks
        for start, _, tree in plain_growths(block.text)
        if block.line_at(start, text.formulas) not in spoiled
    ]
    for line, tree in trees:
        body = growth_part(tree)
        if body is None:
            continue
        try:
            yield line, cost_in(body)
        except Unreadable:
            continue
