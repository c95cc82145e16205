# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Rules on a formula's equations: as definitions of the text, by exact proof, by numeric worlds, under every reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.exact.proofs import prove
from grader.verify.formulas.angles import in_typed_letters, of_angles
from grader.verify.formulas.formula_numbers import against_number, is_numeric, is_percent
from grader.verify.formulas.known_forms import SIZE_SET, judge_sigma, known_form, with_root
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Growth,
    Moment,
    Number,
    Power,
    Quotient,
    Symbol,
    Transpose,
    names,
    walk,
)
from grader.verify.grammar.syntax import Sequence as Listed
from grader.verify.scope.context import Context
from grader.verify.scope.doubts import balances, doubt_about, function_in, sets_equal, whole_and_entries
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.formula_settings import (
    ACCUMULATORS,
    entries_only,
    families_in,
    for_these,
    holds,
    orientation_chosen,
    readings_of_sums,
    scalars_in,
    settings_of,
    shapes_besides_vectors,
    with_orientations,
)
from grader.verify.scope.unit_vectors import ON_SPHERE, units_at
from grader.verify.shapes.formula_shapes import (
    all_declared,
    clashing_product,
    fits_with_one_length,
    shape_product,
    undefined_product,
)
from grader.verify.worlds import readings
from grader.verify.worlds.calls import ENTRY
from grader.verify.worlds.comparison import Compared, compare
from grader.verify.worlds.laws import Spread, is_supposed, law_in
from grader.verify.worlds.running_sums import increment
from grader.verify.worlds.settings import SIZE_NAMES, VECTORS, Definition, Setting, orientations, vector_names

# Letters for numbers: one that stands on one side only may get its value there.
PARAMETERS = frozenset({"p", "theta", "beta", "gamma", "lambda", "mu", "eta", "epsilon", "rho", "tau"})


def judge_row(
    formula: Formula, previous: Expression | None, context: Context, sentence: str
) -> Judged | None:
    """Rule on a formula with = or ≈ between its parts; None if it claims nothing.

    A formula with expectations is read with the law of the random directions that its sentence or the text states.
    """
    usual = _judge_row(formula, previous, context, sentence)
    if usual is not None and usual.ruling == "refuted" and balances(formula, context, sentence):
        return unchecked(usual.kind, "it says where two sizes or costs meet")
    if usual is not None and usual.ruling == "refuted" and sets_equal(formula):
        return unchecked(usual.kind, "it sets several things equal")
    if usual is not None and usual.ruling != "verified" and (general := context.in_general()) is not None:
        meant = judge_row(formula, previous, general, sentence)
        usual = meant if meant is not None and meant.ruling == "verified" else usual
    if usual is not None and usual.ruling == "refuted" and (root := with_root(context, formula.row.line)):
        by_root = _judge_row(formula, previous, root, sentence)
        if by_root is not None and by_root.ruling == "verified":
            return unchecked(usual.kind, "it holds for σ² = √D, and not for the σ that the text states")
    parts = (*(formula.chain.parts if formula.chain is not None else ()), *([previous] if previous else []))
    if usual is None or not any(isinstance(below, Moment) for part in parts for below in walk(part)):
        return usual
    own = law_in(sentence)
    if usual.ruling == "refuted" and own is None and None in context.laws:
        return unchecked(usual.kind, "the text draws its directions from a law that is not read")
    laws = context.laws if own is None else {own}
    spread = min(laws, key=str) if len(laws) == 1 else None
    if spread is None or spread is Spread.INVERSE:
        return usual
    stated = _judge_row(formula, previous, replace(context, spread=spread), sentence)
    if stated is None or stated.ruling == "verified" or (own is not None and is_supposed(sentence)):
        return stated
    if spread is Spread.DIRECT and usual.ruling != "refuted":
        # the handout's slip, which is named where it stands: what follows speaks of the right law
        return usual
    if usual.ruling == "verified" and stated.ruling == "refuted":
        return unchecked(stated.kind, "it holds for w ~ N(0, I/σ²), and not for the law that the text states")
    return stated


def _judge_row(
    formula: Formula, previous: Expression | None, context: Context, sentence: str
) -> Judged | None:
    if formula.chain is None:
        return None
    chain = formula.chain
    aligned = formula.row.aligned and "\\begin{" not in formula.text  # the signs of cases align nothing
    kind = Kind.STEP if aligned or chain.open_left else Kind.IDENTITY
    if not chain.relations:
        return None
    if chain.open_left and previous is None:
        return unchecked(kind, "nothing that could be read stands before this row")
    pairs = _pairs(chain, formula.wide, previous)
    rulings: list[Judged] = []
    for place, (lefts, rights, relation) in enumerate(pairs):
        if relation not in {"=", ":=", "~"}:
            rulings.append(unchecked(kind, f"the relation {relation} is not decided here"))
            continue
        first = place == 0 and not chain.open_left
        defined = (
            _definition(lefts[0], rights, context, formula, sentence) if first and relation != "~" else None
        )
        if first and relation == "~" and isinstance(lefts[0], Symbol):
            # "V'_i ≈ ...": what the course's own approximation is
            form = known_form(lefts[0].name, lefts[0], rights, context, formula, sentence)
            defined = form if form is not None and form.ruling == "verified" else None
        if defined is not None:
            rulings.append(defined)
            continue
        rulings.append(judge_pair(lefts, rights, relation, context, formula, kind))
    return combined(rulings, kind)


def combined(rulings: Sequence[Judged], kind: Kind) -> Judged:
    """One ruling for a row: wrong if a part is wrong, right if all are right; a definition in front counts for nothing."""
    for ruling in rulings:
        if ruling.ruling == "refuted":
            return replace(ruling, kind=kind if len(rulings) > 1 else ruling.kind)
    if len(rulings) > 1 and rulings[0].kind is Kind.DEFINITION and rulings[0].ruling == "unchecked":
        rulings = rulings[1:]
    for ruling in rulings:
        if ruling.ruling == "unchecked":
            return replace(ruling, kind=kind if len(rulings) > 1 else ruling.kind)
    return replace(rulings[-1], kind=kind if len(rulings) > 1 else rulings[-1].kind)


def _pairs(
    chain: Chain, wide: Chain | None, previous: Expression | None
) -> list[tuple[tuple[Expression, ...], tuple[Expression, ...], str]]:
    other = wide.parts if wide is not None and len(wide.parts) == len(chain.parts) else chain.parts
    parts: list[tuple[Expression, ...]] = [
        (a,) if a == b else (a, b) for a, b in zip(chain.parts, other, strict=True)
    ]
    if chain.open_left and previous is not None:
        parts.insert(0, (previous,))
    return list(zip(parts, parts[1:], chain.relations, strict=False))


def judge_pair(
    lefts: tuple[Expression, ...],
    rights: tuple[Expression, ...],
    relation: str,
    context: Context,
    formula: Formula,
    kind: Kind,
) -> Judged:
    """Rule on one equation: under every reading, every orientation that the text leaves open, every σ of the text."""
    lefts, rights = (
        tuple(readings.of_pairs(tree, others) for tree in trees)
        for trees, others in ((lefts, rights), (rights, lefts))
    )
    if (turned := of_angles((*lefts, *rights), context)) is not None:
        trees, typed = turned
        judged = _judge_pair(trees[: len(lefts)], trees[len(lefts) :], relation, context, formula, kind)
        return in_typed_letters(judged, typed)
    judged = _judge_pair(lefts, rights, relation, context, formula, kind)
    if judged.ruling != "verified":
        entered, against = (tuple(map(readings.of_entries, trees)) for trees in (lefts, rights))
        if (entered, against) != (lefts, rights):
            judged = _with_entries(judged, _judge_pair(entered, against, relation, context, formula, kind))
    if judged.ruling == "refuted" and judged.kind is not Kind.ARITHMETIC:
        units = units_at(context.lengths, formula.row.line, formula.block.section)
        if units:
            judged = _for_unit_vectors(
                judged, _judge_pair(lefts, rights, relation, replace(context, units=units), formula, kind)
            )
    if judged.ruling == "refuted" and judged.kind is not Kind.ARITHMETIC:
        function = function_in(formula.text, context)
        if function:
            return unchecked(kind, f"{function} may be the value of a function")
        written_out = any(isinstance(below, Listed) for tree in (*lefts, *rights) for below in walk(tree))
        if (
            written_out
            and names(lefts[0]) | names(rights[0])
            and not all_declared(lefts[0], rights[0], context)
        ):
            return unchecked(kind, "how many rows and columns the text means is not declared")
        in_one_side = names(lefts[0]) ^ names(rights[0])
        squared = {
            side.base.name
            for side in (lefts[0], rights[0])
            if isinstance(side, Power) and isinstance(side.base, Symbol) and not side.base.indices
        }  # s² = √D
        for name in sorted(in_one_side & (PARAMETERS | squared) - set(context.aliases)):
            before = (one for _, one in context.definitions if one.line < formula.row.line)
            if all(definition.name != name for definition in before):
                return unchecked(kind, f"{name} may be fixed by this very equation")
    return judged


def _with_entries(literal: Judged, of_entries: Judged) -> Judged:
    """What holds if AB_ij is read as (AB)_ij holds; what is false has to be so under both readings."""
    if of_entries.ruling == "verified" or literal.ruling == "unchecked":
        return of_entries
    if of_entries.ruling == "unchecked":
        return unchecked(literal.kind, "AB_ij may be the entry (AB)_ij")
    return literal


def _for_unit_vectors(general: Judged, judged: Judged) -> Judged:
    """What was false in general, where the text has vectors of length one."""
    if judged.ruling == "verified":
        return replace(judged, says=f"{ON_SPHERE}: {judged.says}")
    if judged.ruling == "refuted" and judged.witness != general.witness:
        return replace(judged, says=f"{ON_SPHERE} {judged.says}")
    return judged


def _judge_pair(
    lefts: tuple[Expression, ...],
    rights: tuple[Expression, ...],
    relation: str,
    context: Context,
    formula: Formula,
    kind: Kind,
) -> Judged:
    left, right = lefts[0], rights[0]
    if is_numeric(left) and is_numeric(right):
        from grader.verify.numbers.arithmetic import judge_numbers

        ruling = judge_numbers(left, right, relation)
        if ruling.ruling == "refuted" and is_percent(right) and not any(map(is_percent, walk(left))):
            # 100 - 86 = 14%: the numbers on the left are percentages too
            return judge_numbers(left, right.over if isinstance(right, Quotient) else right, relation)
        return ruling
    if isinstance(right, Number) and right.value == 0 and isinstance(left, Symbol):
        return unchecked(Kind.DEFINITION, "an initial value is set")
    fixed_number = against_number(left, right, relation, settings_of(context, formula.row.line), kind)
    if fixed_number is not None:
        return fixed_number
    if _is_of_members(left) and _is_of_members(right):
        return unchecked(kind, "it compares values of single members")
    sizes = shape_product(left, right, context)
    if sizes is not None:
        return sizes
    if any(_is_list(below) for tree in (left, right) for below in walk(tree)):
        return unchecked(kind, "a growth class or a list is not an equation of values")
    if (
        isinstance(left, Symbol)
        and isinstance(right, Addition)
        and any(term == left for _, term in right.terms)
    ):
        return unchecked(kind, "an update in an algorithm, not an equation")
    plain = scalars_in((*lefts, *rights), context)
    stepping = increment(left, right)
    settings = [
        for_these(
            replace(
                setting,
                scalars=setting.scalars | plain,
                # a step is not judged by itself
                running={} if stepping is not None else setting.running,
            ),
            (*lefts, *rights),
        )
        for setting in settings_of(context, formula.row.line)
    ]
    families = families_in((left, right), settings[0])
    # ⟨a, b⟩ = Σ_i a_i b_i: what an inner product or a transpose is taken of has entries, whatever its letter is
    as_vectors = {name for name in vector_names(left, right) if name[:1].islower()}
    bare = frozenset(
        below.name
        for tree in (left, right)
        for below in walk(tree)
        if isinstance(below, Symbol) and not below.indices and below.name in {*VECTORS, *as_vectors}
    )
    bare |= entries_only((left, right))
    lefts, rights = readings_of_sums(lefts, bare), readings_of_sums(rights, bare)
    results: list[Compared] = []
    expects = any(isinstance(below, Moment) for tree in (left, right) for below in walk(tree))
    loose_equal = False
    budget = 40
    for a in lefts:
        for b in rights:
            for setting in settings:
                fixed = {k: v for k, v in setting.orientations.items() if k in families}
                loose = compare(
                    a, b, replace(setting, orientations={}, shapes=shapes_besides_vectors(setting))
                )
                loose_equal = loose_equal or bool(loose.equal)
                for choice in orientations(frozenset(families), fixed):
                    budget -= 1
                    if budget < 0:
                        break
                    oriented = with_orientations(setting, choice)
                    result = compare(a, b, oriented, worlds=4)
                    if result.equal is None and expects and (proof := prove(a, b, oriented)) is not None:
                        # the quadrature is too coarse where the cosine turns often
                        return verified(kind, proof, Method.SYMBOLIC)
                    if result.equal:
                        return holds(
                            kind, a, b, oriented, f"{result.says}{orientation_chosen(choice, fixed)}"
                        )
                    results.append(result)
                results.append(loose)
    results = [result for result in results if not result.contradicts] or results[:1]
    if loose_equal:
        lost = _lost_transpose((left, right), settings[0], context, formula.row.line)
        if lost:
            return refuted(kind, f"the shapes clash: {lost}", Method.COUNT, {"shapes": lost})
        return unchecked(
            kind, "it holds if transposes are read as inner products, but not with the shapes as declared"
        )
    if relation == "~":
        earlier = [e for line, name, e in context.approximations if name == left and line < formula.row.line]
        if earlier and isinstance(left, Symbol):
            again = judge_pair((earlier[-1],), rights, "=", context, formula, Kind.STEP)
            if again.ruling == "verified":
                return replace(again, says=f"it equals the approximation before it: {again.says}")
        return unchecked(kind, "an approximation between formulas is not decided")
    if any(result.equal is None and result.opaque != {"sigma"} for result in results):
        clashing = clashing_product((*lefts, *rights), context, formula.row.line)
        if clashing:
            return refuted(kind, f"the shapes clash: {clashing}", Method.COUNT, {"shapes": clashing})
        why = next(result.says for result in results if result.equal is None and result.opaque != {"sigma"})
        return unchecked(kind, f"not decided: {why}")
    different = [result for result in results if result.equal is False and not result.clash]
    if not different:
        undecided = [result for result in results if result.equal is None]
        if undecided:
            return unchecked(kind, f"not decided: {undecided[0].says}")
        clash = results[0]
        if all_declared(left, right, context) and not fits_with_one_length(lefts, rights, context, formula):
            return refuted(kind, f"the shapes clash: {clash.says}", Method.COUNT, {"shapes": clash.says})
        clashing = clashing_product((*lefts, *rights), context, formula.row.line)
        if clashing:
            return refuted(kind, f"the shapes clash: {clashing}", Method.COUNT, {"shapes": clashing})
        return unchecked(kind, f"the shapes do not fit as they are read: {clash.says}")
    if any(result.equal is None for result in results) and not different:
        return unchecked(kind, "σ is not fixed by the text")
    doubtful = doubt_about(left, right, context, formula) or whole_and_entries((left, right), as_vectors)
    if doubtful:
        return unchecked(kind, doubtful)
    worst = different[-1]
    witness = worst.witness or {}
    given = ", ".join(f"{k} = {v}" for k, v in witness.items() if k not in {"left", "right"})
    return refuted(
        kind,
        f"the two sides differ: {f'with {given} ' if given else ''}the left is {witness.get('left')}, the right {witness.get('right')}",
        Method.NUMERIC, witness,
    )  # fmt: skip


def _lost_transpose(
    pair: tuple[Expression, Expression], setting: Setting, context: Context, line: int
) -> str:
    """Why a product is not defined, where the text writes the transposes in what defines the other side.

    Empty for a text that leaves them out everywhere.
    """
    written = any(
        isinstance(below, Transpose)
        for side in pair
        for name in names(side)
        if name in setting.definitions and setting.definitions[name].line
        for below in walk(setting.definitions[name].body)
    )
    clashes = (undefined_product(side, context, line) for side in pair) if written else iter(())
    return next(filter(None, clashes), "")


def _is_of_members(node: Expression) -> bool:
    """Whether a node is the value of a function at numbered members: `d(1, 2)`."""
    return isinstance(node, Call) and all(isinstance(argument, Number) for argument in node.arguments)


def _is_list(node: Expression) -> bool:
    """Whether a node is a class or a list, and no matrix that is written out."""
    return isinstance(node, Growth) or (isinstance(node, Listed) and node.bracket not in {"matrix", "row"})


def _definition(
    left: Expression, rights: tuple[Expression, ...], context: Context, formula: Formula, sentence: str
) -> Judged | None:
    """A ruling if this equation introduces its left side; None if it asserts something about known things."""
    name = _head(left)
    match left:
        case Power(Symbol(letter, ()), _) if any(
            d.name == letter and d.line == formula.row.line for _, d in context.definitions
        ):
            return unchecked(Kind.DEFINITION, f"{letter} is defined here")
        case _:
            pass
    if not name or name == ENTRY or _mentions(rights[0], name):
        return None
    mine = [d for _, d in context.definitions if d.name == name]
    if name == "sigma" or (isinstance(left, (Power, Quotient)) and "sigma" in names(left)):
        return judge_sigma(left, rights[0], context, formula, sentence)
    if not isinstance(left, (Symbol, Call)):
        return None
    if name in context.aliases and not isinstance(left, Call):
        return unchecked(Kind.DEFINITION, SIZE_SET)
    if _is_instance(left, name, mine, context):
        return None
    earlier = [d for d in mine if d.line < formula.row.line]
    if earlier and is_numeric(rights[0]) and names(earlier[-1].body) & SIZE_NAMES.keys():
        return unchecked(Kind.DEFINITION, f"{name} has this value in an example")
    restated = (formula.row.line, name) in context.restated
    clashing = undefined_product(rights[0], context, formula.row.line)
    if clashing:
        return refuted(Kind.DEFINITION, f"the shapes clash: {clashing}", Method.COUNT, {"shapes": clashing})
    known = known_form(name, left, rights, context, formula, sentence)
    if known is not None and (not restated or known.ruling == "verified"):
        return known
    if restated and earlier:
        return judge_pair((left,), rights, "=", context, formula, Kind.IDENTITY)
    if earlier:
        # said before in other words: equal is proved, different may be a new definition
        ruling = judge_pair(
            (left,), rights, "=", _before(context, name, formula.row.line), formula, Kind.IDENTITY
        )
        if ruling.ruling == "verified":
            return ruling
        if (
            ruling.ruling == "refuted"
            and _restates(sentence)
            and not context.redefined_elsewhere(name, earlier[-1], formula.row.line)
        ):
            return ruling
        return unchecked(Kind.DEFINITION, f"{name} is defined again")
    if any(d.line >= formula.row.line for d in mine) or name not in {"S", "Z"}:
        return unchecked(Kind.DEFINITION, f"{name} is defined here")
    return None


def _is_instance(left: Expression, name: str, mine: Sequence[Definition], context: Context) -> bool:
    """Whether the left side is one member of what is known: S_2 or S_N where S_i is defined, K(q, q)."""
    if isinstance(left, Call):
        plain = [argument for argument in left.arguments if isinstance(argument, Symbol)]
        return len(left.arguments) == 2 and len(set(plain)) == 1 and len(plain) == 2
    if not isinstance(left, Symbol) or len(left.indices) != 1:
        return False
    index = left.indices[0]
    fixed = (isinstance(index, Number) and index.value > 0) or (
        isinstance(index, Symbol) and index.name in context.aliases and not index.indices
    )
    closed = [d for d in mine if d.indices and not d.indices[0].isdigit() and name not in names(d.body)]
    return fixed and (name in ACCUMULATORS or bool(closed))


def _restates(sentence: str) -> bool:
    return bool(
        re.search(
            r"\b(?:therefore|thus|hence|so|expand\w*|substitut\w*|equivalently|follows|gives|becomes|obtain|that is|i\.e\.)\b",
            sentence,
            re.I,
        )
    )


def _before(context: Context, name: str, line: int) -> Context:
    kept = tuple((s, d) for s, d in context.definitions if d.name != name or d.line < line)
    return replace(context, definitions=kept)


def _head(left: Expression) -> str:
    match left:
        case Symbol(name):
            return name
        case Call(Symbol(name), _):
            return name
        case (
            Power(Symbol("sigma"), _) | Quotient(_, Power(Symbol("sigma"), _)) | Quotient(_, Symbol("sigma"))
        ):
            return "sigma"
        case _:
            return ""


def _mentions(tree: Expression, name: str) -> bool:
    return name in names(tree)
