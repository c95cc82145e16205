"""A document's formulas, parsed; a line of formulas in plain text gives its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.verify.grammar.reader import functions_in, read_chain
from grader.verify.grammar.syntax import Chain, Symbol, Unreadable, symbols, with_symbols
from grader.verify.grammar.vocabulary import KNOWN_FUNCTIONS, Reading
from grader.verify.reading.derivation_reading import split_formulas
from grader.verify.reading.document import Block, Row, Text
from grader.verify.reading.plain import plain_formulas
from grader.verify.scope import feature_lists
from grader.verify.scope.declarations import CANONICAL, MEMBERSHIP
from grader.verify.worlds.settings import Definition


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


def with_type(piece: str) -> list[str]:
    """`S = A B \\in R^(L x M)` claims two things: the equation, and the shape of its left side.

    >>> with_type("S = A B ∈ R^{L×M}")
    ['S = A B ∈ R^{L×M}', 'S = A B']
    """
    found = MEMBERSHIP.match(piece.strip())
    if found is None or not re.search(r"=|≔", found.group("what")):
        return [piece]
    return [piece, found.group("what").strip()]


NAMED_BEHIND = re.compile(
    r"(?P<what>.+?)\s*(?P<behind>=\s*:\s*(?P<name>\\?[A-Za-z]+(?:_\w|_\{\w+\})?))[\s.,;]*", re.DOTALL
)


def with_name(piece: str) -> list[tuple[str, str]]:
    """(formula, its text) of `A = B =: g`, which says that A is B and names it g.

    >>> with_name("A = B =: g"), with_name("A = B")
    ([('A = B', 'A = B'), ('g := B', '=: g')], [('A = B', 'A = B')])
    """
    found = NAMED_BEHIND.fullmatch(piece.strip())
    if found is None:
        return [(piece, piece)]
    what = found.group("what")
    equation = [(what, what)] if len(sides(what)) > 1 else []
    return [*equation, (f"{found.group('name')} := {sides(what)[-1]}", found.group("behind"))]


def formulas_of(text: Text) -> list[Formula]:
    """Every formula of the document in order, split where a row holds several."""
    out: list[Formula] = []
    functions = functions_in(text.source)
    for block in text.blocks:
        for offset, rows in text.formulas_of(block):
            for row in rows:
                out += [
                    replace(read_formula(named, row, block, functions), text=told, offset=offset)
                    for whole in split_formulas(row.text)
                    for piece in with_type(whole)
                    for named, told in with_name(piece)
                ]
        out += _plain_of(block, text)
    return sorted(_with_members(out), key=lambda formula: (formula.row.line, formula.offset))


def sides(source: str) -> list[str]:
    """The sides of an equation's source; an equals sign inside braces is an index's.

    >>> sides(r"a &= \\sum_{j=1}^N b_j")
    ['a', '\\\\sum_{j=1}^N b_j']
    """
    out, depth = [""], 0
    for sign in source.replace("≔", "="):
        depth += (sign == "{") - (sign == "}")
        if sign == "=" and depth <= 0:
            out.append("")
        else:
            out[-1] += sign
    return [side.strip(" &") for side in out]


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
            for found in plain_formulas(line, continued=bool(continued)):
                if block.kind == "row" and not re.match(r"[\d(]", found) and not _fills(found, line):
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


def _fills(formula: str, cell: str) -> bool:
    """Whether a table's cell is one equation, and no more than a letter's value."""
    left, _, right = formula.partition("=")
    whole = formula.strip(" .,;") == cell.strip(" .,;")
    return (
        whole
        and bool(right)
        and not re.fullmatch(r"\s*[-−+]?[\d.,]+\s?%?\s*", right)
        and len(left.strip()) > 0
    )


# sum_j in plain words is a sum, as \sum_j is
PLAIN_SUM = re.compile(r"(?<![A-Za-z\\])(?P<kind>sum|prod)_(?=[{(]?[A-Za-z])")
EQUALS = re.compile(r"(?<=\S)\s+equals\s+(?=\S)")


def read_formula(piece: str, row: Row, block: Block, functions: frozenset[str] = KNOWN_FUNCTIONS) -> Formula:
    """One formula, both readings of a slash."""
    piece_read = PLAIN_SUM.sub(r"\\\g<kind>_", EQUALS.sub(" = ", piece))
    try:
        chain = read_chain(piece_read, Reading(functions=functions))
    except Unreadable as error:
        return Formula(row, block, piece, feature_lists.written_out(piece_read), None, str(error))
    if (listed := feature_lists.written_out(piece_read)) is not None:
        chain = listed
    wide: Chain | None = None
    if "/" in piece:
        try:
            wide = read_chain(piece_read, Reading(wide_slash=True, functions=functions))
        except Unreadable:
            wide = None
    return Formula(row, block, piece, chain, wide if wide != chain else None)


def is_member(definition: Definition, earlier: Sequence[tuple[int, Definition]]) -> bool:
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
    sizes = {
        symbol.name
        for formula in formulas
        if formula.chain is not None
        for part in formula.chain.parts
        for symbol in symbols(part)
        if symbol.name in {"N", "T"} and not symbol.indices
    }
    members = {
        f"{name}_{size}": Symbol(name, (Symbol(size),))
        for name in families
        if len(name) == 1
        for size in sizes | {"N"}
    }
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
