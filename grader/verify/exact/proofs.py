"""A formula's tree -> its exact normal form, under the same conventions as the numeric worlds; proofs of equations.

What `worlds.World` evaluates with random numbers is read here with letters instead: a vector is a formal vector, an
index is any index, a size any size. Two sides with one normal form are equal in every world (Gram's normal form for
inner products; sums split at their last term; sines and cosines as complex exponentials; moments of normal projections
by their characteristic function). Whatever is not covered raises `Unproved`, and the worlds alone decide.
"""

from __future__ import annotations

from fractions import Fraction

from grader.verify.exact.normal_form import Unproved, plus, times
from grader.verify.exact.reader import LOOSE_INDICES, Reader
from grader.verify.exact.values import as_column
from grader.verify.grammar.syntax import (
    Addition,
    Expression,
    Inner,
    Norm,
    Number,
    Series,
    Symbol,
    Transpose,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.worlds.settings import SIZE_NAMES, VECTORS, Setting


def prove(left: Expression, right: Expression, setting: Setting) -> str | None:
    """Why two sides are equal in every world of a setting; None if that is not proved.

    >>> from grader.verify.grammar.reader import read_expression as read
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
            a, b = as_column(a), as_column(b)
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
