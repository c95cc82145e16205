"""A formula's tree -> its exact normal form, under the same conventions as the numeric worlds; proofs of equations.

What `worlds.World` evaluates with random numbers is read here with letters instead: a vector is a formal vector, an
index is any index, a size any size. Two sides with one normal form are equal in every world (Gram's normal form for
inner products; sums split at their last term; sines and cosines as complex exponentials; moments of normal projections
by their characteristic function). Whatever is not covered raises `Unproved`, and the worlds alone decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

from grader.verify.laws import Spread
from grader.verify.normal_form import (
    IMAGINARY,
    Node,
    Polynomial,
    Unproved,
    atom,
    constant,
    exponential,
    frozen,
    index,
    index_value,
    inverse,
    letter,
    mentions,
    number_power,
    plus,
    replaced,
    scaled,
    single,
    summed,
    thawed,
    times,
    to_the,
    transposed,
)
from grader.verify.syntax import (
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
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.worlds import (
    FEATURE_MAPS,
    GAUSSIANS,
    MATRICES,
    POSITIVE_FUNCTIONS,
    SIZE_NAMES,
    VECTORS,
    Definition,
    Setting,
    family_of,
    runs_over_coordinates,
)

LOOSE_INDICES = frozenset("ijltsprca")
MOST_TERMS_WRITTEN_OUT = 12
DEEPEST = 12
HALF = Fraction(1, 2)
RANDOM_MAPS = frozenset({"phi", "phi_random", "phi_rand", "z", "psi"})  # as in `World.feature_product`


@dataclass(frozen=True)
class Value:
    """A quantity `top / under` with the shape rows × columns; `loose` vectors have no orientation."""

    top: Polynomial
    under: Polynomial
    rows: str = "1"
    columns: str = "1"
    loose: bool = False

    @property
    def is_scalar(self) -> bool:
        return self.rows == self.columns == "1"


@dataclass(frozen=True)
class Entry:
    """An index that runs over the entries of vectors of one size."""

    name: str
    size: str


Bound = Mapping[str, "Value | Node | Entry"]
UNIT = constant(1)


def scalar(top: Polynomial, under: Polynomial | None = None) -> Value:
    """A number; a single term below goes above."""
    if under is None or under == UNIT:
        return Value(top, UNIT)
    if not under:
        raise Unproved("a division by zero")
    turned = inverse(under)
    return Value(top, under) if turned is None else Value(times(top, turned), UNIT)


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

    # -- expressions -------------------------------------------------------------------------------------------

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
                    return self.function("abs", [inner])
                return self.root(self.squared_norm(of, bound), HALF)
            case Inner(left, right):
                return inner_product(self.value(left, bound), self.value(right, bound))
            case Series():
                return self.series(node, bound)
            case Function(name, arguments):
                return self.function(name, [self.value(argument, bound) for argument in arguments])
            case Call(function, arguments):
                return self.call(function, arguments, bound)
            case Moment(kind, of):
                return self.moment(kind, of, bound)
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

    # -- symbols -----------------------------------------------------------------------------------------------

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
            return self.gaussian(self.value(left, bound), self.value(right, bound), bound)
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

    # -- sums --------------------------------------------------------------------------------------------------

    def series(self, node: Series, bound: Bound) -> Value:
        entry = runs_over_coordinates(node, {k: v for k, v in bound.items() if isinstance(v, int)})
        name = f"{node.index}~{next(self.fresh)}"
        if entry:
            return self.over_entries(node, name, bound)
        low = index("", 1) if node.low is None else self.where(node.low, bound)
        if node.high is None:
            if node.index not in {"i", "j", "n", "m", "l", "t", "s"}:
                raise Unproved("a sum without bounds")
            high = index("size:N")
        else:
            high = self.where(node.high, bound)
        body = self.value(node.body, {**bound, node.index: index(name)})
        if node.kind != "sum":
            body = logarithm_of_product(body)
        if mentions(frozen(body.under), name):
            raise Unproved("a sum over quotients")
        total = self.between(body.top, name, low, high)
        out = replace(body, top=total)
        return out if node.kind == "sum" else scalar(exponential(total))

    def between(self, body: Polynomial, name: str, low: Node, high: Node) -> Polynomial:
        """Σ from `low` to `high` by sums that start at 1 and end at a name."""
        if not low[1] and not high[1]:
            if high[2] - low[2] >= MOST_TERMS_WRITTEN_OUT:
                raise Unproved("a sum with too many terms to write out")
            out: Polynomial = {}
            for place in range(low[2], high[2] + 1):
                out = plus(out, replaced(body, {name: index("", place)}))
            return out
        if low[1]:
            # from i + 1 to N: all up to N without those up to i
            self.used.add("peeled")
            upper = self.between(body, name, index("", 1), high)
            return plus(upper, self.between(body, name, index("", 1), index(low[1], low[2] - 1)), -1)
        if not -3 <= high[2] <= MOST_TERMS_WRITTEN_OUT or not -3 <= low[2] <= 2:
            raise Unproved("a sum whose bounds are not covered")
        last = index(high[1])
        out = summed(body, name, last, index_value(last))
        for place in range(1, high[2] + 1):
            out = plus(out, replaced(body, {name: index(high[1], place)}))
        for place in range(high[2] + 1, 1):
            out = plus(out, replaced(body, {name: index(high[1], place)}), -1)
        if high[2] < -1:
            self.starts_at = max(self.starts_at, -high[2])
        if high[2]:
            self.used.add("peeled")
        for place in range(low[2], 1):
            out = plus(out, replaced(body, {name: index("", place)}))
        if low[2] == 2:
            out = plus(out, replaced(body, {name: index("", 1)}), -1)
        return out

    def over_entries(self, node: Series, name: str, bound: Bound) -> Value:
        """Σ_d q_d k_d is the inner product; other sums over all entries stay sums."""
        low = index("", 1) if node.low is None else self.where(node.low, bound)
        if low != index("", 1):
            raise Unproved("a sum over some of the entries")
        if node.high is None:
            sizes = {
                self.shape_of(below.name)[-1]
                for below in walk(node.body)
                if isinstance(below, Symbol) and self.shape_of(below.name)
            }
            if len(sizes) != 1:
                raise Unproved("a sum without bounds")
            size = sizes.pop()
        else:
            where = self.where(node.high, bound)
            if where[2] or not where[1].startswith("size:"):
                raise Unproved("a sum over some of the entries")
            size = where[1][5:]
        body = self.value(node.body, {**bound, node.index: Entry(name, size)})
        if node.kind != "sum":
            body = logarithm_of_product(body)
        if not body.is_scalar or mentions(frozen(body.under), name):
            raise Unproved("a sum over quotients")
        total: Polynomial = {}
        for term, value in body.top.items():
            _, sums, atoms, exponent, word = term
            mine = [(key, power) for key, power in atoms if mentions(key, name)]
            if sum(power for _, power in mine) == 2 and all(key[0] == "entry" for key, _ in mine):
                if mentions(exponent, name) or mentions(sums, name):
                    raise Unproved("a sum over entries inside a function")
                keys = [key[1] for key, power in mine for _ in range(int(power))]
                rest = tuple(pair for pair in atoms if pair not in mine)
                product = times(transposed(letter(keys[0], size, "1")), letter(keys[1], size, "1"))
                made: Polynomial = {("T", sums, rest, exponent, word): value}
                total = plus(total, times(made, product))
            else:
                last = index(f"size:{size}")
                total = plus(total, summed({term: value}, name, last, index_value(last)))
        out = replace(body, top=total)
        return out if node.kind == "sum" else scalar(exponential(total))

    # -- functions ---------------------------------------------------------------------------------------------

    def function(self, name: str, values: list[Value]) -> Value:
        if any(not value.is_scalar for value in values):
            raise Unproved(f"{name} of a vector")
        first = values[0]
        if name == "exp" and first.under == UNIT:
            return scalar(exponential(first.top))
        if name == "sqrt":
            return self.root(first, HALF)
        if name == "log":
            return self.logarithm(first)
        if name in {"sin", "cos"} and first.under == UNIT:
            self.used.add("complex")
            forward = exponential(times(atom(IMAGINARY, HALF), first.top))
            backward = exponential(scaled(times(atom(IMAGINARY, HALF), first.top), -1))
            if name == "cos":
                return scalar(scaled(plus(forward, backward), HALF))
            return scalar(scaled(times(atom(IMAGINARY, HALF), plus(forward, backward, -1)), -HALF))
        if name == "positive_part" and len(values) == 1:
            name, values = "max", [first, scalar({})]
        keys = tuple((frozen(value.top), frozen(value.under)) for value in values)
        if name in {"max", "min"}:
            keys = tuple(sorted(keys, key=repr))
        return scalar(atom(("function", name, keys)))

    def logarithm(self, value: Value) -> Value:
        if value.under != UNIT:
            over, under = self.logarithm(scalar(value.top)), self.logarithm(scalar(value.under))
            return added(over, replace(under, top=scaled(under.top, -1)))
        only = single(value.top)
        if only is None:
            if not self.all_positive(value.top):
                raise Unproved("the logarithm of a difference")
            return scalar(atom(("function", "log", frozen(value.top))))
        (_, _, atoms, exponent, _), coefficient = only
        if coefficient <= 0 or not all(self.is_positive(key) for key, _ in atoms):
            raise Unproved("the logarithm of what may be negative")
        out = thawed(exponent)
        for key, power in (*number_atoms(coefficient), *atoms):
            out = plus(out, scaled(atom(("function", "log", key)), power))
        return scalar(out)

    def all_positive(self, one: Polynomial) -> bool:
        return all(
            value > 0 and not term[4] and all(self.is_positive(key) for key, _ in term[2])
            for term, value in one.items()
        )

    def call(self, function: Symbol, arguments: tuple[Expression, ...], bound: Bound) -> Value:
        definition = self.setting.definitions.get(function.name)
        values = tuple(self.value(argument, bound) for argument in arguments)
        if (
            definition is not None
            and len(definition.parameters) == len(values)
            and len(definition.indices) == len(function.indices)
        ):
            return self.defined(definition, function.indices, values, bound)
        name = function.name
        if name in GAUSSIANS | self.setting.gaussians and len(values) == 2:
            return self.gaussian(*values, bound)
        if function.indices and not self.setting.loose_indices:
            raise Unproved(f"{name} with an index")
        keys = tuple(
            (frozen(_as_column(value).top), frozen(value.under), *sorted((value.rows, value.columns)))
            for value in values
        )
        if name in FEATURE_MAPS and len(values) == 1 and not values[0].is_scalar:
            key: Node = ("called", name, keys)
            if "1" in (values[0].rows, values[0].columns):
                return self.oriented(letter(key, "L", "1"), "L", name)
            key = (*key, values[0].rows)
            return Value(letter(key, values[0].rows, "L"), UNIT, values[0].rows, "L")
        if name in POSITIVE_FUNCTIONS and 1 <= len(values) <= 3:
            return scalar(atom(("called", name, keys)))
        raise Unproved(f"the function {name} is not defined")

    def gaussian(self, left: Value, right: Value, bound: Bound) -> Value:
        difference = added(
            _as_column(left), replace(_as_column(right), top=scaled(_as_column(right).top, -1))
        )
        sigma = self.symbol(Symbol("sigma"), bound)
        squared = multiplied(inner_product(difference, difference), scalar(constant(-HALF)), "")
        variance = multiplied(sigma, sigma, "")
        return self.function("exp", [multiplied(squared, scalar(variance.under, variance.top), "")])

    # -- expectations ------------------------------------------------------------------------------------------

    def moment(self, kind: str, of: Expression, bound: Bound) -> Value:
        """E or Var over one projection w ~ N(0, I/σ²), by E[exp(wᵀu)] = exp(uᵀu/(2σ²)), for complex u too."""
        if any(symbol.name in self.setting.normals for symbol in symbols(of)):
            raise Unproved("an expectation over a number")
        if self.setting.spread is not Spread.INVERSE:
            raise Unproved("another law than N(0, I/σ²)")
        drawn = {symbol.name for symbol in symbols(of) if symbol.name in {"w", "omega"}}
        if not drawn and self.setting.random_features:
            return self.feature_moment(kind, of, bound)
        if len(drawn) != 1 or self.drawn:
            raise Unproved("what the expectation is taken over is not clear")
        sigma = self.symbol(Symbol("sigma"), bound)
        self.drawn = drawn.pop()
        try:
            value = self.value(of, bound)
        finally:
            self.drawn = ""
        if not value.is_scalar or value.under != UNIT:
            raise Unproved("the expectation of a quotient")
        variance = multiplied(sigma, sigma, "")
        half = multiplied(scalar(constant(HALF)), scalar(variance.under, variance.top), "")
        if half.under != UNIT:
            raise Unproved("a variance with several terms")
        self.used.add("moment")
        first = expected(value.top, half.top)
        if kind == "E":
            return scalar(first)
        second = expected(times(value.top, value.top), half.top)
        return scalar(plus(second, times(first, first), -1))

    def feature_moment(self, kind: str, of: Expression, bound: Bound) -> Value:
        """E or Var of φ(q)ᵀφ(k) for R random Fourier features (Rahimi and Recht 2007)."""
        match of:
            case Inner(Call() as left, Call() as right):
                pass
            case Product(
                (
                    Transpose(Call() as left) | (Call() as left),
                    Transpose(Call() as right) | (Call() as right),
                ),
                _,
            ):
                pass
            case _:
                raise Unproved("what the expectation is taken over is not clear")
        same = left.function.name == right.function.name and left.function.name in RANDOM_MAPS
        if not same or left.function.name in self.setting.definitions:
            raise Unproved("what the expectation is taken over is not clear")
        if len(left.arguments) != 1 or len(right.arguments) != 1:
            raise Unproved("a feature map of several arguments")
        kernel = self.gaussian(
            self.value(left.arguments[0], bound), self.value(right.arguments[0], bound), bound
        )
        self.used.add("theorem")
        if kind == "E":
            return kernel
        rest = added(
            scalar(UNIT), replace(whole_power(kernel, 2), top=scaled(whole_power(kernel, 2).top, -1))
        )
        count_ = scalar(scaled(atom(("size", "R"), -1), HALF))
        return multiplied(whole_power(rest, 2), count_, "")


# -- values --------------------------------------------------------------------------------------------------------


def expected(one: Polynomial, half_variance: Polynomial) -> Polynomial:
    """The expectation of a sum of exponentials that are linear in the drawn vector."""
    out: Polynomial = {}
    for term, value in one.items():
        _, sums, atoms, exponent, word = term
        if _has_drawn(atoms) or _has_drawn(word) or sums:
            raise Unproved("an expectation of something else than exponentials")
        rest: Polynomial = {}
        linear: list[tuple[Polynomial, Polynomial]] = []  # coefficient, vector
        for inside, c in thawed(exponent).items():
            if not _has_drawn(inside):
                rest = plus(rest, {inside: c})
                continue
            _, inner_sums, inner_atoms, inner_exponent, inner_word = inside
            mine = [(key, power) for key, power in inner_atoms if _has_drawn(key)]
            if inner_sums or inner_word or len(inner_exponent) > 1 or len(mine) != 1 or mine[0][1] != 1:
                raise Unproved("an expectation of something else than exponentials")
            ((key, _),) = mine
            if key[0] != "word" or len(key[1]) != 2:
                raise Unproved("an expectation of something else than exponentials")
            others = [one for one in key[1] if one[1][0] != "drawn"]
            if len(others) != 1:
                raise Unproved("an expectation of a square")
            others_atoms = tuple(pair for pair in inner_atoms if pair not in mine)
            (_, name, rows, columns) = others[0]
            size = rows if columns == "1" else columns
            linear.append(({("T", (), others_atoms, ("P",), ()): c}, letter(name, size, "1")))
        square: Polynomial = {}
        for a, u in linear:
            for b, v in linear:
                square = plus(square, times(times(a, b), times(transposed(u), v)))
        power = plus(rest, times(square, half_variance))
        out = plus(out, times({("T", sums, atoms, ("P",), word): value}, exponential(power)))
    return out


def _has_drawn(node: object) -> bool:
    return isinstance(node, tuple) and ((bool(node) and node[0] == "drawn") or any(map(_has_drawn, node)))


def rational(value: Value) -> Fraction:
    """The number, if it is one. Raises `Unproved`."""
    if value.under == UNIT and set(value.top) <= set(UNIT):
        return sum(value.top.values(), Fraction(0))
    raise Unproved("an exponent that is no number")


def number_atoms(value: Fraction) -> list[tuple[Node, Fraction]]:
    """A positive rational's prime factors with their powers."""
    out: list[tuple[Node, Fraction]] = []
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        divisor, rest = 2, whole
        if rest > 10**9:
            raise Unproved("the logarithm of a large number")
        while rest > 1:
            if divisor * divisor > rest:
                divisor = rest
            if rest % divisor == 0:
                out.append((("number", divisor), Fraction(sign)))
                rest //= divisor
            else:
                divisor += 1
    return out


def atom_power(key: Node, power: Fraction) -> Polynomial:
    """An atom to a rational power."""
    return number_power(Fraction(key[1]), power) if key[0] == "number" else atom(key, power)


def whole_power(value: Value, power: int) -> Value:
    """A scalar to a whole power."""
    if power < 0:
        return whole_power(scalar(value.under, value.top), -power)
    return scalar(to_the(value.top, power), to_the(value.under, power))


def added(left: Value, right: Value) -> Value:
    """The sum of two quantities of one shape."""
    if left.loose != right.loose and not left.is_scalar and not right.is_scalar:
        # a vector without an orientation takes that of the other
        way = right if left.loose else left
        left, right = (_like(one, way) for one in (left, right))
    if (left.rows, left.columns, left.loose) != (right.rows, right.columns, right.loose):
        raise Unproved("a sum of different shapes")
    if left.under == right.under:
        return replace(left, top=plus(left.top, right.top))
    return replace(
        left,
        top=plus(times(left.top, right.under), times(right.top, left.under)),
        under=times(left.under, right.under),
    )


def _like(vector: Value, way: Value) -> Value:
    column = _as_column(vector)
    if way.columns == "1":
        return column
    return Value(transposed(column.top), column.under, "1", column.rows)


def multiplied(left: Value, right: Value, join: str) -> Value:
    """The product, by the rules of `worlds.multiplied`."""
    under = times(left.under, right.under)
    if left.is_scalar and right.is_scalar:
        return scalar(times(left.top, right.top), under)
    if left.is_scalar or right.is_scalar:
        shape = right if left.is_scalar else left
        return replace(shape, top=times(left.top, right.top), under=under)
    if left.loose and right.loose:
        if left.rows == right.rows:
            return inner_product(left, right)
        return Value(times(left.top, transposed(right.top)), under, left.rows, right.rows)
    if left.loose or right.loose:
        return _with_loose(left, right, join)
    if left.columns == right.rows and left.columns != "1":
        made = _over_rows(left, right) if left.columns == "N" else times(left.top, right.top)
        if left.rows == right.columns == "1":
            return scalar(made, under)
        return Value(made, under, left.rows, right.columns)
    if left.columns == right.rows:
        return Value(times(left.top, right.top), under, left.rows, right.columns)
    if join == "cdot" and (left.rows, left.columns) == (right.rows, right.columns):
        return inner_product(left, right)
    raise Unproved("a product whose shapes do not fit")


def _with_loose(left: Value, right: Value, join: str) -> Value:
    """A vector without an orientation times one with, or times a matrix: it stands as the product needs it."""
    if "1" in (left.rows, left.columns) and "1" in (right.rows, right.columns):
        if join == "cdot" and right.rows == "1":
            raise Unproved("a product whose shapes do not fit")
        return inner_product(left, right)
    under = times(left.under, right.under)
    if left.loose and left.rows == right.rows:
        return Value(
            transposed(times(transposed(left.top), right.top)), under, right.columns, "1", loose=True
        )
    if right.loose and left.columns == right.rows:
        return Value(times(left.top, right.top), under, left.rows, "1", loose=True)
    raise Unproved("a product whose shapes do not fit")


def _over_rows(left: Value, right: Value) -> Polynomial:
    """AB over the tokens, Σ_n a_n b_nᵀ, where all of A's columns and B's rows are known; else the product as it is."""
    out: Polynomial = {}
    for first, a in left.top.items():
        for second, b in right.top.items():
            one, other = {first: a}, {second: b}
            column = _row(first[4][-1]) if first[4] else None
            row = _row(second[4][0]) if second[4] else None
            if column is None or row is None or first[4][-1][0] != "flipped" or second[4][0][0] != "letter":
                out = plus(out, times(one, other))
                continue
            shortened = [
                {("T", t[1], t[2], t[3], word): value}
                for t, word, value in ((first, first[4][:-1], a), (second, second[4][1:], b))
            ]
            body = times(times(shortened[0], column), times(transposed(row), shortened[1]))
            out = plus(out, summed(body, "row~", index("size:N"), index_value(index("size:N"))))
    return out


def _row(one: Node) -> Polynomial | None:
    """The row `row~` of a matrix of tokens, as a column: v_n of V, φ(k_n) of φ(K)."""
    _, key, rows, columns = one
    size = columns if one[0] == "letter" else rows
    if key[0] == "matrix":
        return letter(("vector", key[1], (index("row~"),)), size, "1")
    if key[0] == "called" and len(key) == 4 and len(key[2]) == 1:
        argument = thawed(key[2][0][0])
        if len(argument) != 1:
            return None
        ((term, value),) = argument.items()
        inside = _row(term[4][0]) if len(term[4]) == 1 and term[4][0][1][0] == "matrix" else None
        if (
            inside is None
            or value != 1
            or term[1]
            or term[2]
            or len(term[3]) > 1
            or term[4][0][0] != "letter"
        ):
            return None
        shape = ("1", term[4][0][3])
        return letter(("called", key[1], ((frozen(inside), frozen(UNIT), *sorted(shape)),)), size, "1")
    return None


def inner_product(left: Value, right: Value) -> Value:
    """uᵀv for two vectors of one size, whatever their orientation."""
    a, b = _as_column(left), _as_column(right)
    if a.columns != "1" or b.columns != "1" or a.rows != b.rows:
        raise Unproved("an inner product of different sizes")
    return scalar(times(transposed(a.top), b.top), times(a.under, b.under))


def _as_column(value: Value) -> Value:
    if value.rows == "1" and value.columns != "1":
        return Value(transposed(value.top), value.under, value.columns, "1")
    return replace(value, loose=False) if value.loose else value


def _same_vector(first: Node, second: Node) -> bool:
    return bool(first[1] == second[1]) and first[0] != second[0] and first[2] == "1"


def _dimension(where: Node) -> str:
    return str(where[1][5:]) if where[1].startswith("size:") and not where[2] else repr(where)


def logarithm_of_product(body: Value) -> Value:
    """The exponent of a body that is one exponential, so that a product becomes a sum."""
    only = single(body.top)
    if only is None or body.under != UNIT or only[1] != 1 or only[0][2]:
        raise Unproved("a product of other things than exponentials")
    return scalar(thawed(only[0][3]))


# -- proofs --------------------------------------------------------------------------------------------------------


def prove(left: Expression, right: Expression, setting: Setting) -> str | None:
    """Why two sides are equal in every world of a setting; None if that is not proved.

    >>> from grader.verify.grammar import read_expression as read
    >>> prove(read(r"\\|q-k\\|^2"), read(r"\\|q\\|^2 - 2 q \\cdot k + \\|k\\|^2"), Setting())
    'proved for every D: both sides are the same expression in the inner products'
    >>> prove(read(r"\\|q-k\\|^2"), read(r"\\|q\\|^2 + \\|k\\|^2"), Setting())
    """
    try:
        reader = Reader(setting)
        if _equal(left, right, reader):
            return _reason(reader, left, right)
    except (Unproved, RecursionError):
        return None
    return _by_induction(left, right, setting)


def _equal(left: Expression, right: Expression, reader: Reader) -> bool:
    a, b = reader.value(left, {}), reader.value(right, {})
    if not a.top and not b.top:
        return True
    if (a.rows, a.columns) != (b.rows, b.columns):
        if a.loose or b.loose:
            a, b = _as_column(a), _as_column(b)
        if (a.rows, a.columns) != (b.rows, b.columns):
            return False
    return not plus(times(a.top, b.under), times(b.top, a.under), -1)


def _reason(reader: Reader, *trees: Expression) -> str:
    of = {below for tree in trees for below in walk(tree)}
    positive = ", ".join(sorted(reader.positive - {"π", "sigma"}))
    given = f", for positive {positive}" if positive else ""
    if "peeled" in reader.used:
        many = f", for an index of at least {reader.starts_at}" if reader.starts_at > 1 else ""
        return f"proved by splitting the sum at its last term, an induction on its length{many}{given}"
    if "theorem" in reader.used:
        return f"proved by the theorem on random Fourier features, E[φ(q)ᵀφ(k)] = exp(−‖q−k‖²/(2σ²)){given}"
    if "moment" in reader.used:
        return f"proved by E[exp(wᵀu)] = exp(‖u‖²/(2σ²)) for w ~ N(0, I/σ²), for every D{given}"
    if "complex" in reader.used:
        return f"proved by writing sines and cosines as complex exponentials{given}"
    if any(isinstance(below, Series) and below.kind == "sum" for below in of):
        return f"proved term by term, for sums of every length{given}"
    if "matrix" in reader.used:
        return f"proved for every size: both sides are the same products of matrices{given}"
    if any(isinstance(below, (Norm, Inner, Transpose)) for below in of) or any(
        symbol.name in VECTORS and symbol.name not in reader.setting.scalars
        for tree in trees
        for symbol in symbols(tree)
    ):
        return f"proved for every D: both sides are the same expression in the inner products{given}"
    return f"proved: both sides have the same normal form{given}"


def _by_induction(left: Expression, right: Expression, setting: Setting) -> str | None:
    """Sums in closed form, Σ j = N(N+1)/2: equal for no terms, and growing alike from N − 1 to N."""
    ends = {
        below.high.name
        for tree in (left, right)
        for below in walk(tree)
        if isinstance(below, Series) and isinstance(below.high, Symbol) and not below.high.indices
    }
    if len(ends) != 1 or (names(left) | names(right)) & set(setting.definitions):
        return None
    (end,) = ends
    if end not in LOOSE_INDICES and end not in (SIZE_NAMES if setting.aliases is None else setting.aliases):
        return None
    one = Number(Fraction(1))
    before = Addition(((1, Symbol(end)), (-1, one)))
    try:
        empty = [_with(tree, end, Number(Fraction(0))) for tree in (left, right)]
        if not _equal(empty[0], empty[1], Reader(setting)):
            return None
        steps = [Addition(((1, tree), (-1, _with(tree, end, before)))) for tree in (left, right)]
        reader = Reader(setting)
        if _equal(steps[0], steps[1], reader):
            return (
                f"proved by induction: both sides agree for {end} = 0 and grow alike from {end} − 1 to {end}"
            )
    except (Unproved, RecursionError):
        return None
    return None


def _with(tree: Expression, name: str, by: Expression) -> Expression:
    return with_symbols(tree, lambda symbol: by if symbol == Symbol(name) else symbol)
