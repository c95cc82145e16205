# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""A document's formulas and sentences -> the context in which its claims are judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

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
    Quotient,
    Series,
    Symbol,
    Transpose,
    children,
    names,
    symbols,
    walk,
)
from grader.verify.grammar.syntax import Sequence as Listing
from grader.verify.reading.document import Block, Text
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause, Mood, clause_at, clauses, lead_of
from grader.verify.scope.bandwidths import bandwidth_in
from grader.verify.scope.context import Context, Place
from grader.verify.scope.declarations import Declared, declaration_of, declared_in_words
from grader.verify.scope.derivation_setting import KERNEL_NAMES, definition_by_square, definition_of
from grader.verify.scope.directions import direction_way
from grader.verify.scope.features import feature_scale
from grader.verify.scope.formula_reading import Formula, is_member
from grader.verify.scope.growth import Polynomial
from grader.verify.scope.named_letters import said_letters
from grader.verify.scope.polynomial import Listed, listed_map, map_written_out
from grader.verify.scope.said_sizes import (
    SIZE_LETTERS,
    VALUE_WIDTH,
    has_value_width,
    prose_ties,
    size_aliases,
    size_tie,
)
from grader.verify.scope.softmax_forms import softmax_argument
from grader.verify.scope.unit_vectors import unit_lengths
from grader.verify.scope.written_ways import without_contradicted
from grader.verify.shapes.thing_sizes import declared_sizes
from grader.verify.worlds.laws import laws_in
from grader.verify.worlds.running_sums import increment, running_sum
from grader.verify.worlds.settings import (
    FEATURE_MAPS,
    GAUSSIANS,
    MATRICES,
    SIZE_NAMES,
    VECTORS,
    Definition,
    measured_names,
    vector_names,
)


def gather(text: Text, formulas: Sequence[Formula]) -> Context:
    """Collect what a document declares and defines."""
    declared: list[Declared] = []
    definitions: list[tuple[int, Definition]] = []
    equations: list[tuple[int, Expression, Expression]] = []
    ties: list[tuple[int, int, str, Polynomial]] = []
    firm: list[tuple[int, Expression, Expression]] = []
    passing: list[tuple[int, int, int]] = []
    counted: list[tuple[int, str, Expression]] = []
    increments: list[tuple[int, str, Expression]] = []
    running: list[Definition] = []
    used: set[str] = set()
    trees: list[Expression] = []
    restated: set[tuple[int, str]] = set()
    scales: list[tuple[int, Fraction]] = []
    polynomial: list[tuple[int, int, int]] = []
    listed: list[tuple[int, Listed]] = []
    unsaid: set[str] = set()
    said = _said(text, formulas)
    for formula in formulas:
        mood, sentence = said[formula.block.line, formula.row.line, formula.offset, formula.text]
        if mood in NOT_SAID:
            trees += formula.chain.parts if formula.chain is not None else ()
            unsaid |= _would_define(formula)
            continue
        if (scale := feature_scale(formula.text)) is not None:
            scales.append((formula.row.line, scale))
        declared += declaration_of(formula.text, formula.row.line, formula.block.section)
        chain = formula.wide or formula.chain
        if chain is None:
            continue
        trees += chain.parts
        seen_before = frozenset(used)
        for part in chain.parts:
            used |= names(part)
        if chain.open_left:
            continue
        for left, right, relation in list(zip(chain.parts, chain.parts[1:], chain.relations, strict=False))[
            :1
        ]:
            if (kernel := listed_map(left, right)) is not None:
                polynomial.append((formula.row.line, *kernel[:2]))
            if (written_out := map_written_out(left, right)) is not None:
                listed.append((formula.row.line, written_out))
            if (added := increment(left, right)) is not None:
                increments.append((formula.row.line, *added))
                built = running_sum(left, right, formula.row.line)
                running += [] if built is None else [built]
            if relation in {"=", ":="} and _counts(left, right):
                counted.append((formula.row.line, left.name if isinstance(left, Symbol) else "", right))
            # D = M = 64 sets an example's numbers, and ties nothing
            made = None if isinstance(chain.parts[-1], Number) else size_tie(left, right, relation)
            if made is not None:
                before = formula.block.text[max(0, formula.offset - 200) : formula.offset]
                # `D = M = 64` are the sizes of an example
                example = any(isinstance(part, Number) for part in chain.parts[2:])
                if (
                    made[0] != "N"
                    and not example
                    and not re.search(
                        r"\b(?:when|if|for|case|whenever|unless|suppose|assuming|at)\s*\$?\s*$", before, re.I
                    )
                ):
                    ties.append((formula.row.line, formula.block.section, *made))
                    if _is_passing(left, right, before, text.spelled(formula.block.text)):
                        passing.append((formula.row.line, *_lines_of(formula.block)))
                continue
            if relation not in {"=", ":="}:
                continue
            involved = names(left) | names(right)
            if "sigma" in involved and involved <= {"sigma", "D", "d", "d_k"}:
                equations.append((formula.row.line, left, right))
                if mood is Mood.ASSERTED and len(involved) > 1:
                    firm.append((formula.row.line, left, right))
                continue
            definition = definition_of(left, right, formula.row.line) or definition_by_square(
                left, right, formula.row.line, seen_before
            )
            trivial = definition is not None and (
                any(index.isdigit() for index in definition.indices)
                or (isinstance(right, (Number, Symbol)) and not isinstance(left, Call))
                # κ(x, y) = 1 where x = y: a value, and no rule
                or (bool(definition.parameters) and not names(right) - {"e", "pi"})
                or any(isinstance(below, Listing) for below in walk(right))
            )
            if (
                definition is None
                or trivial
                or definition.name in INPUTS
                or is_member(definition, definitions)
            ):
                continue
            if _restates(definition, definitions, sentence):
                restated.add((formula.row.line, definition.name))
            else:
                definitions.append((formula.block.section, definition))
    declared = without_contradicted([*declared, *declared_in_words(text, declared)], trees)
    declared.sort(key=lambda declaration: declaration.line)
    ties += [(line, section, *tie) for line, section, tie in prose_ties(text)]
    words = " ".join(text.spelled(block.text) for block in text.blocks).replace("$", "")
    value_width = has_value_width(declared, f"{text.source} {words}")
    ties += [] if value_width else _as_wide(declared)
    kernels = {name for name in used if name in KERNEL_NAMES}
    defined = {definition.name for _, definition in definitions}
    gaussian = bool(re.search(r"gauss|\brbf\b", text.source, re.I))
    calls = {b.function.name for t in trees for b in walk(t) if isinstance(b, Call) and len(b.arguments) == 2}
    approximations = tuple(
        (formula.row.line, part, right)
        for formula in formulas
        if formula.chain is not None and not formula.chain.open_left
        for part, right, relation in zip(
            formula.chain.parts, formula.chain.parts[1:], formula.chain.relations, strict=False
        )
        if relation == "~" and isinstance(part, Symbol)
    )
    measured = measured_names(*trees) & set(SIZE_NAMES)
    bandwidth = bandwidth_in(text.source)
    vectors = {
        name: "D" for name in vector_names(*trees) | measured if name not in VECTORS and name not in defined
    }
    return Context(
        declared=tuple(declared),
        definitions=tuple(definitions),
        equations=tuple(equations),
        firm=tuple(firm),
        counted=tuple(counted),
        increments=tuple(increments),
        running=tuple(running),
        restated=frozenset(restated),
        scales=tuple(scales),
        polynomial=tuple(polynomial),
        listed=tuple(listed),
        standard=_standard(trees),
        root_scaled=any(_is_root_scaled(below) for tree in trees for below in walk(tree)),
        ties=tuple(ties),
        passing=tuple(passing),
        approximations=approximations,
        aliases={
            name: size
            for name, size in size_aliases(
                used - _only_called(trees), declared, f"{text.source} {words}", said_letters(text)
            ).items()
            if name not in measured
        },
        used=tuple(sorted(used & set(SIZE_NAMES), key=lambda name: (SIZE_NAMES[name] != name, name))),
        gaussians=frozenset((kernels & calls) - defined) if gaussian else frozenset(),
        vectors=vectors,
        normals=frozenset(found.group("name") for found in STANDARD_NORMAL.finditer(text.source)),
        lengths=unit_lengths(text),
        feature_ways=tuple(
            (formula.row.line, way)
            for formula in formulas
            if formula.chain is not None
            for part in formula.chain.parts
            for below in walk(part)
            if (way := _feature_way(below))
        ),
        size_letters=declared_sizes(words),
        doubles_features=TWICE_AS_MANY.search(text.source) is not None
        and ONE_FEATURE_EACH.search(text.source) is None,
        multiplies_sums=FEATURES_TIMES_SUM.search(text.source) is not None,
        laws=laws_in(text.source) | (frozenset() if bandwidth.is_course else frozenset({None})),
        bandwidth=bandwidth,
        unsaid=frozenset(unsaid - defined - ({"sigma"} if firm else set())),
        value_width=value_width,
        names_values=VALUE_WIDTH.search(f"{text.source} {words}") is not None,
        direction_way=direction_way(text.source),
        lists=_lists(trees) - {d.what.name for d in declared if isinstance(d.what, Symbol)},
        random_features=bool(scales)
        or bool(
            re.search(r"random[- ](?:fourier[- ])?features?|\brff\b|rahimi", text.source, re.IGNORECASE)
        ),
    )  # fmt: skip


def _would_define(formula: Formula) -> set[str]:
    """The name that a formula would define if its sentence were read as one that says so."""
    chain = formula.chain
    if chain is None or chain.open_left or len(chain.parts) < 2 or chain.relations[0] not in {"=", ":="}:
        return set()
    left, right = chain.parts[:2]
    if "sigma" in names(left) and names(left) | names(right) <= {"sigma", "D", "d", "d_k"}:
        return {"sigma"}
    definition = definition_of(left, right, formula.row.line)
    # other names have no meaning of the course's that would be taken instead
    return {definition.name} if definition is not None and len(definition.parameters) == 2 else set()


def _only_called(trees: Sequence[Expression]) -> set[str]:
    """Names of functions alone: the D of D(a, p) is no size."""
    nodes = [below for tree in trees for below in walk(tree)]
    calls = Counter(node.function.name for node in nodes if isinstance(node, Call))
    all_there = Counter(node.name for node in nodes if isinstance(node, Symbol))
    return {name for name, times in calls.items() if all_there[name] <= times}


def _as_wide(declared: Sequence[Declared]) -> list[tuple[int, int, str, Polynomial]]:
    """`Q, K, V ∈ R^{n×d}` ties the width of the values to that of the queries."""
    values = [one for one in declared if isinstance(one.what, Symbol) and one.what.name in {"v", "V"}]
    return [(one.line, one.section, "M", {(("D", Fraction(1)),): Fraction(1)}) for one in values[:1]]


def _feature_way(product: Expression) -> str:
    """ "column" for φ(q)ᵀφ(k), "row" for φ(q)φ(k)ᵀ, also where a sum over the keys stands in between."""
    match product:
        case Product((first, second, *_), _):
            inner = second.body if isinstance(second, Series) else second
            inner = inner.factors[0] if isinstance(inner, Product) else inner
            one, other = (part.of if isinstance(part, Transpose) else part for part in (first, inner))
            if not (_is_features_of_one(one) and _is_features_of_one(other)):
                return ""
            turned = isinstance(first, Transpose), isinstance(inner, Transpose)
            return {(True, False): "column", (False, True): "row"}.get(turned, "")
        case _:
            return ""


def _is_features_of_one(tree: Expression) -> bool:
    """φ of a single vector; φ(Q) holds the tokens as its rows."""
    match tree:
        case Call(Symbol(name), (Symbol(argument, indices),)):
            return name in FEATURE_MAPS and (bool(indices) or argument not in MATRICES)
        case _:
            return False


LISTS = frozenset({"s", "z", "a", "u", "x", "o", "h"})


def _lists(trees: Sequence[Expression]) -> frozenset[str]:
    """Names of vectors of numbers: s where softmax(s) stands, or exp(s_i)/Σ_j exp(s_j)."""
    quotients = (
        softmax_argument(below) for tree in trees for below in walk(tree) if isinstance(below, Quotient)
    )
    return frozenset(
        argument.name for argument in quotients if argument is not None and argument.name in LISTS
    ) | frozenset(
        symbol.name
        for tree in trees
        for below in walk(tree)
        if isinstance(below, (Call, Function)) and _named(below) == "softmax" and len(below.arguments) == 1
        for symbol in symbols(below.arguments[0])
        if symbol.name in LISTS and not symbol.indices
    )


def _named(node: Call | Function) -> str:
    return node.function.name if isinstance(node, Call) else node.name


INPUTS = frozenset(MATRICES) - {"Y"}  # Y is often the name of the outputs
# φ(q)S: S is the sum of the outer products, whether the text says so or not
FEATURES_TIMES_SUM = re.compile(
    r"(?:\\(?:var)?phi|\\psi|[φϕψ])\s*\([^()]{1,12}\)\s*(?:\\,)?S(?![A-Za-z(])|(?<![A-Za-z\\])S(?:_\{?i\}?)?\s*(?:\^\s*\{?\s*(?:\\top|T)\s*\}?|ᵀ)\s*(?:\\,)?(?:\\(?:var)?phi|\\psi|[φϕψ])"
)
# "φ(x) has 2R entries", "S is 2R × M", and no map with one feature for each direction
TWICE_AS_MANY = re.compile(
    r"(?<![\w.])2\s?[·*]?\s?[A-Za-z](?:_\{?\w+\}?)?\$?\s*(?:long\b|numbers\b|(?:×|x|\\times)\s*[A-Za-z]|(?:entries|components|coordinates|features)\b)|(?:×|x|\\times)\s*2\s?R\b|\b(?:length|dimension)\s+\$?2\s?[A-Za-z](?![A-Za-z])"
)
ONE_FEATURE_EACH = re.compile(
    r"positive (?:random )?features|\+\s*b_?\{?[ir]?\}?\s*\)|random phase|\bR\^\{?R\}?|\bR entries", re.I
)
NOT_SAID = frozenset({Mood.DENIED, Mood.ATTRIBUTED, Mood.RETRACTED, Mood.ASKED, Mood.QUOTED})


def _said(text: Text, formulas: Sequence[Formula]) -> dict[Place, tuple[Mood, str]]:
    """For each formula the mood of its clause, and its sentence with what announces it."""
    pieces: dict[int, tuple[list[Clause], str]] = {}
    heading = ""
    for number, block in enumerate(text.blocks):
        if block.kind == "heading":
            heading = text.spelled(block.text)
        following = text.blocks[number + 1].text if number + 1 < len(text.blocks) else ""
        pieces[id(block)] = clauses(block, heading, following), lead_of(text.blocks, number)
    out: dict[Place, tuple[Mood, str]] = {}
    for formula in formulas:
        found, lead = pieces[id(formula.block)]
        clause = clause_at(found, formula.offset)
        mood = clause.mood if clause is not None else Mood.ASSERTED
        # one endless sentence is not kept once for each of its formulas
        own = clause.sentence if clause is not None and len(clause.sentence) <= LONGEST_SENTENCE else ""
        sentence = f"{lead[-LONGEST_SENTENCE:]} {own}"
        out[formula.block.line, formula.row.line, formula.offset, formula.text] = mood, sentence
    return out


EQUIVALENT = re.compile(
    r"\b(?:equivalently|in other words|rearrang\w+|that is,|i\.e\.|moving|solv(?:e|ed|ing) for|bring\w* .{0,30} to the other side|rewrit\w+|therefore|hence|thus|it follows)\b",
    re.I,
)


def _restates(definition: Definition, earlier: Sequence[tuple[int, Definition]], sentence: str) -> bool:
    """Whether an equation speaks of what the text has defined already, and defines nothing anew."""
    same = [
        d for _, d in earlier if d.name == definition.name and len(d.parameters) == len(definition.parameters)
    ]
    return bool(same and definition.parameters) and (
        definition.name in GAUSSIANS or bool(EQUIVALENT.search(sentence))
    )


WITH = re.compile(r"\b(?:with|where|taking)\s*\$?\s*$", re.IGNORECASE)
THROUGHOUT = re.compile(
    r"\b(?:throughout|everywhere|always|from now on|in the following|below|from here on|we (?:take|set|assume|use|work))\b|:\s*$",
    re.IGNORECASE,
)


def _is_passing(left: Expression, right: Expression, before: str, paragraph: str) -> bool:
    """Whether `with M = D` ties two widths for its own paragraph."""
    sides = {SIZE_NAMES.get(side.name) for side in (left, right) if isinstance(side, Symbol)}
    return sides == {"D", "M"} and bool(WITH.search(before)) and not THROUGHOUT.search(paragraph)


def _lines_of(block: Block) -> tuple[int, int]:
    return block.line, block.line + block.text.count("\n")


def _counts(left: Expression, right: Expression) -> bool:
    """Whether an equation gives a size as a polynomial in others."""
    if not isinstance(left, Symbol) or left.indices or left.name not in SIZE_LETTERS:
        return False
    return bool(names(right)) and names(right) <= SIZE_LETTERS - {left.name} and not isinstance(right, Symbol)


def _standard(trees: Sequence[Expression]) -> bool:
    """Whether squared norms are divided by 2σ² wherever they stand over something with σ in an exponent."""
    unders = [
        below.under
        for tree in trees
        for exponent in _exponents(tree)
        for below in walk(exponent)
        if isinstance(below, Quotient)
        and "sigma" in names(below.under)
        and any(isinstance(part, Norm) for part in walk(below.over))
    ]
    two = Product((Number(Fraction(2)), Power(Symbol("sigma"), Number(Fraction(2)))), ("",))
    return bool(unders) and all(_plain(under) == _plain(two) for under in unders)


def _exponents(tree: Expression) -> Iterator[Expression]:
    """The exponents of kernels and their factors; those in 1 − exp(...) belong to a variance."""
    match tree:
        case Function("exp", (exponent,)) | Power(Symbol("e", ()), exponent):
            yield exponent
        case Addition(((-1, Quotient() as exponent),)):  # "the exponent −‖q − k‖²/(2σ²)"
            yield exponent
        case Addition(terms) if any(isinstance(term, Number) for _, term in terms):
            return
        case _:
            for below in children(tree):
                yield from _exponents(below)


def _is_root_scaled(tree: Expression) -> bool:
    """Whether a tree is exp(a b/√D) with vectors a and b."""
    match tree:
        case Function("exp", (Quotient(over, Function("sqrt", (Symbol(size),))),)):
            numbered = {name for symbol in symbols(over) for index in symbol.indices for name in names(index)}
            return (
                size in {"D", "d", "d_k"}
                and len(names(over) - numbered) == 2
                and isinstance(over, (Product, Inner))
            )
        case _:
            return False


def _plain(tree: Expression) -> object:
    """A tree without the digits and joins as they are printed."""
    match tree:
        case Number(value):
            return value
        case Product(factors):
            return tuple(_plain(factor) for factor in factors)
        case Power(base, exponent):
            return "power", _plain(base), _plain(exponent)
        case _:
            return tree


STANDARD_NORMAL = re.compile(
    r"(?<![A-Za-z\\_])(?P<name>[gxyztuZX])\s*(?:\\sim|∼|~)\s*(?:\\mathcal\s*\{?\s*N\s*\}?|N)\s*(?:\\left)?\(\s*0\s*,\s*1\s*(?:\\right)?\)"
)
