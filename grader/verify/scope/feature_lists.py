# ruff: noqa: E501 -- a pattern or a sentence stays on one line
r"""Polynomial feature maps with dots or blocks between their entries, written out in three dimensions.

`φ(x) = (1, √2 x_1, ..., √2 x_D, x_1x_1, x_1x_2, ..., x_Dx_D)`, `[(x_a x_b)_{a,b}, 2x_1, …, 2x_D, 1]` and
`(1, √2 x_a, x_a², √2 x_a x_b)` are what their entries say for D = 3: a run from c x_1 to c x_D has every coordinate, one
from x_1x_1 to x_Dx_D every ordered pair, one from x_1x_2 to x_{D-1}x_D every pair a < b.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product as every

from grader.verify.grammar.notation import ascii_form
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Call,
    Chain,
    Expression,
    Number,
    Symbol,
    Unreadable,
    names,
    symbols,
    walk,
    with_symbols,
)
from grader.verify.grammar.syntax import Sequence as Listed
from grader.verify.scope.polynomial import listed_map

DIMENSIONS = 3
MOST_ITEMS = 24
MAP = re.compile(
    r"^\s*(?P<map>\\(?:var)?phi|\\psi|\\Phi)\s*\(\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?(?P<vector>[a-z])\s*\}?\s*\)\s*(?::?=|\\coloneqq)\s*(?P<entries>.+?)\s*$",
    re.DOTALL,
)
SIZED = re.compile(r"\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])|\\[,;:! ]|&|~")
BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*([a-z])\s*\}|([a-z])(?![a-z]))")
TURNED = re.compile(r"\^\s*\{?\s*(?:\\top|\\intercal|T|t|\\mathsf\s*\{?\s*T\s*\}?)\s*\}?\s*[.,;]?$")
DOTS = re.compile(r"\\(?:[lc]?dots[bcmio]?)$")
BLOCK = re.compile(
    r"^\(\s*(?P<of>.+)\s*\)\s*_\s*\{?\s*(?P<first>[a-z])\s*(?:(?P<sign>,|<|\\leq?|\\lt|\\neq?)?\s*(?P<second>[a-z]))?(?:\s*=\s*1)?\s*\}?(?:\^\s*\{?\w+\}?)?$"
)
# pairs with their condition behind them: √2 x_a x_b (a < b), or "for a < b"
RANGED = re.compile(
    r"^(?P<of>[^()]*[A-Za-z\d}])\s*(?:\\(?:text|mathrm|quad)\s*(?:\{[^{}]*\})?\s*)?\(?\s*(?<![A-Za-z_{])(?P<first>[a-z])\s*(?P<sign><|\\lt|\\leq?|\\neq?)\s*(?P<second>[a-z])\s*\)?$"
)
LAST_INDEX = re.compile(r"_\s*(?:\{\s*[A-Za-z]\s*(?P<less>-\s*1)?\s*\}|[A-Za-z])")


def written_out(text: str) -> Chain | None:
    """The map with its entries in three dimensions; None for another formula, or one that is not read.

    >>> chain = written_out(r"\\phi(x) = (1, \\sqrt2 x_1, \\dots, \\sqrt2 x_D, x_1x_1, x_1x_2, \\dots, x_Dx_D)")
    >>> len(chain.parts[1].items)
    13
    """
    found = MAP.match(SIZED.sub(" ", ascii_form(text)))
    if found is None:
        return None
    vector = found.group("vector")
    items = _items(BOLD.sub(lambda bold: bold.group(1) or bold.group(2), found.group("entries")))
    if not items:
        return None
    head = Call(Symbol(found.group("map").strip("\\").removeprefix("var")), (Symbol(vector),))
    made = [
        Chain((head, Listed(tuple(entries), "(")), ("=",))
        for ordered in (True, False)
        if (entries := _entries(items, vector, ordered=ordered)) is not None
    ]
    if not any(_of_degree_two(entry, vector) for chain in made[:1] for entry in _listed(chain)):
        return None
    fitting = [chain for chain in made if listed_map(*chain.parts) is not None]
    return next(iter(fitting or made), None)


def _listed(chain: Chain) -> tuple[Expression, ...]:
    entries = chain.parts[-1]
    return entries.items if isinstance(entries, Listed) else ()


def _of_degree_two(entry: Expression, vector: str) -> bool:
    try:
        return len(_indices(entry, vector)) == 2 or _squares(entry, vector)
    except ValueError:
        # an entry with an index that is not read
        return False


def _items(entries: str) -> list[str]:
    """The items between the outer brackets, split at their commas; none if the brackets are no list's."""
    plain = TURNED.sub("", entries.strip().rstrip(".,;")).strip()
    if plain[:1] + plain[-1:] not in {"()", "[]"}:
        return []
    out, depth = [""], 0
    for sign in plain[1:-1]:
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            return []
        if sign in ",;" and depth == 0:
            out.append("")
        else:
            out[-1] += sign
    items = [RANGED.sub(_as_block, item.strip()) for item in out]
    special = any(DOTS.search(item) or BLOCK.match(item) for item in items) or any(
        re.search(r"_\{?[a-z]\}?", item) for item in items
    )
    return items if special and 1 < len(items) <= MOST_ITEMS and all(items) else []


def _as_block(found: re.Match[str]) -> str:
    return f"({found.group('of')})_{{{found.group('first')}{found.group('sign')}{found.group('second')}}}"


def _entries(items: Sequence[str], vector: str, *, ordered: bool) -> list[Expression] | None:
    """The entries in three dimensions; None where an item is not read."""
    squares = any(
        re.fullmatch(rf".*{vector}_\{{?[a-z]\}}?\s*\^\s*\{{?2\}}?\)?(?:_\{{?[a-z]\}}?)?", item)
        for item in items
    )
    out: list[Expression] = []
    place = 0
    try:
        while place < len(items):
            ends = [number for number in range(place, len(items)) if DOTS.search(items[number])]
            run = ends[0] if ends else None
            block = BLOCK.match(items[place])
            if block is not None:
                out += _of_block(block)
                place += 1
            elif run is not None and run + 1 < len(items) and _starts_run(items[place], vector):
                out += _of_run([*items[place:run], items[run + 1]], vector, ordered=ordered)
                place = run + 2
            else:
                out += _of_letters(read_expression(items[place]), squares)
                place += 1
    except (Unreadable, ValueError):
        return None
    return out


def _starts_run(item: str, vector: str) -> bool:
    return re.search(rf"{vector}\s*_\s*\{{?\s*1(?!\d)", item) is not None


def _of_block(block: re.Match[str]) -> Iterator[Expression]:
    """`(√2 x_a x_b)_{a<b}`, `(x_a²)_a`."""
    of = read_expression(block.group("of"))
    first, second, sign = block.group("first"), block.group("second"), block.group("sign")
    if second is None:
        yield from _over(of, (first,), "")
    else:
        yield from _over(of, (first, second), {",": "all", None: "all"}.get(sign, sign))


def _of_letters(of: Expression, squares: bool) -> Iterator[Expression]:
    """`√2 x_a x_b` for every pair, where the squares stand apart from a < b; what has no letters is one entry."""
    letters = sorted(
        {index.name for symbol in symbols(of) for index in symbol.indices if isinstance(index, Symbol)}
    )
    if not letters:
        yield of
    elif len(letters) == 1:
        yield from _over(of, (letters[0],), "")
    elif len(letters) == 2:
        yield from _over(of, (letters[0], letters[1]), "<" if squares else "all")
    else:
        raise ValueError("more than two indices")


def _over(of: Expression, letters: tuple[str, ...], sign: str | None) -> Iterator[Expression]:
    tests = {
        "<": lambda a, b: a < b,
        "\\lt": lambda a, b: a < b,
        "\\le": lambda a, b: a <= b,
        "\\leq": lambda a, b: a <= b,
        "\\ne": lambda a, b: a != b,
        "\\neq": lambda a, b: a != b,
    }
    for values in every(range(1, DIMENSIONS + 1), repeat=len(letters)):
        test = tests.get(sign or "")
        if test is not None and not test(*values):
            continue
        chosen = {
            letter: Number(Fraction(value), str(value)) for letter, value in zip(letters, values, strict=True)
        }
        yield with_symbols(
            of,
            lambda symbol, chosen=chosen: Symbol(  # type: ignore[misc]
                symbol.name,
                tuple(chosen.get(i.name, i) if isinstance(i, Symbol) else i for i in symbol.indices),
            ),
        )


def _of_run(items: Sequence[str], vector: str, *, ordered: bool) -> Iterator[Expression]:
    """A run with dots: the items before them, and the one after them."""
    numbered = LAST_INDEX.sub(lambda index: f"_{{{DIMENSIONS - bool(index.group('less'))}}}", items[-1])
    first, last = read_expression(items[0]), read_expression(numbered)
    start, end = _indices(first, vector), _indices(last, vector)
    letters: tuple[str, ...]
    if start == [1] and end == [DIMENSIONS]:
        pattern, letters, sign = first, ("a",), ""
    elif start == [1, 1] and end == [DIMENSIONS, DIMENSIONS]:
        pattern, letters, sign = first, ("a", "b"), "all" if ordered else "\\le"
    elif start == [1, 2] and end == [DIMENSIONS - 1, DIMENSIONS]:
        pattern, letters, sign = first, ("a", "b"), "<"
    else:
        raise ValueError("a run of another kind")
    if _squares(first, vector) != _squares(last, vector):
        raise ValueError("the ends of a run differ")
    between = [_indices(read_expression(item), vector) for item in items[1:-1]]
    if _squares(first, vector) and any(len(set(map(str, index))) > 1 for index in between):
        # x_1², x_1x_2, ..., x_D²: all pairs
        coefficient_first = first
        pattern, letters, sign = _as_pair(coefficient_first, vector), ("a", "b"), "all" if ordered else "\\le"
    yield from _over(_lettered(pattern, vector, letters), letters, sign)


def _squares(entry: Expression, vector: str) -> bool:
    return _indices(entry, vector) in ([1], [DIMENSIONS]) and any(
        not isinstance(below, Symbol) and hasattr(below, "exponent") and vector in names(below)
        for below in walk(entry)
    )


def _as_pair(entry: Expression, vector: str) -> Expression:
    """x_1² as x_1x_1; raises where it has a factor."""
    own = read_expression(f"{vector}_1 {vector}_1")
    if entry != read_expression(f"{vector}_1^2"):
        raise ValueError("a square with a factor begins a run of pairs")
    return own


def _indices(entry: Expression, vector: str) -> list[int]:
    """The indices of the vector's coordinates, the smallest first."""
    out: list[int] = []
    for symbol in symbols(entry):
        match symbol:
            case Symbol(name, (Number(value),)) if name == vector:
                out.append(int(value))
            case Symbol(name, _) if name == vector:
                raise ValueError("an index that is not read")
            case _:
                continue
    return sorted(out)


def _lettered(entry: Expression, vector: str, letters: tuple[str, ...]) -> Expression:
    """The entry with its coordinates' numbers as letters, in their order."""
    left = list(letters)
    used = [0]

    def own(symbol: Symbol) -> Expression:
        if symbol.name != vector or len(symbol.indices) != 1:
            return symbol
        place = min(used[0], len(left) - 1)
        used[0] += 1
        return Symbol(vector, (Symbol(left[place]),))

    return with_symbols(entry, own)


__all__ = ["written_out"]
