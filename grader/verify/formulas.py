# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""One formula -> a ruling: identities and steps in numeric worlds, definitions against the course's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from grader.verify import readings
from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.context import SIZE_LETTERS, Context, Formula, with_sigma
from grader.verify.exact import prove
from grader.verify.grammar import KNOWN_FUNCTIONS, read_expression
from grader.verify.laws import Spread, is_supposed, law_in
from grader.verify.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Function,
    Growth,
    Inner,
    Moment,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.syntax import (
    Sequence as Listed,
)
from grader.verify.unit_vectors import ON_SPHERE, units_at
from grader.verify.worlds import (
    ENTRY,
    GAUSSIANS,
    MATRICES,
    OVER_ENTRIES,
    VECTORS,
    Clash,
    Compared,
    Definition,
    Setting,
    Undecidable,
    World,
    compare,
    family_of,
    orientations,
    vector_names,
)

SIZE_SET, SIGMA_CHOSEN = "a size is set", "σ is chosen here"  # choices, not claims
VECTOR_FAMILIES = frozenset({"q", "x", "v", "v'", "phi", "w"})
ACCUMULATORS = {
    # name: (bodies in the row convention, in the column convention)
    "S": (r"\sum_{j=1}^{i} \phi(K_j)^T V_j", r"\sum_{j=1}^{i} \phi(K_j) V_j^T"),
    "Z": (r"\sum_{j=1}^{i} \phi(K_j)^T", r"\sum_{j=1}^{i} \phi(K_j)"),
    "z": (r"\sum_{j=1}^{i} \phi(K_j)^T", r"\sum_{j=1}^{i} \phi(K_j)"),
}
# The same sums over all tokens, without an index.
WHOLE_SUMS = {
    "S": (r"\sum_{j=1}^{N} \phi(K_j)^T V_j", r"\sum_{j=1}^{N} \phi(K_j) V_j^T"),
    "Z": (r"\sum_{j=1}^{N} \phi(K_j)^T", r"\sum_{j=1}^{N} \phi(K_j)"),
    "z": (r"\sum_{j=1}^{N} \phi(K_j)^T", r"\sum_{j=1}^{N} \phi(K_j)"),
}
KNOWN_FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "V'": (
        (
            r"\frac{\sum_{j=1}^{N} sim(Q_i, K_j) V_j}{\sum_{j=1}^{N} sim(Q_i, K_j)}",
            "attention with a similarity",
        ),
        (
            r"\frac{\sum_{j=1}^{i} sim(Q_i, K_j) V_j}{\sum_{j=1}^{i} sim(Q_i, K_j)}",
            "causal attention with a similarity",
        ),
        (
            r"\frac{\sum_{j=1}^{N} \exp(Q_i K_j^T/\sqrt{D}) V_j}{\sum_{j=1}^{N} \exp(Q_i K_j^T/\sqrt{D})}",
            "softmax attention",
        ),
        (
            r"\frac{\sum_{j=1}^{i} \exp(Q_i K_j^T/\sqrt{D}) V_j}{\sum_{j=1}^{i} \exp(Q_i K_j^T/\sqrt{D})}",
            "causal softmax attention",
        ),
        (
            r"\frac{\phi(Q_i) \sum_{j=1}^{N} \phi(K_j)^T V_j}{\phi(Q_i) \sum_{j=1}^{N} \phi(K_j)^T}",
            "kernelized attention",
        ),
        (
            r"\frac{\phi(Q_i) \sum_{j=1}^{i} \phi(K_j)^T V_j}{\phi(Q_i) \sum_{j=1}^{i} \phi(K_j)^T}",
            "causal kernelized attention",
        ),
    ),
    "sim": ((r"\exp(q^T k/\sqrt{D})", "the similarity of softmax attention"),),
    "K": (
        (r"\exp(-\|q-k\|^2/(2\sigma^2))", "the Gaussian kernel"),
        (r"\exp(q^T k/\sqrt{D})", "the softmax kernel"),
    ),
}
GAUSSIAN_FORM = r"\exp(-\|q-k\|^2/(2\sigma^2))"
KERNELS = frozenset({"K", "k", "G", "kappa", "calK", "calG", "g"})
INDEX_LETTERS = frozenset("ijklmnstprcdab")


# Letters beside which v is one of attention's values.
ATTENTION = frozenset({"q", "k", "Q", "K", "V", "S", "Z", "A", "phi", "psi", "s"})
GAUSSIAN_LETTERS = frozenset({"K", "k", "G"})
# Letters for numbers: one that stands on one side only may get its value there.
PARAMETERS = frozenset({"p", "theta", "beta", "gamma", "lambda", "mu", "eta", "epsilon", "rho", "tau"})
# P(x), L(\\theta), E(X - Y), \\rho(X, Y): a letter right before one letter in brackets is no factor.
MAY_BE_FUNCTION = re.compile(
    r"(?<![A-Za-z\\}_^])\\?(?P<name>[A-NP-Za-z]|rho|mu|ell|eta|pi|nu)(?:_\{?\w\}?)?\((?:[A-Za-z]|\\(?:theta|hat|mathbf|bar|lambda|mu)\b[^()]{0,12})(?:_\{?\w\}?)?\s*(?:,\s*[A-Za-z](?:_\w)?)?\)|(?<![A-Za-z\\}_^])(?P<expectation>E|P)\("
)


def is_numeric(tree: Expression) -> bool:
    """Whether no symbol but π and e occurs."""
    return names(tree) <= {"pi", "e"} and not any(
        isinstance(b, (Call, Growth, Moment, Listed)) for b in walk(tree)
    )


def judge_row(
    formula: Formula, previous: Expression | None, context: Context, sentence: str
) -> Judged | None:
    """Rule on a formula with = or ≈ between its parts; None if it claims nothing.

    A formula with expectations is read with the law of the random directions that its sentence or the text states.
    """
    usual = _judge_row(formula, previous, context, sentence)
    parts = (*(formula.chain.parts if formula.chain is not None else ()), *([previous] if previous else []))
    if usual is None or not any(isinstance(below, Moment) for part in parts for below in walk(part)):
        return usual
    own = law_in(sentence)
    spread = (
        own
        if own is not None
        else min(context.laws, default=None, key=str)
        if len(context.laws) == 1
        else None
    )
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
            and not _all_declared(lefts[0], rights[0], context)
        ):
            return unchecked(kind, "how many rows and columns the text means is not declared")
        one, other = names(lefts[0]), names(rights[0])
        for name in sorted((one ^ other) & PARAMETERS - set(context.aliases)):
            if all(definition.name != name for _, definition in context.definitions):
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


def function_in(text: str, context: Context) -> str:
    """What a formula may mean as a value of a function that nothing defines: P(j), E(X − Y); empty without one."""
    found = MAY_BE_FUNCTION.search(unicodedata.normalize("NFKC", text))
    return (
        found.group()
        if found and found.group("name") not in KNOWN_FUNCTIONS | GAUSSIAN_LETTERS | set(context.aliases)
        else ""
    )


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
        from grader.verify.arithmetic import judge_numbers

        ruling = judge_numbers(left, right, relation)
        if ruling.ruling == "refuted" and _is_percent(right) and not any(map(_is_percent, walk(left))):
            # 100 - 86 = 14%: the numbers on the left are percentages too
            return judge_numbers(left, right.over if isinstance(right, Quotient) else right, relation)
        return ruling
    if isinstance(right, Number) and right.value == 0 and isinstance(left, Symbol):
        return unchecked(Kind.DEFINITION, "an initial value is set")
    fixed_number = against_number(left, right, relation, _settings(context, formula.row.line), kind)
    if fixed_number is not None:
        return fixed_number
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
    settings = [
        for_these(replace(setting, scalars=setting.scalars | plain), (*lefts, *rights))
        for setting in _settings(context, formula.row.line)
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
    lefts, rights = _readings_of_sums(lefts, bare), _readings_of_sums(rights, bare)
    results: list[Compared] = []
    loose_equal = False
    budget = 40
    for a in lefts:
        for b in rights:
            for setting in settings:
                fixed = {k: v for k, v in setting.orientations.items() if k in families}
                loose = compare(a, b, replace(setting, orientations={}, shapes=_without_vectors(setting)))
                loose_equal = loose_equal or bool(loose.equal)
                for choice in orientations(frozenset(families), fixed):
                    budget -= 1
                    if budget < 0:
                        break
                    oriented = _oriented(setting, choice)
                    result = compare(a, b, oriented, worlds=4)
                    if result.equal:
                        return holds(kind, a, b, oriented, f"{result.says}{_how(choice, fixed)}")
                    results.append(result)
                results.append(loose)
    if loose_equal:
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
        clashing = _clashing_product((*lefts, *rights), context, formula.row.line)
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
        if _all_declared(left, right, context) and not _fits_with_one_length(lefts, rights, context, formula):
            return refuted(kind, f"the shapes clash: {clash.says}", Method.COUNT, {"shapes": clash.says})
        clashing = _clashing_product((*lefts, *rights), context, formula.row.line)
        if clashing:
            return refuted(kind, f"the shapes clash: {clashing}", Method.COUNT, {"shapes": clashing})
        return unchecked(kind, f"the shapes do not fit as they are read: {clash.says}")
    if any(result.equal is None for result in results) and not different:
        return unchecked(kind, "σ is not fixed by the text")
    doubtful = _doubtful(left, right, context, formula) or _whole_and_entries((left, right), as_vectors)
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


def _is_list(node: Expression) -> bool:
    """Whether a node is a class or a list, and no matrix that is written out."""
    return isinstance(node, Growth) or (isinstance(node, Listed) and node.bracket not in {"matrix", "row"})


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
    used = frozenset[str]().union(*(names(tree) for tree in trees))
    if "v" in used and used & {"u", "w", "x", "y"} and not used & ATTENTION and "v" not in shapes:
        vectors["v"] = "D"
    return replace(setting, shapes=shapes, vectors=vectors)


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


def _readings_of_sums(trees: tuple[Expression, ...], bare: frozenset[str]) -> tuple[Expression, ...]:
    """The trees, and what they are where sums run over the entries of vectors."""
    return tuple(dict.fromkeys((*trees, *(by_coordinates(tree, bare) for tree in trees))))


def _whole_and_entries(trees: tuple[Expression, ...], as_vectors: set[str]) -> str:
    """Why a difference is no witness: a letter stands alone and with a sum's index, and nothing shows it is a vector."""
    nodes = [below for tree in trees for below in walk(tree)]
    bound = {Symbol(below.index) for below in nodes if isinstance(below, Series)}
    used = [below for below in nodes if isinstance(below, Symbol) and below.name[:1].islower()]
    alone = {symbol.name for symbol in used if not symbol.indices}
    summed = {symbol.name for symbol in used if len(symbol.indices) == 1 and symbol.indices[0] in bound}
    unclear = (alone & summed) - set(VECTORS) - as_vectors
    return f"whether {min(unclear)} is a vector of the entries that are summed is not said" if unclear else ""


def _is_percent(tree: Expression) -> bool:
    """Whether a tree is a number that was printed with a percent sign."""
    match tree:
        case Quotient(Number(), Number(hundred, "")):
            return hundred == 100
        case _:
            return False


def against_number(
    left: Expression, right: Expression, relation: str, settings: Sequence[Setting], kind: Kind
) -> Judged | None:
    """`sin²x + cos²x = 1`: an expression that is the same number in every world; one that varies sets a condition."""
    if is_numeric(left) == is_numeric(right):
        return None
    formula, number = (left, right) if is_numeric(right) else (right, left)
    if names(formula) & (SIZE_LETTERS | {"D", "N"}) - {"b", "c", "k", "p", "r"}:
        return unchecked(kind, "it depends on a size whose value is not used here")
    if isinstance(formula, Symbol) or any(isinstance(b, (Growth, Listed, Moment)) for b in walk(formula)):
        return None
    for setting in settings:
        loose = replace(
            setting,
            orientations={},
            shapes=_without_vectors(setting),
            scalars=frozenset({"x", "y", "z", "u"}),
        )
        values = []
        for seed in range(5):
            world = World(loose, seed)
            try:
                values.append((world.number(formula, {}), world.number(number, {})))
            except (Clash, Undecidable, TypeError):
                break
        if len(values) < 5:
            continue
        if all(abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0) for a, b in values):
            return holds(kind, formula, number, loose, "it has this value in every random world")
        first = values[0][0]
        if relation == "=" and all(abs(a - first) <= 1e-9 * max(abs(a), 1.0) for a, _ in values):
            says = f"its value is {first:.6g} in every random world"
            return refuted(kind, says, Method.NUMERIC, {"value": round(first, 9), "stated": values[0][1]})
    return unchecked(kind, "it sets a condition, or it is not evaluated")


def scalars_in(trees: Sequence[Expression], context: Context) -> frozenset[str]:
    """x, y, z, u where a formula uses them as numbers: in sin x or exp(x), and nowhere as vectors."""
    declared = {symbol.name for one in context.declared for symbol in symbols(one.what)}
    as_vector = set(vector_names(*trees)) | declared
    inside: set[str] = set()
    for tree in trees:
        for below in walk(tree):
            if isinstance(below, (Call, Norm, Inner, Transpose)):
                as_vector |= names(below)
            if isinstance(below, Function) or (
                isinstance(below, Power) and isinstance(below.base, (Addition, Symbol, Product))
            ):
                inside |= names(below)
    return frozenset((inside & {"x", "y", "z", "u"}) - as_vector)


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


def _doubtful(left: Expression, right: Expression, context: Context, formula: Formula) -> str:
    """Why a difference in worlds may be ours: symbols that the text defines twice or in another part."""
    used = names(left) | names(right)
    for name in used:
        if context.redefined(name) and not _defined_in_section(name, context, formula):
            return f"{name} is defined more than once in the text"
    if isinstance(left, Symbol) and left.name not in {
        n for _, d in context.definitions for n in (d.name,)
    } | {"S", "Z"}:
        return f"{left.name} is introduced here"
    return ""


def _defined_in_section(name: str, context: Context, formula: Formula) -> bool:
    mine = [
        d
        for section, d in context.definitions
        if d.name == name and section == formula.block.section and d.line <= formula.row.line
    ]
    return len({d.body for d in mine}) == 1


def _how(choice: dict[str, str], fixed: dict[str, str]) -> str:
    open_ways = {family: way for family, way in choice.items() if family not in fixed}
    if not open_ways or set(open_ways.values()) == {"column"}:
        return ""
    if set(open_ways.values()) == {"row"}:
        return " (vectors read as rows)"
    return " (with " + ", ".join(f"{family} as {way}s" for family, way in sorted(open_ways.items())) + ")"


def _settings(context: Context, line: int) -> list[Setting]:
    base = with_accumulators(context.setting_at(line), accumulated(context))
    return with_sigma(base, context)


def accumulated(context: Context) -> str:
    """The map whose features the text adds up: ψ where every step of S and Z adds ψ(k), else φ."""
    steps = [names(term) for _, name, term in context.increments if name in ACCUMULATORS]
    return "psi" if steps and all("psi" in step and "phi" not in step for step in steps) else "phi"


def _bodies(name: str, feature_map: str) -> tuple[Expression, Expression]:
    """What an accumulator is in the row and in the column convention."""
    row, column = (text.replace("phi", feature_map) for text in ACCUMULATORS[name])
    return read_expression(row), read_expression(column)


def with_accumulators(setting: Setting, feature_map: str = "phi") -> Setting:
    """The prefix sums S_i and Z_i of causal attention where the text uses them and does not define them."""
    definitions = dict(setting.definitions)
    way = setting.orientations.get("phi", "")
    for name in ACCUMULATORS:
        known = definitions.get(name)
        if known is None and name not in setting.shapes:
            row, column = _bodies(name, feature_map)
            definitions[name] = Definition(name, ("i",), (), column if way == "column" else row, 0)
    return replace(setting, definitions=definitions)


def _oriented(setting: Setting, choice: dict[str, str]) -> Setting:
    definitions = dict(setting.definitions)
    for name in ACCUMULATORS:
        known = definitions.get(name)
        for row, column in (_bodies(name, "phi"), _bodies(name, "psi")):
            if known is not None and known.line == 0 and known.body in (row, column):
                definitions[name] = replace(known, body=column if choice.get("phi") == "column" else row)
    return replace(setting, orientations={**setting.orientations, **choice}, definitions=definitions)


def _without_vectors(setting: Setting) -> dict[str, tuple[Expression, ...]]:
    one = {
        name
        for name, sizes in setting.shapes.items()
        if any(isinstance(s, Number) and s.value == 1 for s in sizes)
    }
    return {name: sizes for name, sizes in setting.shapes.items() if name not in one and len(sizes) == 2}


def _fits_with_one_length(
    lefts: Sequence[Expression], rights: Sequence[Expression], context: Context, formula: Formula
) -> bool:
    """Whether the shapes fit where C, L and 2R all stand for the length of the features, as texts mix them."""
    lengths = {"L", "C", "F", "P", "D_phi", "d_phi"}
    merged = {name: "L" if name in lengths else size for name, size in context.aliases.items()}
    for setting in _settings(replace(context, aliases=merged), formula.row.line):
        families = families_in((*lefts, *rights), setting)
        fixed = {k: v for k, v in setting.orientations.items() if k in families and k != "phi"}
        for choice in orientations(frozenset(families), fixed):
            oriented = _oriented(replace(setting, sizes={}), choice)
            for a in lefts:
                for b in rights:
                    result = compare(a, b, oriented, worlds=1)
                    if result.equal is not None and not result.clash:
                        return True
    return False


def _clashing_product(trees: Sequence[Expression], context: Context, line: int) -> str:
    """A product of things with declared shapes that do not fit, in whatever orientation is left open."""
    setting = with_accumulators(context.setting_at(line, distinct=True), accumulated(context))
    nodes = [below for tree in trees for below in walk(tree)]
    summed = {Symbol(below.index) for below in nodes if isinstance(below, Series)}
    for product in (below for below in nodes if isinstance(below, Product)):
        if not _all_declared(product, product, context):
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
            from grader.verify.dimensions import named

            return named(str(error), World(setting, 5))
        except Undecidable:
            continue
    return ""


def _all_declared(left: Expression, right: Expression, context: Context) -> bool:
    declared = {symbol.name for d in context.declared for symbol in symbols(d.what)}
    alone = {d.what.name for d in context.declared if isinstance(d.what, Symbol) and not d.what.indices}
    indexed = {symbol.name for tree in (left, right) for symbol in symbols(tree) if symbol.indices}
    if alone & indexed - set(VECTORS) - set(MATRICES) or (alone & indexed & {"z", "u", "delta"}):
        # S is declared, and S_i is another thing
        return False
    used = {symbol.name for tree in (left, right) for symbol in symbols(tree)}
    plain = {
        name
        for name in used
        if name not in declared and name not in context.aliases and name not in INDEX_LETTERS
    }
    return bool(used & declared) and plain <= {"sigma", "e", "pi", "ones"}


# -- definitions ---------------------------------------------------------------------------------------------------


def _definition(
    left: Expression, rights: tuple[Expression, ...], context: Context, formula: Formula, sentence: str
) -> Judged | None:
    """A ruling if this equation introduces its left side; None if it asserts something about known things."""
    name = _head(left)
    if not name or name == ENTRY or _mentions(rights[0], name):
        return None
    mine = [d for _, d in context.definitions if d.name == name]
    if name == "sigma" or (isinstance(left, (Power, Quotient)) and "sigma" in names(left)):
        return _sigma(left, rights[0], context, formula, sentence)
    if not isinstance(left, (Symbol, Call)):
        return None
    if name in context.aliases and not isinstance(left, Call):
        return unchecked(Kind.DEFINITION, SIZE_SET)
    if _is_instance(left, name, mine, context):
        return None
    earlier = [d for d in mine if d.line < formula.row.line]
    restated = (formula.row.line, name) in context.restated
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


def _sigma(left: Expression, right: Expression, context: Context, formula: Formula, sentence: str) -> Judged:
    """A choice of σ: free, unless an earlier one fixes it."""
    earlier: list[tuple[int, Expression, Expression]] = []
    for line, a, b in context.firm:
        if line > formula.row.line or (line == formula.row.line and (a, b) == (left, right)):
            break
        if (a, b) != (left, right):
            earlier.append((line, a, b))
    known = (
        [e for e in earlier if e[0] >= formula.block.line][:1] if len(names(left) | names(right)) > 1 else []
    )
    if known:
        setting = replace(
            context.setting_at(formula.row.line), equations=(("sigma", known[0][1], known[0][2]),)
        )
        result = compare(left, right, setting)
        if result.equal:
            says = "it follows from the equation for σ before it"
            return holds(Kind.IDENTITY, left, right, setting, says, because=False)
        if result.equal is False and result.witness is not None:
            return refuted(
                Kind.IDENTITY, f"it contradicts the equation for σ before it: left {result.witness['left']}, right {result.witness['right']}",
                Method.NUMERIC, result.witness,
            )  # fmt: skip
    if (
        names(left) == {"sigma"}
        and names(right) in ({"D"}, {"d"}, {"d_k"})
        and context.standard
        and context.root_scaled
        and re.search(
            r"gauss|bandwidth|\brbf\b|kernel width|variance parameter|K_\{?G\b", sentence, re.IGNORECASE
        )
    ):
        needed = (("sigma", read_expression(r"\sigma^2"), read_expression(rf"\sqrt{{{min(names(right))}}}")),)
        result = compare(left, right, replace(context.setting_at(formula.row.line), equations=needed))
        if result.equal:
            return verified(
                Kind.FACT, "exp(q·k/√D) has the Gaussian with σ² = √D as its factor", Method.NUMERIC
            )
        if result.equal is False and result.witness is not None:
            return refuted(
                Kind.FACT, "the Gaussian factor of exp(q·k/√D) has σ² = √D: 2σ² has to be 2√D",
                Method.NUMERIC, result.witness,
            )  # fmt: skip
    return unchecked(Kind.DEFINITION, SIGMA_CHOSEN)


def known_form(
    name: str,
    left: Expression,
    rights: tuple[Expression, ...],
    context: Context,
    formula: Formula,
    sentence: str,
) -> Judged | None:
    """Compare a definition with the course's own; equal to one is proved, and a kernel named Gaussian has to be one."""
    line = formula.row.line
    setting = with_accumulators(context.setting_at(line), accumulated(context))
    about_gaussian = (
        bool(re.search(r"gauss|\brbf\b|squared[- ]exponential", sentence, re.I))
        or "gauss" in name.lower()
        or name in GAUSSIANS - {"G"}
    )
    if (
        about_gaussian
        and (
            name in KERNELS
            or "gauss" in name.lower()
            or "rbf" in name.lower()
            or name.startswith(("K_", "k_", "G_"))
        )
        and isinstance(left, Call)
        and len(left.arguments) == 2
    ):
        return _gaussian(left.arguments, rights, setting)
    known = name if name in KNOWN_FORMS else ""
    if not known and isinstance(left, Symbol) and len(left.indices) == 1 and isinstance(rights[0], Quotient):
        # whatever letter the text has for the output of attention
        known = "V'"
    for form, says in KNOWN_FORMS.get(known, ()):
        target = _renamed(read_expression(form), left)
        for right in rights:
            for style in (setting.orientations, {}):
                plain = replace(setting, definitions=_without(setting, name), orientations=style, shapes={})
                if compare(right, target, plain, worlds=4).equal:
                    return holds(Kind.DEFINITION, right, target, plain, f"it is {says}", because=False)
    indexed = isinstance(left, Symbol) and bool(left.indices)
    for form in (ACCUMULATORS if indexed else WHOLE_SUMS).get(name, ()):
        says = "the prefix sum of causal attention" if indexed else "the sum of kernelized attention"
        for right in rights:
            for way in ("row", "column"):
                plain = replace(
                    setting,
                    definitions=_without(setting, name),
                    orientations={"q": way, "phi": way, "v": way},
                    shapes={},
                )
                target = read_expression(form)
                if compare(right, target, plain, worlds=4).equal:
                    return holds(Kind.DEFINITION, right, target, plain, f"it is {says}", because=False)
    return None


def _without(setting: Setting, name: str) -> dict[str, Definition]:
    return {key: value for key, value in setting.definitions.items() if key != name}


def _renamed(form: Expression, left: Expression) -> Expression:
    if not isinstance(left, Call) or len(left.arguments) != 2:
        return form
    first, second = left.arguments
    mapping = {Symbol("q"): first, Symbol("k"): second}

    return with_symbols(form, lambda symbol: mapping.get(symbol, symbol))


def _gaussian(arguments: tuple[Expression, ...], rights: tuple[Expression, ...], setting: Setting) -> Judged:
    """exp(-c|q-k|²) with any constant c > 0 is a Gaussian kernel; anything else called so is none."""
    target = _renamed(read_expression(GAUSSIAN_FORM), Call(Symbol("K"), arguments))
    plain = replace(setting, orientations={}, shapes={}, equations=())
    for right in rights:
        if compare(right, target, plain, worlds=4).equal:
            says = "it is the Gaussian kernel exp(−‖q−k‖²/(2σ²))"
            return holds(Kind.DEFINITION, right, target, plain, says, because=False)
    for solved in with_sigma_of(setting):
        for right in rights:
            fixed = replace(plain, equations=solved.equations)
            if compare(right, target, fixed, worlds=4).equal:
                says = "it is the Gaussian kernel with the σ that the text sets"
                return holds(Kind.DEFINITION, right, target, fixed, says, because=False)
    rates: list[float] = []
    numbers: dict[str, object] = {}
    for right in rights:
        rates.clear()
        for seed in range(6):
            world = World(plain, seed, simple=seed == 5)
            try:
                value = world.number(right, {})
                a, b = (world.evaluate(argument, {}).ravel() for argument in arguments)
            except (Clash, Undecidable, TypeError):
                return unchecked(Kind.DEFINITION, "the kernel's formula is not evaluated")
            if world.opaque - {"sigma", "gamma", "beta", "alpha", "ell", "h", "s"} or value <= 0:
                return unchecked(Kind.DEFINITION, "the kernel's formula has symbols that are not defined")
            from math import log

            squared = float(((a - b) ** 2).sum())
            if squared == 0:
                continue
            scale = float(world.values.get(("sigma", (), ()), 1.0))
            rates.append(-log(value) / squared * scale**2)
            numbers = {**dict(world.shown.items()), "value": round(value, 6)}
        if "sigma" not in names(right) or not rates:
            return unchecked(Kind.DEFINITION, "another parametrisation of the kernel")
        if min(rates) > 0 and max(rates) - min(rates) < 1e-6 * max(rates):
            return unchecked(
                Kind.DEFINITION, "a Gaussian kernel in another parametrisation than exp(−‖q−k‖²/(2σ²))"
            )
    numbers["exp(-|q-k|^2/(2 sigma^2))"] = "differs, whatever constant stands in front of |q-k|^2/sigma^2"
    return refuted(
        Kind.DEFINITION,
        "the Gaussian kernel is exp(−‖q−k‖²/(2σ²)); no constant makes this formula one",
        Method.NUMERIC,
        numbers,
    )


def with_sigma_of(setting: Setting) -> list[Setting]:
    """The settings with each single equation for σ."""
    return [replace(setting, equations=(equation,)) for equation in setting.equations]


__all__ = ["SIGMA_CHOSEN", "SIZE_SET", "is_numeric", "judge_pair", "judge_row", "known_form"]
