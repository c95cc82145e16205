"""What a text says of its symbols, and the setting that holds at a line of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product as every

from grader.verify.grammar.syntax import (
    Call,
    Expression,
    Norm,
    Number,
    Product,
    Series,
    Symbol,
    Transpose,
    names,
    rewritten,
    walk,
)
from grader.verify.scope.bandwidths import NO_BANDWIDTH, Bandwidth
from grader.verify.scope.declarations import Declared, declared_name
from grader.verify.scope.growth import Polynomial, Ties
from grader.verify.scope.polynomial import Listed
from grader.verify.scope.unit_vectors import UnitLength
from grader.verify.worlds.laws import Spread
from grader.verify.worlds.settings import (
    FEATURE_MAPS,
    MATRICES,
    SIZE_NAMES,
    VECTORS,
    Definition,
    Setting,
    family_of,
)


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
    running: tuple[Definition, ...] = ()  # those steps as sums: S_i = Σ_{j≤i} X_j
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
    listed: tuple[tuple[int, Listed], ...] = ()  # maps of polynomials, entry by entry: (line, map)
    root_scaled: bool = False  # the text has exp(q·k/√D)
    standard: bool = False  # every Gaussian of the text has 2σ² under ‖·‖²
    used: tuple[str, ...] = ()  # the names of sizes that occur
    laws: frozenset[Spread | None] = frozenset()  # of the random directions
    unsaid: frozenset[str] = (
        frozenset()
    )  # defined only where the text is read as denying or quoting something
    bandwidth: Bandwidth = NO_BANDWIDTH  # what σ is in the text's Gaussian kernel
    spread: Spread = Spread.INVERSE  # the one that is used
    lengths: tuple[UnitLength, ...] = ()
    value_width: bool = True  # whether the values have a width apart from that of the keys
    names_values: bool = True  # whether it has a letter or a word for the width of its values
    feature_ways: tuple[
        tuple[int, str], ...
    ] = ()  # φ(q)ᵀφ(k) has features as columns: (line, "row" or "column")
    direction_way: str = ""  # whether W holds the random directions as its rows ("row") or as its columns
    units: frozenset[str] = frozenset()  # vectors that are read as of length one
    doubles_features: bool = (
        False  # it says that the features are twice as many as the directions, and no other map
    )
    multiplies_sums: bool = False  # the text multiplies features with S, and so S is their sum
    size_letters: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # letters of batches, images and neighbours: what they may count
    scales: tuple[
        tuple[int, Fraction], ...
    ] = ()  # of the maps of sines and cosines: (line, R times the factor squared)

    def setting_at(self, line: int, *, free_sigma: bool = True, distinct: bool = False) -> Setting:
        """What holds on a line: the latest declaration and definition before it, else the first after."""
        chosen: dict[str, Definition] = {}
        for name in {definition.name for _, definition in self.definitions}:
            mine = sorted((d for _, d in self.definitions if d.name == name), key=lambda d: d.line)
            place = bisect_right([d.line for d in mine], line)
            if not place and any(step == name and at <= line for at, step, _ in self.increments):
                # built step by step until here; what a later line makes of the name is another sum
                continue
            if not place and name in FEATURE_MAPS:
                # any map until a later line chooses one
                continue
            chosen[name] = mine[place - 1] if place else mine[0]
        for name in VECTORS:
            # a difference has no name of its own: δ is what the text says
            if (
                name in chosen
                and name != "delta"
                and not _is_of_norms(chosen[name].body)
                and not any(isinstance(below, Series) for below in walk(chosen[name].body))
            ):
                del chosen[name]
        if "phi" in chosen and self.has_waves(chosen["phi"].line, line):
            # the text has gone on to the map of sines and cosines
            del chosen["phi"]
        orientations: dict[str, str] = {}
        shapes: dict[str, tuple[Expression, ...]] = {}
        for declaration in self.declared:
            name = declared_name(declaration.what)
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
        # n in R^d is the negative's embedding there, not the number of tokens
        long = {name: declared[0] for name, declared in shapes.items() if len(declared) == 1}
        named = {
            name: self.aliases[length.name]
            for name, length in long.items()
            if name not in {*VECTORS, *MATRICES}
            and isinstance(length, Symbol)
            and length.name in self.aliases
        }
        aliases = {name: size for name, size in self.aliases.items() if name not in named}
        return Setting(
            definitions=chosen, vectors={**self.vectors, **named}, equations=() if free_sigma else equations,
            orientations=orientations, gaussians=self.gaussians, aliases=aliases, shapes=shapes, distinct=distinct,
            random_features=self.random_features, lists=self.lists, normals=self.normals, units=self.units,
            spread=self.spread, law_said=bool(self.laws), running=self._running_at(line),
        )  # fmt: skip

    def _running_at(self, line: int) -> dict[str, Definition]:
        """The running sums by their latest steps before a line, else by their first after it."""
        found: dict[str, Definition] = {}
        for one in self.running:
            if one.line <= line or one.name not in found:
                found[one.name] = one
        return found

    @property
    def tokens_are_rows(self) -> bool:
        """Whether the text declares Q, K, V or X with the tokens as its rows."""
        return any(
            isinstance(one.what, Symbol)
            and one.what.name in {"Q", "K", "V", "X"}
            and len(one.sizes) == 2
            and isinstance(one.sizes[0], Symbol)
            and self.aliases.get(one.sizes[0].name) == "N"
            for one in self.declared
        )

    @property
    def tokens_are_columns(self) -> bool:
        """Whether the text declares a matrix with the tokens as its columns: the scores may then be KᵀQ."""
        return any(
            isinstance(one.what, Symbol)
            and not one.what.indices
            and len(one.sizes) == 2
            and isinstance(one.sizes[1], Symbol)
            and self.aliases.get(one.sizes[1].name) == "N"
            and not (isinstance(one.sizes[0], Symbol) and self.aliases.get(one.sizes[0].name) == "N")
            for one in self.declared
        )

    def feature_way(self, line: int) -> str:
        """Whether feature vectors are rows or columns: as declared, else as they are multiplied, else as queries are.

        Empty where the text says nothing or both.
        """
        declared = self.setting_at(line).orientations
        if "phi" in declared:
            return declared["phi"]
        used = {way for _, way in self.feature_ways}
        return next(iter(used)) if len(used) == 1 else "" if used else declared.get("q", "")

    def has_waves(self, since: int, line: int) -> bool:
        """Whether the document gives a map of sines and cosines after one line and not after another."""
        return any(since < where <= line for where, _ in self.scales)

    def scale_at(self, line: int) -> Fraction | None:
        """The scale of the latest map of sines and cosines that the document gives."""
        return next((scale for where, scale in reversed(self.scales) if where <= line), None)

    def listed_at(self, line: int) -> Listed | None:
        """The latest map that is written out entry by entry, if no map of sines and cosines comes after it."""
        known = [(where, found) for where, found in self.listed if where <= line]
        return known[-1][1] if known and not self.has_waves(known[-1][0], line) else None

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

    def in_general(self) -> Context | None:
        """The context without the numbers that an example gives to what a formula defines: β = 1/√D, then β = 1/2.

        None where there are no such numbers.
        """
        general = {d.name: d.line for _, d in reversed(self.definitions) if names(d.body)}
        kept = tuple(
            (section, d)
            for section, d in self.definitions
            if names(d.body) or not general.get(d.name, d.line) < d.line
        )
        return replace(self, definitions=kept) if len(kept) < len(self.definitions) else None

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


def _is_of_norms(body: Expression) -> bool:
    """Whether a formula is a number made of vectors' lengths, whatever letter it is given."""
    return any(isinstance(below, Norm) for below in walk(body)) and not (
        names(rewritten(body, lambda node: Number(Fraction(1)) if isinstance(node, Norm) else None))
        & {*VECTORS, *MATRICES}
    )


Place = tuple[int, int, int, str]


def with_sigma(setting: Setting, context: Context) -> list[Setting]:
    """The settings in which σ is free, and in which each equation of the text fixes it."""
    # what ties σ to a size is tried last, and so shown: the numbers of examples are one case of it
    told = sorted(((left, right) for _, left, right in context.equations), key=_ties_to_size)
    return [setting, *(replace(setting, equations=(("sigma", left, right),)) for left, right in told)]


def _ties_to_size(equation: tuple[Expression, Expression]) -> bool:
    return any(names(side) - {"sigma"} for side in equation)
