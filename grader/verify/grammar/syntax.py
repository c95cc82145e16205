"""What a formula is once read: a tree of frozen nodes, free of any meaning that the text does not fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, TypeVar


class Unreadable(ValueError):
    """A formula that the grammar refuses, with the place and the reason in one sentence."""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `printed` keeps its digits, because 0.50 claims more than 0.5."""

    value: Fraction
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name with its indices: `q_i`, `S_{i-1}`, `D_{random}` (a word in a subscript is part of the name)."""

    name: str
    indices: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A function that the text names: `φ(q)`, `K(q, k)`."""

    function: Symbol
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that everyone knows: exp, log, sqrt, cos, max, ..."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """Terms with their signs, +1 or -1."""

    terms: tuple[tuple[int, Expression], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Factors in their order; `joins[i]` stands between factor i and i+1: "", "cdot" or "times"."""

    factors: tuple[Expression, ...]
    joins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction."""

    over: Expression
    under: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """A base and its exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Transpose:
    """A transposed vector or matrix."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Norm:
    """Bars around an expression: the Euclidean norm of a vector, the absolute value of a number."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Inner:
    """An inner product in angle brackets."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Series:
    """A sum or product over an index; a bound that the text leaves out is None."""

    kind: str
    index: str
    low: Expression | None
    high: Expression | None
    body: Expression


@dataclass(frozen=True, slots=True)
class Derivative:
    """∂of/∂by; with a vector below it is the gradient, in the vector's shape."""

    of: Expression
    by: Expression


@dataclass(frozen=True, slots=True)
class Condition:
    """1 where a relation between two numbers holds, else 0."""

    left: Expression
    relation: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Cases:
    """The value whose condition is the first to hold; "otherwise" is the number 1."""

    values: tuple[Expression, ...]
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """An expectation ("E") or variance ("Var") over whatever is random in `of`."""

    kind: str
    of: Expression


@dataclass(frozen=True, slots=True)
class Growth:
    """A class of growth: O, Θ or Ω of an expression."""

    kind: str
    of: Expression


@dataclass(frozen=True, slots=True)
class Sequence:
    """Several expressions between brackets: a tuple, a concatenation, a set."""

    items: tuple[Expression, ...]
    bracket: str = "("


Expression: TypeAlias = (
    Number
    | Symbol
    | Call
    | Function
    | Addition
    | Product
    | Quotient
    | Power
    | Transpose
    | Norm
    | Inner
    | Series
    | Derivative
    | Condition
    | Cases
    | Moment
    | Growth
    | Sequence
)


@dataclass(frozen=True, slots=True)
class Chain:
    """Expressions joined by relations: `parts[i] relations[i] parts[i + 1]`.

    `open_left` says that the text starts with a relation, so that the row continues the one before.
    """

    parts: tuple[Expression, ...]
    relations: tuple[str, ...]
    open_left: bool = False


Tree = TypeVar("Tree", bound="Expression | Chain")


def rewritten(tree: Tree, change: Callable[[object], Expression | None]) -> Tree:
    """The tree with every node replaced by what `change` makes of it, from the top.

    What it makes is left as it is; where it makes nothing (None), what lies below is rewritten.
    """

    def go(node: object) -> object:
        made = change(node)
        if made is not None:
            return made
        if isinstance(node, tuple):
            return tuple(map(go, node))
        if hasattr(node, "__dataclass_fields__"):
            return type(node)(**{key: go(getattr(node, key)) for key in node.__dataclass_fields__})
        return node

    changed: Tree = go(tree)  # type: ignore[assignment]
    return changed


def with_symbols(tree: Tree, change: Callable[[Symbol], Expression]) -> Tree:
    """The tree with every symbol replaced by what `change` makes of it; what it makes is left as it is."""

    def changed(node: object) -> Expression | None:
        if not isinstance(node, Symbol):
            return None
        made = change(node)
        return None if made is node else made

    return rewritten(tree, changed)


def children(node: Expression) -> Iterator[Expression]:
    """The expressions directly below a node."""
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, tuple):
            for item in value:
                if isinstance(item, tuple):
                    yield item[1]
                elif not isinstance(item, str):
                    yield item
        elif value is not None and not isinstance(value, (str, Fraction, int)):
            yield value


def walk(node: Expression) -> Iterator[Expression]:
    """A node and everything below it."""
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(children(here))


def symbols(node: Expression) -> Iterator[Symbol]:
    """Every symbol below a node, functions' names included."""
    for below in walk(node):
        if isinstance(below, Symbol):
            yield below


def names(node: Expression) -> frozenset[str]:
    """The names of all symbols below a node."""
    return frozenset(symbol.name for symbol in symbols(node))
