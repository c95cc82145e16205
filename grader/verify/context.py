# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""What a document says of its symbols before anything is judged: shapes, orientations, definitions, ties of sizes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product as every

from grader.verify.derivation import KERNEL_NAMES, definition_of, split_formulas
from grader.verify.document import PLACE, Block, Row, Text
from grader.verify.features import feature_scale
from grader.verify.grammar import KNOWN_FUNCTIONS, Reading, functions_in, read_chain, read_expression
from grader.verify.growth import Polynomial, Ties, polynomial_of
from grader.verify.laws import Spread, laws_in
from grader.verify.mood import Clause, Mood, clause_at, clauses, lead_of
from grader.verify.plain import plain_formulas
from grader.verify.polynomial import listed_map
from grader.verify.syntax import (
    Addition,
    Call,
    Chain,
    Expression,
    Function,
    Growth,
    Inner,
    Norm,
    Number,
    Power,
    Product,
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
from grader.verify.syntax import Sequence as Listed
from grader.verify.unit_vectors import UnitLength, unit_lengths
from grader.verify.worlds import (
    FEATURE_MAPS,
    GAUSSIANS,
    MATRICES,
    SIZE_NAMES,
    VECTORS,
    Definition,
    Setting,
    family_of,
    vector_names,
)

MEMBERSHIP = re.compile(
    r"^(?P<what>.+?)\s*(?:\\in\b|∈)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*(?P<sizes>\{.+\}|[A-Za-z0-9]|\(.+\)|.+)$",
    re.DOTALL,
)
TYPE_ONLY = re.compile(
    r"^(?P<what>.+?)\s*(?:\\in\b|∈)\s*(?P<sizes>[A-Za-z0-9]+\s*(?:\\times|×)\s*[A-Za-z0-9]+)$", re.DOTALL
)
SIZE_LETTERS = frozenset("NDMLRCTHBSPFnmdrphcbk") | {
    "D_random", "D_rand", "D_R", "D_r", "d_k", "d_v", "D_k", "D_v", "d_model", "D_phi", "d_phi", "d_random", "n_heads", "D_K", "D_V", "d_h",
}  # fmt: skip
CANONICAL = ("N", "D", "M", "L", "R")


@dataclass(frozen=True)
class Declared:
    """`what` in R^(sizes), on this line: one vector, a family of rows, or a matrix."""

    line: int
    section: int
    what: Expression
    sizes: tuple[Expression, ...]

    @property
    def orientation(self) -> str | None:
        """ "row" or "column" where one side is written as 1."""
        if len(self.sizes) != 2:
            return None
        first, second = (_is_one(size) for size in self.sizes)
        return "row" if first and not second else "column" if second and not first else None


@dataclass(frozen=True)
class Formula:
    """One formula of the document with its place."""

    row: Row
    block: Block
    text: str
    chain: Chain | None
    wide: Chain | None
    trouble: str = ""
    offset: int = 0  # where it stands in the block's text
    plain: bool = False  # found in prose, without a sign for mathematics around it


@dataclass(frozen=True)
class Context:
    """Everything that a document declares, with the lines on which it does."""

    declared: tuple[Declared, ...] = ()
    definitions: tuple[tuple[int, Definition], ...] = ()  # (section, definition)
    equations: tuple[tuple[int, Expression, Expression], ...] = ()  # for σ: (line, left, right)
    firm: tuple[
        tuple[int, Expression, Expression], ...
    ] = ()  # those of them that the text asserts, with D in them
    restated: frozenset[tuple[int, str]] = (
        frozenset()
    )  # (line, name): an equation about a name that is defined before it
    increments: tuple[tuple[int, str, Expression], ...] = ()  # S_i = S_{i-1} + X: (line, "S", X)
    counted: tuple[tuple[int, str, Expression], ...] = ()  # C = (D + 1)(D + 2)/2: (line, name, formula)
    ties: tuple[tuple[int, int, str, Polynomial], ...] = ()  # (line, section, size, what it grows like)
    passing: tuple[tuple[int, int, int], ...] = ()  # ties of one paragraph: (line, its first line, its last)
    below: tuple[tuple[str, str], ...] = ()
    approximations: tuple[tuple[int, Symbol, Expression], ...] = ()  # V'_i ≈ ...: (line, left, right)
    aliases: Mapping[str, str] = field(default_factory=lambda: dict(SIZE_NAMES))
    gaussians: frozenset[str] = frozenset()
    vectors: Mapping[str, str] = field(default_factory=dict)
    random_features: bool = False
    normals: frozenset[str] = frozenset()  # numbers drawn from N(0, 1)
    lists: frozenset[str] = frozenset()  # vectors of which the text takes the softmax
    polynomial: tuple[tuple[int, int, int], ...] = ()  # φ written out entry by entry: (line, constant, power)
    root_scaled: bool = False  # the text has exp(q·k/√D)
    standard: bool = False  # every Gaussian of the text has 2σ² under ‖·‖²
    used: tuple[str, ...] = ()  # the names of sizes that occur
    laws: frozenset[Spread | None] = frozenset()  # of the random directions
    spread: Spread = Spread.INVERSE  # the one that is used
    lengths: tuple[UnitLength, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)  # letters that the text gives to sizes in words
    units: frozenset[str] = frozenset()  # vectors that are read as of length one
    scales: tuple[
        tuple[int, Fraction], ...
    ] = ()  # of the maps of sines and cosines: (line, R times the factor squared)

    def setting_at(self, line: int, *, free_sigma: bool = True, distinct: bool = False) -> Setting:
        """What holds on a line: the latest declaration and definition before it, else the first after."""
        chosen: dict[str, Definition] = {}
        for name in {definition.name for _, definition in self.definitions}:
            mine = sorted((d for _, d in self.definitions if d.name == name), key=lambda d: d.line)
            place = bisect_right([d.line for d in mine], line)
            chosen[name] = mine[place - 1] if place else mine[0]
        for name in VECTORS:
            if name in chosen and not any(isinstance(below, Series) for below in walk(chosen[name].body)):
                del chosen[name]
        orientations: dict[str, str] = {}
        shapes: dict[str, tuple[Expression, ...]] = {}
        for declaration in self.declared:
            name = _base(declaration.what)
            way = declaration.orientation
            if declaration.line > line and (family_of(name) in orientations or name in shapes):
                continue
            if way and name:
                orientations[family_of(name)] = (
                    way
                    if not isinstance(declaration.what, Transpose)
                    else ("column" if way == "row" else "row")
                )
            of_rows = isinstance(declaration.what, Symbol) and declaration.what.indices and name in MATRICES
            state = isinstance(declaration.what, Symbol) and declaration.what.indices and name in {"S", "Z"}
            if state and name not in chosen:
                # S_i is the running sum unless the text defines it as something else
                continue
            if isinstance(declaration.what, Symbol) and name not in chosen and not (of_rows and way):
                # K_j in R^(1×D) speaks of the rows of K, not of K
                shapes[name] = declaration.sizes
        equations = tuple(("sigma", left, right) for _, left, right in self.equations)
        return Setting(
            definitions=chosen, vectors=self.vectors, equations=() if free_sigma else equations,
            orientations=orientations, gaussians=self.gaussians, aliases=self.aliases, shapes=shapes, distinct=distinct,
            random_features=self.random_features, lists=self.lists, normals=self.normals, units=self.units,
            spread=self.spread, law_said=bool(self.laws),
        )  # fmt: skip

    def scale_at(self, line: int) -> Fraction | None:
        """The scale of the latest map of sines and cosines that the document gives."""
        return next((scale for where, scale in reversed(self.scales) if where <= line), None)

    def printed(self, canonical: str, line: int) -> str:
        """How the document itself writes a size on a line: the length of φ's values is C, L or 2R."""
        found = ""
        for declaration in self.declared if canonical == "L" else ():
            what = declaration.what
            if declaration.line > line and found:
                break
            for size in (
                declaration.sizes if isinstance(what, Call) and what.function.name in FEATURE_MAPS else ()
            ):
                match size:
                    case Symbol(name, ()) if self.aliases.get(name) == "L":
                        found = name
                    case Product((Number(two, _), Symbol(name, ())), _) if two == 2:
                        found = f"2{name}"
        others = (name for name in self.used if self.aliases.get(name) == canonical)
        return found or next(others, canonical)

    def lasting(self, line: int) -> Context:
        """The context without the ties that other paragraphs make for themselves: `with M = D the cost is ...`."""
        over = {where for where, first, last in self.passing if not first <= line <= last}
        return replace(self, ties=tuple(tie for tie in self.ties if tie[0] not in over)) if over else self

    def ties_at(self, section: int, line: int) -> tuple[Ties, ...]:
        """How sizes may grow together in a section: every consistent choice of what the text says there.

        What the section itself says counts before what was said earlier; a text that ties one size in two ways
        ("for random features L = O(D), for the polynomial L = O(D²)") gives several choices.
        """
        options: dict[str, list[Polynomial]] = {}
        for name in {tie[2] for tie in self.ties}:
            here = [p for _, where, tied, p in self.ties if tied == name and where == section]
            mine = here or [p for said, _, tied, p in self.ties if tied == name and said <= line]
            if not mine:
                continue
            options[name] = [p for i, p in enumerate(mine) if p not in mine[:i]][:3]
        if not options:
            return (Ties({}, self.below),)
        keys = sorted(options)[:4]
        return tuple(
            Ties(dict(zip(keys, choice, strict=True)), self.below)
            for choice in every(*(options[k] for k in keys))
        )[:12]

    def redefined(self, name: str) -> bool:
        """Whether the document defines a name twice in different ways."""
        bodies = {definition.body for _, definition in self.definitions if definition.name == name}
        return len(bodies) > 1

    def redefined_elsewhere(self, name: str, earlier: Definition, line: int) -> bool:
        """Whether a name has other definitions than one earlier one of the same section and the one on this line."""
        others = [(section, d) for section, d in self.definitions if d.name == name and d.line != line]
        here = [section for section, d in self.definitions if d.name == name and d.line == line]
        return len({d.body for _, d in others}) != 1 or any(
            section not in here for section, d in others if d == earlier
        )


def _is_one(size: Expression) -> bool:
    return isinstance(size, Number) and size.value == 1


def _base(what: Expression) -> str:
    match what:
        case Symbol(name):
            return name
        case Call(Symbol(name), _):
            return name
        case Transpose(of):
            return _base(of)
        case _:
            return ""


def read_sizes(text: str) -> tuple[Expression, ...]:
    """`{N \\times D}`, `(N, D)`, `1×D`, `D` as expressions. Raises `Unreadable`."""
    plain = text.strip().strip(".,;: ")
    while (plain.startswith("{") and plain.endswith("}")) or (plain.startswith("(") and plain.endswith(")")):
        plain = plain[1:-1].strip()
    parts = re.split(
        r"\\times|×|\\cdot(?=\s*[A-Z0-9])|,|(?<=[\w})])\s+(?:x|by|-by-)\s+(?=[\w\\({])|(?<=[A-Z0-9])x(?=[A-Z0-9])|\s*-by-\s*",
        plain,
    )
    if not 1 <= len(parts) <= 4:
        raise Unreadable("a shape of more than four sizes is not read")
    return tuple(read_expression(part) for part in parts if part.strip())


def declaration_of(text: str, line: int, section: int) -> list[Declared]:
    """`q_i, k_j \\in \\mathbb{R}^{1 \\times D}` as declarations; an empty list for anything else."""
    found = MEMBERSHIP.match(text.strip()) or TYPE_ONLY.match(text.strip())
    if not found:
        return []
    what = found.group("what")
    named = re.match(r"[^=≈]*?(?=\s*&?\s*(?::=|=|≔))", what)
    try:
        sizes = read_sizes(found.group("sizes"))
        subjects = [
            read_expression(part)
            for part in re.split(r",(?![^({\[]*[)}\]])", named.group() if named else what)
            if part.strip()
        ]
    except Unreadable:
        return []
    return [Declared(line, section, subject, sizes) for subject in subjects]


def with_type(piece: str) -> list[str]:
    """`S = A B \\in R^(L x M)` claims two things: the equation, and the shape of its left side.

    >>> with_type("S = A B ∈ R^{L×M}")
    ['S = A B ∈ R^{L×M}', 'S = A B']
    """
    found = MEMBERSHIP.match(piece.strip())
    if found is None or not re.search(r"=|≔", found.group("what")):
        return [piece]
    return [piece, found.group("what").strip()]


def formulas_of(text: Text) -> list[Formula]:
    """Every formula of the document in order, split where a row holds several."""
    out: list[Formula] = []
    functions = functions_in(text.source)
    for block in text.blocks:
        for offset, rows in text.formulas_of(block):
            for row in rows:
                out += [
                    replace(read_formula(piece, row, block, functions), offset=offset)
                    for whole in split_formulas(row.text)
                    for piece in with_type(whole)
                ]
        out += _plain_of(block, text)
    return sorted(_with_members(out), key=lambda formula: (formula.row.line, formula.offset))


# A_ij in plain words has two indices, as A_{ij} has
BOTH_INDICES = re.compile(r"(?<=[A-Za-zα-ωΑ-Ω])_([ijklmnrst]{2})(?![A-Za-z_(])")


def _plain_of(block: Block, text: Text) -> list[Formula]:
    """Formulas in the plain words of a block, line by line, and sums in the cells of a table."""
    out: list[Formula] = []
    start = 0
    lines = block.text.split(" | " if block.kind == "row" else "\n")
    for number, line in enumerate(lines):
        continued = number + 1 < len(lines) and re.match(r"\s*[=≈]", lines[number + 1])
        if continued or re.search(r"[=≈≔∈≤≥<>]|\bequals\b", line):
            place = 0
            for found in plain_formulas(line):
                if block.kind == "row" and not re.match(r"[\d(]", found):
                    continue
                at = line.find(found, place)
                place = at + len(found) if at >= 0 else place
                offset = start + max(at, 0)
                row = Row(found, block.line_at(offset, text.formulas), False, -1 - block.line)
                out += [
                    replace(
                        read_formula(BOTH_INDICES.sub(r"_{\1}", piece), row, block),
                        text=piece,
                        offset=offset,
                        plain=True,
                    )
                    for whole in split_formulas(found)
                    for piece in with_type(whole)
                ]
        start += len(line) + (3 if block.kind == "row" else 1)
    return out


EQUALS = re.compile(r"(?<=\S)\s+equals\s+(?=\S)")


def read_formula(piece: str, row: Row, block: Block, functions: frozenset[str] = KNOWN_FUNCTIONS) -> Formula:
    """One formula, both readings of a slash."""
    piece_read = EQUALS.sub(" = ", piece)
    try:
        chain = read_chain(piece_read, Reading(functions=functions))
    except Unreadable as error:
        return Formula(row, block, piece, None, None, str(error))
    wide: Chain | None = None
    if "/" in piece:
        try:
            wide = read_chain(piece_read, Reading(wide_slash=True, functions=functions))
        except Unreadable:
            wide = None
    return Formula(row, block, piece, chain, wide if wide != chain else None)


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
    used: set[str] = set()
    trees: list[Expression] = []
    restated: set[tuple[int, str]] = set()
    scales: list[tuple[int, Fraction]] = []
    polynomial: list[tuple[int, int, int]] = []
    said = _said(text, formulas)
    for formula in formulas:
        mood, sentence = said[formula.block.line, formula.row.line, formula.offset, formula.text]
        if mood in NOT_SAID:
            trees += formula.chain.parts if formula.chain is not None else ()
            continue
        if (scale := feature_scale(formula.text)) is not None:
            scales.append((formula.row.line, scale))
        declared += declaration_of(formula.text, formula.row.line, formula.block.section)
        chain = formula.wide or formula.chain
        if chain is None:
            continue
        trees += chain.parts
        for part in chain.parts:
            used |= names(part)
        if chain.open_left:
            continue
        for left, right, relation in list(zip(chain.parts, chain.parts[1:], chain.relations, strict=False))[
            :1
        ]:
            if (kernel := listed_map(left, right)) is not None:
                polynomial.append((formula.row.line, *kernel[:2]))
            if (added := _increment(left, right)) is not None:
                increments.append((formula.row.line, *added))
            if relation in {"=", ":="} and _counts(left, right):
                counted.append((formula.row.line, left.name if isinstance(left, Symbol) else "", right))
            # D = M = 64 sets an example's numbers, and ties nothing
            made = None if isinstance(chain.parts[-1], Number) else _tie(left, right, relation)
            if made is not None:
                before = formula.block.text[: formula.offset]
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
            definition = definition_of(left, right, formula.row.line)
            trivial = definition is not None and (
                any(index.isdigit() for index in definition.indices)
                or (isinstance(right, (Number, Symbol)) and not isinstance(left, Call))
                or any(isinstance(below, Listed) for below in walk(right))
            )
            if (
                definition is None
                or trivial
                or definition.name in MATRICES
                or _is_member(definition, definitions)
            ):
                continue
            if _restates(definition, definitions, sentence):
                restated.add((formula.row.line, definition.name))
            else:
                definitions.append((formula.block.section, definition))
    declared += _declared_in_words(text)
    declared.sort(key=lambda declaration: declaration.line)
    ties += [(line, section, *tie) for line, section, tie in _prose_ties(text)]
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
    vectors = {name: "D" for name in vector_names(*trees) if name not in VECTORS and name not in defined}
    return Context(
        declared=tuple(declared),
        definitions=tuple(definitions),
        equations=tuple(equations),
        firm=tuple(firm),
        counted=tuple(counted),
        increments=tuple(increments),
        restated=frozenset(restated),
        scales=tuple(scales),
        polynomial=tuple(polynomial),
        standard=_standard(trees),
        root_scaled=any(_is_root_scaled(below) for tree in trees for below in walk(tree)),
        ties=tuple(ties),
        passing=tuple(passing),
        approximations=approximations,
        aliases=_aliases(used, declared, text.source),
        used=tuple(sorted(used & set(SIZE_NAMES), key=lambda name: (SIZE_NAMES[name] != name, name))),
        gaussians=frozenset((kernels & calls) - defined) if gaussian else frozenset(),
        vectors=vectors,
        normals=frozenset(found.group("name") for found in STANDARD_NORMAL.finditer(text.source)),
        lengths=unit_lengths(text),
        laws=laws_in(text.source),
        said=_said_sizes(used, text.source),
        lists=_lists(trees) - {d.what.name for d in declared if isinstance(d.what, Symbol)},
        random_features=bool(
            re.search(r"random[- ](?:fourier[- ])?features?|\brff\b|rahimi", text.source, re.IGNORECASE)
        ),
    )  # fmt: skip


def _lists(trees: Sequence[Expression]) -> frozenset[str]:
    """Names of vectors of numbers: s where softmax(s) stands."""
    return frozenset(
        symbol.name
        for tree in trees
        for below in walk(tree)
        if isinstance(below, (Call, Function)) and _named(below) == "softmax" and len(below.arguments) == 1
        for symbol in symbols(below.arguments[0])
        if symbol.name in {"s", "z", "a", "u", "x", "o", "h"} and not symbol.indices
    )


def _named(node: Call | Function) -> str:
    return node.function.name if isinstance(node, Call) else node.name


NOT_SAID = frozenset({Mood.DENIED, Mood.ATTRIBUTED, Mood.RETRACTED, Mood.ASKED})


Place = tuple[int, int, int, str]


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
        sentence = f"{lead} {clause.sentence if clause is not None else ''}"
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


def _is_member(definition: Definition, earlier: Sequence[tuple[int, Definition]]) -> bool:
    """Whether an equation is about one member, S_N, of what is defined for all of them."""
    return definition.indices == ("N",) and any(
        d.name == definition.name and d.indices != ("N",) and len(d.indices) == 1 for _, d in earlier
    )


def _with_members(formulas: Sequence[Formula]) -> list[Formula]:
    """The formulas with S_N read as the last of S_1, S_2, ... where the text has S_i."""
    families = {
        symbol.name
        for formula in formulas
        if formula.chain is not None
        for part in formula.chain.parts
        for symbol in symbols(part)
        if len(symbol.indices) == 1 and isinstance(symbol.indices[0], Symbol)
    }
    members = {f"{name}_N": Symbol(name, (Symbol("N"),)) for name in families if name in {"S", "Z", "z", "s"}}
    members |= {f"ones_{size}": Symbol("ones", (Symbol(size),)) for size in CANONICAL}
    return [
        replace(
            formula,
            chain=_chain_with(formula.chain, members),
            wide=_chain_with(formula.wide, members),
        )
        for formula in formulas
    ]


def _chain_with(chain: Chain | None, members: Mapping[str, Symbol]) -> Chain | None:
    if chain is None:
        return None

    return with_symbols(chain, lambda symbol: symbol if symbol.indices else members.get(symbol.name, symbol))


def _increment(left: Expression, right: Expression) -> tuple[str, Expression] | None:
    """`S_i = S_{i-1} + X` as ("S", X)."""
    match left, right:
        case Symbol(name, (_,)), Addition(((1, Symbol(other, (_,))), (1, added))) if name == other:
            return name, added
        case _:
            return None


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
    """Whether squared norms are divided by 2σ² wherever they are divided by something with σ."""
    unders = [
        below.under
        for tree in trees
        for below in walk(tree)
        if isinstance(below, Quotient)
        and "sigma" in names(below.under)
        and any(isinstance(part, Norm) for part in walk(below.over))
    ]
    two = Product((Number(Fraction(2)), Power(Symbol("sigma"), Number(Fraction(2)))), ("",))
    return bool(unders) and all(_plain(under) == _plain(two) for under in unders)


def _is_root_scaled(tree: Expression) -> bool:
    """Whether a tree is exp(a b/√D) with vectors a and b."""
    match tree:
        case Function("exp", (Quotient(over, Function("sqrt", (Symbol(size),))),)):
            return size in {"D", "d", "d_k"} and len(names(over)) == 2 and isinstance(over, (Product, Inner))
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
FREQUENCIES = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[A-Za-z])\$?(?:\s+(?:for|be|is|denotes?))?(?:\s+the number of)?\s+(?:independent |i\.i\.d\. )?random (?:Fourier )?(?:frequenc|projection|direction|vector|sample)"
    r"|number of (?:random )?(?:frequencies|projections|directions|random features)\s*(?:is|be|:|=)?\s*\(?\$?(?P<other>[A-Za-z])(?![A-Za-z])"
)


LETTER = r"\$?(?P<{0}>\\ell|ℓ|[A-Za-z](?:_\{{?\w\}}?)?)\$?"
# "n is the number of tokens, h the width of queries and keys, p that of the values, their length is ℓ"
SAID_SIZES = tuple(
    (re.compile(pattern, re.IGNORECASE), canonical)
    for pattern, canonical in (
        (
            r"(?<![A-Za-z\\])"
            + LETTER.format("name")
            + r",? (?:is |be |for |denotes )?(?:the )?(?:number of tokens|sequence length|(?:number|count) of (?:queries|positions|keys))\b",
            "N",
        ),
        (
            r"(?<![A-Za-z\\])"
            + LETTER.format("name")
            + r",? (?:is |be |for |denotes )?(?:the )?(?:width|dimension|size|length|dimensionality) of (?:the |each |a )?(?:quer(?:y|ies)|keys?)\b",
            "D",
        ),
        (
            r"(?<![A-Za-z\\])"
            + LETTER.format("name")
            + r",? (?:is |be |for |denotes )?(?:the )?(?:that|width|dimension|size|length|dimensionality) of (?:the |each |a )?(?:values?|value vectors?)\b",
            "M",
        ),
        (
            r"\bfeature maps?\b[^.]{0,60}\b(?:length|dimension)s? (?:is|be) "
            + LETTER.format("name")
            + r"(?![A-Za-z^_(])",
            "L",
        ),
        (
            r"(?<![A-Za-z\\])"
            + LETTER.format("name")
            + r",? (?:is |be |for |denotes )?(?:the )?(?:length|dimension|number|size) of (?:the |all )?features?(?: vectors?| maps?)?\b",
            "L",
        ),
    )
)


def _said_sizes(used: set[str], source: str) -> dict[str, str]:
    """Letters that the text itself gives to the course's sizes, where the course's own letter isn't used beside them."""
    out: dict[str, str] = {}
    for pattern, canonical in SAID_SIZES:
        names_said = {
            found.group("name").replace("\\", "").replace("ℓ", "ell") for found in pattern.finditer(source)
        }
        names_said -= {"a", "A", "s", canonical}
        if len(names_said) == 1 and canonical not in used:
            out[names_said.pop()] = canonical
    return out


def _aliases(used: set[str], declared: Sequence[Declared], source: str) -> dict[str, str]:
    """Which names of sizes mean the same: d is D unless the document uses both."""
    out = _course_aliases(used, {name for one in declared for size in one.sizes for name in names(size)})
    for found in FREQUENCIES.finditer(source):
        name = found.group("name") or found.group("other")
        if name not in out and name not in {"a", "A", "s"}:
            out[name] = "R"
    said = _said_sizes(used, source)
    # one letter for one size: what the text says replaces what the letter usually means
    out = {name: size for name, size in out.items() if size not in said.values() or name == size} | said
    for declaration in declared:
        for size in declaration.sizes:
            for name in names(size) - set(out):
                if len(name) == 1 and name.isalpha() and name not in {*MATRICES, *VECTORS, "e", "i", "j"}:
                    out[name] = f"own {name}"
    return out


def _course_aliases(used: set[str], in_shapes: set[str]) -> dict[str, str]:
    """The usual names of sizes; where several occur, one that stands in a declared shape has the usual meaning."""
    out: dict[str, str] = {}
    for canonical in CANONICAL:
        mine = [name for name, size in SIZE_NAMES.items() if size == canonical]
        present = sorted((name for name in mine if name in used), key=lambda name: name not in in_shapes)
        main = canonical if canonical in present or not present else present[0]
        out[canonical] = canonical
        for name in mine:
            if name == main or (name.startswith(("D_r", "d_r", "D_R")) and canonical == "R"):
                out[name] = canonical
            elif name in present and len(name) == 1:
                # used beside the canonical name: a size of its own
                out[name] = f"own {name}"
            elif name not in present:
                out[name] = canonical
    return out


def _tie(left: Expression, right: Expression, relation: str) -> tuple[str, Polynomial] | None:
    """`L = 2R`, `M ≈ D`, `L = O(D²)`: a size that grows like others."""
    if relation not in {"=", "~", "sim", "propto", ":="} or not isinstance(left, Symbol) or left.indices:
        return None
    if left.name not in SIZE_LETTERS and not left.name.startswith("c_"):
        return None
    of = right.of if isinstance(right, Growth) else right
    if not names(of) or any(name not in SIZE_LETTERS for name in names(of)) or left.name in names(of):
        return None
    if any(symbol.indices for symbol in symbols(of)):
        return None
    try:
        polynomial = polynomial_of(of, {})
    except Unreadable:
        return None
    return left.name, polynomial


WAY = re.compile(
    r"\b(?P<way>row|column)s?[- ]?(?:vectors?|convention)|(?:vectors?|tokens?) (?:as|are|being) (?:\w+ )?(?P<other>row|column)s\b|\b(?P<token>row|column)s (?:are|hold|stand for) (?:the )?tokens\b|\((?P<again>row|column)s again\)",
    re.I,
)
MATRIX = re.compile(r"\bmatri(?:x|ces)\b|\btranspose[ds]?\b|\bstack\w*", re.I)
VECTORS_ARE = re.compile(r"\bvectors (?:are|as|being) (?:\w+ )?(?:row|column)s?\b", re.I)
IS_SHAPE = re.compile(
    r"(?P<what>\ue000\d+\ue001)\s+(?:is|are|be|has shape|of shape)\s+(?:a |an )?(?P<shape>\ue000\d+\ue001)"
)


PLAIN_IS_SHAPE = re.compile(
    r"(?<![\w)ᵀ])(?P<what>[φψϕ]\([A-Za-z](?:_\{?\w\}?)?\)|[qkvxQKV](?:_\{?[ijnt]\}?))\s+(?:is|are|be|has shape|of shape)\s+(?:a |an )?(?P<shape>\w+ ?× ?\w+)"
)


def every_match(patterns: Sequence[re.Pattern[str]], text: str) -> list[re.Match[str]]:
    """The matches of several patterns in a text."""
    return [found for pattern in patterns for found in pattern.finditer(text)]


def _declared_in_words(text: Text) -> list[Declared]:
    """`queries and keys are row vectors`, `$q_i$ is $1 \\times D$`: orientations that prose declares."""
    out: list[Declared] = []
    for block in text.blocks:
        for found in every_match((IS_SHAPE, PLAIN_IS_SHAPE), block.text):
            what, shape = (text.spelled(found.group(key)).strip("$ ") for key in ("what", "shape"))
            try:
                tree, sizes = read_expression(what), read_sizes(shape)
            except Unreadable:
                continue
            known = (
                isinstance(tree, Symbol)
                and (tree.name in VECTORS or (tree.name in MATRICES and len(tree.indices) == 1))
            ) or (isinstance(tree, Call) and tree.function.name in FEATURE_MAPS)
            if known and len(sizes) == 2 and any(map(_is_one, sizes)):
                out.append(Declared(block.line_at(found.start(), text.formulas), block.section, tree, sizes))
        for sentence in re.split(r"(?<=[.;])\s", block.text):
            way_found = WAY.search(sentence)
            if not way_found or re.search(
                r"\b(?:if|either|whether|or columns?|or rows?|not)\b", sentence, re.I
            ):
                continue
            if re.search(r"\btokens?\b", way_found.group(), re.I) and VECTORS_ARE.search(block.text):
                # "vectors are columns ... the matrices have the tokens as rows" speaks of the matrices' rows
                continue
            if way_found.group("other") and MATRIX.search(sentence[: way_found.start()]):
                # "the matrices hold the transposed vectors as their rows" says nothing of the vectors themselves
                continue
            way = next(group for group in way_found.groups() if group).lower()
            line = block.line_at(block.text.find(sentence), text.formulas)
            chosen = _families_named(text.spelled(sentence[: way_found.end()]))
            for name, size in chosen:
                one, long = Number(Fraction(1)), Symbol(size)
                sizes = (one, long) if way == "row" else (long, one)
                out.append(Declared(line, block.section, Symbol(name, (Symbol("i"),)), sizes))
    return out


def _families_named(words: str) -> list[tuple[str, str]]:
    if re.search(r"\b(?:all|every)\b[^.;]{0,20}(?:vectors?|convention)|^\W*vectors are\b", words, re.I):
        return [("q", "D"), ("k", "D"), ("v", "M"), ("x", "D"), ("phi", "L")]
    if re.search(
        r"\btokens? (?:are|as|being)\b|\b(?:rows|columns) (?:are|hold|stand for) (?:the )?tokens\b",
        words,
        re.I,
    ):
        return [("q", "D"), ("k", "D"), ("v", "M"), ("x", "D")]
    named = []
    if re.search(r"quer|keys?\b|(?<![A-Za-z\\])[qk](?![A-Za-z])|(?<![A-Za-z\\])[QK]_", words):
        named += [("q", "D"), ("k", "D")]
    if re.search(r"values?\b|(?<![A-Za-z\\])v(?![A-Za-z])|(?<![A-Za-z\\])V_", words):
        named.append(("v", "M"))
    if not named and re.search(
        r"\b(?:our|the|treat|write|take|use|here|again|now)\b.{0,40}(?:vectors?|convention|tokens)|^\W*(?:vectors?|tokens?|rows|columns)\b",
        words,
        re.I,
    ):
        named = [("q", "D"), ("k", "D"), ("v", "M"), ("x", "D")]
    return named


PROSE_TIE = re.compile(
    r"(?P<a>[A-Z]|\ue000\d+\ue001)\s+(?:is|being)\s+(?:\w+\s+)?(?:similar to|comparable to|proportional to|of the (?:same )?order of|the same as|equal to|about)\s+(?P<b>[A-Z]|\ue000\d+\ue001)"
)
PLAIN_TIE = re.compile(
    r"(?<![\w^])(?P<a>[NDMLRC])\s*(?P<op>=|~|∼|≈)\s*(?P<b>\d*\s*(?:[NDMLRC]|D_random|D_\{random\})(?:[²2])?)(?![\w(^]|\s*=\s*\d)"
)


def _prose_ties(text: Text) -> list[tuple[int, int, tuple[str, Polynomial]]]:
    out = []
    for block in text.blocks:
        for found in PROSE_TIE.finditer(block.text):
            a, b = (text.spelled(found.group(k)).strip("$ ") for k in ("a", "b"))
            out += _try_tie(a, b, block)
        masked = PLACE.sub(" ", block.text)
        for found in PLAIN_TIE.finditer(masked):
            if re.search(
                r"\b(?:when|if|for|case|whenever|unless|suppose|assuming|at)\s*$",
                masked[: found.start()],
                re.I,
            ):
                continue
            out += _try_tie(found.group("a"), found.group("b"), block)
    return out


def _try_tie(a: str, b: str, block: Block) -> list[tuple[int, int, tuple[str, Polynomial]]]:
    try:
        made = _tie(read_expression(a), read_expression(b), "=")
    except Unreadable:
        return []
    return [(block.line, block.section, made)] if made and made[0] != "N" else []


def with_sigma(setting: Setting, context: Context) -> list[Setting]:
    """The settings in which σ is free, and in which each equation of the text fixes it."""
    return [setting] + [
        replace(setting, equations=(("sigma", left, right),)) for _, left, right in context.equations
    ]
