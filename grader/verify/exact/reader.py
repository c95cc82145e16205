"""A formula's tree -> its exact normal form under one setting."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count

from grader.verify.exact.functions import call_form, function_form, gaussian_form
from grader.verify.exact.moments import moment_form
from grader.verify.exact.normal_form import (
    Node,
    Polynomial,
    Unproved,
    atom,
    constant,
    exponential,
    frozen,
    index,
    index_value,
    letter,
    number_power,
    scaled,
    single,
    thawed,
    times,
    transposed,
)
from grader.verify.exact.sums import series_form
from grader.verify.exact.values import (
    HALF,
    UNIT,
    Bound,
    Entry,
    Value,
    added,
    inner_product,
    multiplied,
    rational,
    scalar,
    whole_power,
)
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Cases,
    Condition,
    Derivative,
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
    Sequence,
    Series,
    Symbol,
    Transpose,
)
from grader.verify.worlds.settings import MATRICES, SIZE_NAMES, VECTORS, Definition, Setting, family_of

LOOSE_INDICES = frozenset("ijltsprca")
DEEPEST = 12


class Reader:
    """Reads trees under one setting and notes what the proof used."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.aliases = SIZE_NAMES if setting.aliases is None else setting.aliases
        self.fresh = count()
        self.deep = 0
        self.solving: set[str] = set()
        self.drawn = ""  # the projection over which an expectation is taken
        self.used: set[str] = set()  # what the proof rests on besides arithmetic
        self.starts_at = 1  # the least index for which the sums that were split have their terms
        self.positive: set[str] = set()  # scalars that are taken to be positive

    def value(self, node: Expression, bound: Bound) -> Value:
        """The normal form of a tree. Raises `Unproved`."""
        match node:
            case Number(value):
                return scalar(constant(value))
            case Symbol():
                return self.symbol(node, bound)
            case Addition(terms):
                total: Value | None = None
                for sign, term in terms:
                    part = self.value(term, bound)
                    part = replace(part, top=scaled(part.top, sign))
                    total = part if total is None else added(total, part)
                if total is None:
                    raise AssertionError("an addition has terms")
                return total
            case Product(factors, joins):
                result = self.value(factors[0], bound)
                for factor, join in zip(factors[1:], joins, strict=True):
                    result = multiplied(result, self.value(factor, bound), join)
                return result
            case Quotient(over, under):
                below = self.value(under, bound)
                if not below.is_scalar:
                    raise Unproved("something is divided by a vector")
                return multiplied(self.value(over, bound), scalar(below.under, below.top), "")
            case Power(base, exponent):
                return self.power(base, exponent, bound)
            case Transpose(of):
                inner = self.value(of, bound)
                if inner.loose or inner.is_scalar:
                    return inner
                return Value(transposed(inner.top), inner.under, inner.columns, inner.rows)
            case Norm(of):
                inner = self.value(of, bound)
                if inner.is_scalar:
                    return function_form(self, "abs", [inner])
                return self.root(self.squared_norm(of, bound), HALF)
            case Inner(left, right):
                return inner_product(self.value(left, bound), self.value(right, bound))
            case Series():
                return series_form(self, node, bound)
            case Function(name, arguments):
                return function_form(self, name, [self.value(argument, bound) for argument in arguments])
            case Call(function, arguments):
                return call_form(self, function, arguments, bound)
            case Moment(kind, of):
                return moment_form(self, kind, of, bound)
            case Sequence() | Growth() | Derivative() | Condition() | Cases():
                raise Unproved("no normal form is made of this")

    def squared_norm(self, of: Expression, bound: Bound) -> Value:
        inner = self.value(of, bound)
        if inner.is_scalar:
            return multiplied(inner, inner, "")
        if "1" not in (inner.rows, inner.columns):
            raise Unproved("the norm of a matrix")
        return inner_product(inner, inner)

    def power(self, base: Expression, exponent: Expression, bound: Bound) -> Value:
        power = rational(self.value(exponent, bound))
        if isinstance(base, Norm) and power.denominator == 1 and power.numerator % 2 == 0:
            squared = self.squared_norm(base.of, bound)
            return whole_power(squared, power.numerator // 2)
        value = self.value(base, bound)
        if value.loose and power == 2:
            return inner_product(value, value)
        if not value.is_scalar:
            raise Unproved("a power of a vector or matrix")
        if power.denominator == 1:
            return whole_power(value, power.numerator)
        return self.root(value, power)

    def root(self, value: Value, power: Fraction) -> Value:
        """A power that is not whole. Every factor has to be positive."""
        if value.under != UNIT:
            over, under = self.root(scalar(value.top), power), self.root(scalar(value.under), power)
            return multiplied(over, scalar(under.under, under.top), "")
        only = single(value.top)
        if only is not None and all(self.is_positive(key) for key, _ in only[0][2]):
            (_, _, atoms, exponent, _), coefficient = only
            out = times(number_power(coefficient, power), exponential(scaled(thawed(exponent), power)))
            for key, own in atoms:
                out = times(out, atom_power(key, own * power))
            return scalar(out)
        if power <= 0:
            below = self.root(value, -power)
            return scalar(below.under, below.top)
        return scalar(atom(("base", frozen(value.top)), power))

    def is_positive(self, key: Node) -> bool:
        """Whether a factor is positive by what it is; scalars of the text are taken to be, and noted."""
        match key[0]:
            case "size":
                return True
            case "index":
                if key[1][1] in LOOSE_INDICES - set("ijlt"):
                    self.positive.add(key[1][1])
                return True
            case "number":
                return bool(key[1] > 0)
            case "word":
                return len(key[1]) == 2 and _same_vector(*key[1])
            case "scalar":
                self.positive.add(key[1])
                return True
            case "called":
                return key[1] in {"sim", "kappa"}
            case _:
                return False

    def symbol(self, node: Symbol, bound: Bound) -> Value:
        name = node.name
        if name == self.drawn:
            return self.oriented(letter(("drawn", name), "D", "1"), "D", name)
        if not node.indices:
            if name in bound:
                found = bound[name]
                if isinstance(found, Value):
                    return found
                if isinstance(found, Entry):
                    return scalar(atom(("index", index(found.name))))
                return scalar(index_value(found))
            if name == "e":
                return scalar(exponential(UNIT))
            if name == "pi":
                return scalar(atom(("scalar", "π")))
            if name == "infinity":
                raise Unproved("infinity")
        definition = self.setting.definitions.get(name)
        if (
            definition is not None
            and not definition.parameters
            and len(definition.indices) == len(node.indices)
        ):
            return self.defined(definition, node.indices, (), bound)
        if name in self.setting.lists or (name == "delta" and len(node.indices) == 2):
            raise Unproved(f"{name} is a list or a Kronecker symbol")
        solved = self.from_equation(name) if not node.indices else None
        if solved is not None:
            return solved
        declared = self.setting.shapes.get(name)
        if declared is not None and name not in self.setting.definitions:
            return self.declared(node, declared, bound)
        if name == "ones":
            where = self.where(node.indices[0], bound) if node.indices else index("size:N")
            return Value(letter(("ones",), _dimension(where), "1"), UNIT, _dimension(where))
        return self.undeclared(node, bound)

    def undeclared(self, node: Symbol, bound: Bound) -> Value:
        """A symbol with the course's own shape."""
        name = node.name
        entries, tokens = self.indices(node, bound)
        shape = self.shape_of(name)
        if shape == () or name in self.setting.scalars:
            return self.plain_scalar(node, entries, tokens, bound)
        if len(shape) == 2:
            return self.matrix(node, shape, entries, tokens)
        family = name.upper() if tokens and name.upper() in MATRICES else name
        key: Node = ("vector", family, tuple(tokens))
        if len(tokens) > 1 or len(entries) > 1:
            raise Unproved(f"the indices of {name} are not covered")
        if entries:
            if entries[0].size != shape[0]:
                raise Unproved("an entry of another size")
            return scalar(atom(("entry", key, index(entries[0].name))))
        return self.oriented(letter(key, shape[0], "1"), shape[0], name)

    def indices(self, node: Symbol, bound: Bound) -> tuple[list[Entry], list[Node]]:
        """The entries and the tokens among a symbol's indices."""
        entries: list[Entry] = []
        tokens: list[Node] = []
        for one in node.indices:
            found = bound.get(one.name) if isinstance(one, Symbol) and not one.indices else None
            if isinstance(found, Entry):
                entries.append(found)
            elif isinstance(one, Symbol) and self.setting.loose_indices and one.name not in bound:
                continue
            else:
                tokens.append(self.where(one, bound))
        return entries, tokens

    def plain_scalar(self, node: Symbol, entries: list[Entry], tokens: list[Node], bound: Bound) -> Value:
        name = node.name
        if name in self.aliases and not node.indices and name not in self.setting.scalars:
            size = self.aliases[name]
            tie = self.setting.sizes.get(size)
            return self.value(tie, {}) if tie is not None else scalar(atom(("size", size)))
        if not node.indices and name in LOOSE_INDICES | {"n", "m"}:
            return scalar(index_value(index(name)))
        if name in self.setting.gaussians and len(tokens) + len(node.indices) >= 2:
            left, right = (Symbol("q", node.indices[:1]), Symbol("k", node.indices[1:2]))
            return gaussian_form(self, self.value(left, bound), self.value(right, bound), bound)
        return scalar(atom(("scalar", name, tuple(tokens), tuple(index(entry.name) for entry in entries))))

    def matrix(self, node: Symbol, shape: tuple[str, ...], entries: list[Entry], tokens: list[Node]) -> Value:
        rows, columns = shape
        if not tokens and not entries and (not node.indices or not self.setting.loose_indices):
            self.used.add("matrix")
            return Value(letter(("matrix", node.name), rows, columns), UNIT, rows, columns)
        if len(tokens) == 1 and not entries:
            key: Node = ("vector", node.name, tuple(tokens))
            return self.oriented(letter(key, columns, "1"), columns, node.name)
        if len(tokens) == 1 and len(entries) == 1 and entries[0].size == columns:
            return scalar(atom(("entry", ("vector", node.name, tuple(tokens)), index(entries[0].name))))
        if not tokens and not entries:
            return self.oriented(letter(("vector", node.name, ()), columns, "1"), columns, node.name)
        raise Unproved(f"the indices of {node.name} are not covered")

    def declared(self, node: Symbol, sizes: tuple[Expression, ...], bound: Bound) -> Value:
        """A symbol whose shape the text declares."""
        entries, tokens = self.indices(node, bound)
        if (
            len(sizes) == 1
            and self.shape_of(node.name)
            and self.dimension(sizes[0]) == self.shape_of(node.name)[-1]
        ):
            return self.undeclared(node, bound)
        if len(sizes) != 2 or entries:
            raise Unproved(f"the shape of {node.name} is not covered")
        rows, columns = ("1" if isinstance(s, Number) else self.dimension(s) for s in sizes)
        if isinstance(sizes[0], Number) and sizes[0].value != 1:
            raise Unproved("a size that is a number")
        if isinstance(sizes[1], Number) and sizes[1].value != 1:
            raise Unproved("a size that is a number")
        if "1" in (rows, columns):
            family = node.name.upper() if tokens and node.name.upper() in MATRICES else node.name
            if len(tokens) > 1:
                raise Unproved(f"the indices of {node.name} are not covered")
            key: Node = ("vector", family, tuple(tokens))
            long = rows if columns == "1" else columns
            column = letter(key, long, "1")
            return Value(column if columns == "1" else transposed(column), UNIT, rows, columns)
        if not tokens:
            self.used.add("matrix")
            return Value(letter(("matrix", node.name), rows, columns), UNIT, rows, columns)
        if len(tokens) == 1:
            return self.oriented(
                letter(("vector", node.name, tuple(tokens)), columns, "1"), columns, node.name
            )
        raise Unproved(f"the indices of {node.name} are not covered")

    def dimension(self, size: Expression) -> str:
        """A declared size as a name: equal names are equal sizes."""
        value = self.value(size, {})
        only = single(value.top)
        if value.under == UNIT and only is not None and len(only[0][2]) == 1 and only[1] == 1:
            key, power = only[0][2][0]
            if key[0] == "size" and power == 1:
                return str(key[1])
        return repr((frozen(value.top), frozen(value.under)))

    def shape_of(self, name: str) -> tuple[str, ...]:
        if name in self.setting.scalars:
            return ()
        if name in self.setting.vectors:
            return (self.setting.vectors[name],)
        plain = name.rstrip("'")
        if plain in VECTORS:
            return (VECTORS[plain],)
        return MATRICES.get(plain, ())

    def oriented(self, column: Polynomial, size: str, name: str) -> Value:
        way = self.setting.orientations.get(family_of(name), "loose")
        if way == "row":
            return Value(transposed(column), UNIT, "1", size)
        return Value(column, UNIT, size, "1", loose=way != "column")

    def where(self, node: Expression, bound: Bound) -> Node:
        """An index: a name and a whole offset."""
        match node:
            case Number(value) if value.denominator == 1:
                return index("", value.numerator)
            case Symbol(name, ()):
                found = bound.get(name)
                if isinstance(found, tuple):
                    return found
                if found is not None:
                    raise Unproved("an index that is no whole number")
                if name in LOOSE_INDICES or name not in self.aliases:
                    return index(name)
                return index(f"size:{self.aliases[name]}")
            case Addition(terms):
                offset, base = 0, ""
                for sign, term in terms:
                    part = self.where(term, bound)
                    if part[1] and (base or sign < 0):
                        raise Unproved("an index with several names")
                    base = base or part[1]
                    offset += sign * part[2]
                return index(base, offset)
            case _:
                raise Unproved("an index that is not covered")

    def defined(
        self,
        definition: Definition,
        indices: tuple[Expression, ...],
        arguments: tuple[Value, ...],
        bound: Bound,
    ) -> Value:
        inner: dict[str, Value | Node | Entry] = {}
        for formal, one in zip(definition.indices, indices, strict=True):
            if formal in definition.numbers:
                inner[formal] = self.value(one, bound)
                continue
            here = self.where(one, bound)
            if formal.isdigit():
                if here != index("", int(formal)):
                    raise Unproved(f"{definition.name} is defined at {formal} only")
            elif not self.setting.loose_indices:
                inner[formal] = here
        inner |= dict(zip(definition.parameters, arguments, strict=True))
        visible = {**{key: v for key, v in bound.items() if key not in definition.parameters}, **inner}
        self.deep += 1
        if self.deep > DEEPEST:
            raise Unproved(f"the definition of {definition.name} leads back to itself")
        try:
            return self.value(definition.body, visible)
        finally:
            self.deep -= 1

    def from_equation(self, name: str) -> Value | None:
        """A scalar that the text fixes by an equation in which it stands as a power."""
        if name in self.solving:
            return None
        for unknown, left, right in self.setting.equations:
            if unknown != name:
                continue
            self.solving.add(name)
            try:
                sides = self.value(left, {}), self.value(right, {})
            finally:
                self.solving.discard(name)
            ratio = multiplied(sides[0], scalar(sides[1].under, sides[1].top), "")
            only = single(ratio.top)
            key: Node = ("scalar", name, (), ())
            if only is None or ratio.under != UNIT or only[0][3] != ("P",):
                raise Unproved(f"the equation for {name} is not solved")
            powers = dict(only[0][2])
            if key not in powers:
                continue
            own = powers.pop(key)
            rest = times(constant(only[1]), {("T", (), tuple(powers.items()), ("P",), ()): Fraction(1)})
            self.used.add("equation")
            return self.root(scalar(rest), -1 / own)
        return None


def atom_power(key: Node, power: Fraction) -> Polynomial:
    """An atom to a rational power."""
    return number_power(Fraction(key[1]), power) if key[0] == "number" else atom(key, power)


def _same_vector(first: Node, second: Node) -> bool:
    return bool(first[1] == second[1]) and first[0] != second[0] and first[2] == "1"


def _dimension(where: Node) -> str:
    return str(where[1][5:]) if where[1].startswith("size:") and not where[2] else repr(where)
