"""A derivation's text -> its lines of formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.grammar.reader import functions_in, read_chain
from grader.verify.grammar.syntax import Chain, Unreadable
from grader.verify.grammar.vocabulary import KNOWN_FUNCTIONS, Reading
from grader.verify.reading.document import PLACE, Row, Text
from grader.verify.reading.plain import plain_formulas


@dataclass(frozen=True)
class DerivationLine:
    """One formula of the text in its order."""

    text: str
    line: int
    span: int
    display: bool
    chain: Chain | None
    trouble: str = ""
    before: str = ""  # the words that stand before it
    functions: frozenset[str] = KNOWN_FUNCTIONS


def lines_of(text: Text, wide: bool) -> Iterator[DerivationLine]:
    """Every formula of the text in order, from mathematics mode and from plain lines alike."""
    span = 100_000
    functions = functions_in(text.source)
    for block in text.blocks:
        place = 0
        for found in PLACE.finditer(block.text):
            between = block.text[place : found.start()]
            yield from _plain(between, block.line + block.text.count("\n", 0, place), span, wide, functions)
            span += 1000
            place = found.end()
            for row in text.formulas.get(int(found.group(1)), ()):
                yield from _read_row(row, between, wide, functions)
        rest = block.text[place:]
        yield from _plain(rest, block.line + block.text.count("\n", 0, place), span, wide, functions)
        span += 1000


def _plain(
    text: str, line: int, span: int, wide: bool, functions: frozenset[str]
) -> Iterator[DerivationLine]:
    for number, raw in enumerate(text.split("\n")):
        for formula in plain_formulas(raw):
            yield _made(formula, line + number, span, True, raw, wide, functions)


def _read_row(row: Row, before: str, wide: bool, functions: frozenset[str]) -> Iterator[DerivationLine]:
    for piece in split_formulas(row.text):
        yield _made(piece, row.line, row.span, row.display, before, wide, functions)


def split_formulas(text: str) -> list[str]:
    """One row as the formulas in it: pieces between \\quad, words, commas with a space, semicolons, arrows.

    >>> split_formulas(r"a = b, \\quad \\text{so } c = d")
    ['a = b', 'c = d']
    """
    if re.search(r"\\begin\{(?:d?cases|[a-z]*matrix)\}", text):
        # the words and signs between its rows belong to it
        return [text.strip().strip("&").strip().rstrip(".,;:").strip()]
    text, kept = _sets_kept(text)
    pieces = re.split(
        r"\\qquad|\\quad|(?<!\\);\s|\\Rightarrow|\\implies|\\Longrightarrow|\\iff|\\Leftrightarrow|⇒|⟹|⇔|=>"
        r"|(?<![_^])(?:\\(?:text|textrm|mbox|textit|intertext|textbf)\{[^{}]*[ ,:.][^{}]*\})",
        text,
    )
    out = []
    for piece in pieces:
        for part in _split_at_commas(piece):
            cleaned = part.strip().strip("&").strip().rstrip(".,;:").strip()
            cleaned = re.sub(r"^(?:\\,|\\;|\\!|\\ |\s|,)+", "", cleaned)
            if cleaned and not re.fullmatch(
                r"\\text(?:rm|it|bf)?\{[^{}]*\}|[\s&,.;:]*|\((?:\*+|\d+|[a-z])\)", cleaned
            ):
                out.append(KEPT.sub(lambda found: kept[int(found.group(1))], cleaned))
    return out


# a set in braces, or a subscript with words in it: what stands below an underbrace
SET_BUILDER = re.compile(
    r"(?<=[_^])\{[^{}]*\\(?:text|textrm|mbox|mathrm|textit|textbf)\{[^{}]*\}[^{}]*\}|\\(?:left\s*\\)?\{(?:[^{}\\]|\\(?![{}]).|\{[^{}]*\}|\\\{(?:[^{}\\]|\\(?![{}]).)*\\\})*?\\(?:right\s*\\)?\}"
)
KEPT = re.compile("\ue004(\\d+)\ue005")


def _sets_kept(text: str) -> tuple[str, list[str]]:
    """The text with a mark for each set in braces, whose words belong to it, and the sets."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\ue004{len(kept) - 1}\ue005"

    return SET_BUILDER.sub(keep, text), kept


GROUPED = re.compile(r"\d,\d{3}(?!\d)")  # a comma inside a number


def _split_at_commas(text: str) -> list[str]:
    """Split at a comma outside all brackets if a relation stands on both of its sides."""
    depth = 0
    cuts = []
    for place, character in enumerate(text):
        if character in "([{⟨":
            depth += 1
        elif character in ")]}⟩":
            depth -= 1
        elif (
            character == ","
            and depth == 0
            and text[max(0, place - 1)] != "\\"
            and not GROUPED.match(text, max(0, place - 1))
        ):
            cuts.append(place)
    pieces, start = [], 0
    for cut in [*cuts, len(text)]:
        pieces.append(text[start:cut])
        start = cut + 1
    if len(pieces) > 1 and all(re.search(r"=|\\approx|≈|:=|\\equiv", piece) for piece in pieces):
        return pieces
    return [text]


def _made(
    text: str, line: int, span: int, display: bool, before: str, wide: bool, functions: frozenset[str]
) -> DerivationLine:
    try:
        return DerivationLine(
            text,
            line,
            span,
            display,
            read_chain(text, Reading(wide_slash=wide, functions=functions)),
            "",
            before,
            functions,
        )
    except Unreadable as error:
        if re.search(
            r"\\in\b|∈|\\forall|\\sim\b|\\mathcal\{?N|\\neq?\b|≠|\\to\b|→|\\propto|∝|[<>≤≥]|\\[lg]eq?\b", text
        ):
            return DerivationLine(text, line, span, False, None, str(error), before)
        return DerivationLine(text, line, span, display, None, str(error), before)
