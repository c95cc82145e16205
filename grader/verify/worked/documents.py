# ruff: noqa: E501 -- a pattern stays on one line
"""A document -> what its worked examples claim, block by block: each statement gives something or is held against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from grader.verify.claim import STUMBLES, Judged, Ruling, stumbled
from grader.verify.passage import Found
from grader.verify.reading.document import PLACE, Block, Text
from grader.verify.reading.mood import LONGEST_SENTENCE, lead_of, sentences
from grader.verify.reading.plain_signs import replaced
from grader.verify.worked.bandwidths import bandwidth_claims, follows_from_width
from grader.verify.worked.claims import OWNER, Ruled, Scene, rulings_on
from grader.verify.worked.compared import comparisons
from grader.verify.worked.conditions import sets_a_value
from grader.verify.worked.example import Example
from grader.verify.worked.givens import Place, given_by, lists_anew
from grader.verify.worked.overflows import overflow_claims
from grader.verify.worked.plain_text import plainly
from grader.verify.worked.rankings import rankings
from grader.verify.worked.statements import Statement, statements_in
from grader.verify.worked.surroundings import Around, Document
from grader.verify.worked.tables import Row, claims_of_table

REACH = 1500
MOST_STATEMENTS = 5000  # a document with more is a log
MOST_EARLIER = 8  # examples that are kept
NEAR = 3  # blocks within which words without a name speak of the example
FOREIGN = re.compile(
    r"(?<![A-Za-z_])(?<!scores )(?<!logits )(?:[abcefghnprst]|[a-z]_\{?[apn]\}?)(?:_\{?\w\}?)?\s*=\s*\("
)
# "Example 2. d = 9, x = 3e_1": another one, whether its vectors can be read or not
NUMBERED = re.compile(
    r"\W*(?:example|case|test|check|setting)\s+(?:[2-9]|[B-H]\b|two|three|four|ii+\b|iv\b)", re.I
)
MARKUP = re.compile(r"(?:\\[A-Za-z]+\s*\{?|\{)+$")


@dataclass(frozen=True)
class State:
    """Where the reader of a document is: the example so far, and the text of its section."""

    document: Document
    example: Example
    section: int = -1
    section_text: str = ""
    heading: str = ""
    foreign: bool = False  # vectors of another subject have been given since
    read: int = 0  # how many statements have been read
    scaled: int = -1  # the block that last gave σ²
    touched: int = 0  # the block that last gave or named something of the example
    earlier: tuple[Example, ...] = ()  # the examples of vectors before this one


def claims_of_examples(text: Text) -> dict[int, list[Found]]:
    """What the worked examples of a document claim, by the numbers of the blocks.

    >>> from grader.verify.reading.document import read_text
    >>> told = read_text("Take q = (1, 2) and k = (3, 1). Then q·k = 5 and the squared distance is 6.")
    >>> [(one.text, one.judged.ruling.value) for one in claims_of_examples(told)[0]]
    [('q·k = 5', 'verified'), ('the squared distance is 6', 'refuted')]
    """
    document = Document.of(plainly(" ".join(text.spelled(block.text) for block in text.blocks)).text)
    state = State(document, Example(first=0 if document.zero_based else 1))
    out: dict[int, list[Found]] = {}
    number = 0
    while number < len(text.blocks) and state.read < MOST_STATEMENTS:
        block = text.blocks[number]
        if block.section != state.section:
            state = replace(state, section=block.section, section_text="")
        if block.kind == "row":
            rows = list(takewhile(partial(_same_table, block), text.blocks[number:]))
            try:
                state, found = _of_table(text, number, rows, state)
                out |= found
            except STUMBLES as error:
                out[number] = [_not_read(text, block, error)]
            number += len(rows)
            continue
        if block.kind == "heading":
            state = replace(state, heading=plainly(text.spelled(block.text)).text)
        try:
            state, claims = _of_block(text, number, state)
        except STUMBLES as error:
            claims = [_not_read(text, block, error)]
        if claims and block.kind != "heading":
            out[number] = claims
        state = _further(state, text.spelled(block.text))
        number += 1
    return out


def _not_read(text: Text, block: Block, error: Exception) -> Found:
    return Found(0, text.spelled(block.text), stumbled(error), until=0)  # it decides on nothing beside it


def _same_table(first: Block, other: Block) -> bool:
    return other.kind == "row" and other.header == first.header


def _further(state: State, spelled: str) -> State:
    plain = plainly(spelled, state.document.letters).text
    return replace(state, section_text=f"{state.section_text} {plain}"[-2 * REACH :])


def spelled_apart(text: Text, masked: str) -> tuple[str, list[int]]:
    """The text with its formulas put back, rows of a display apart, and for each character its place."""

    def formula(found: re.Match[str]) -> str:
        rows = text.formulas.get(int(found.group(1)), ())
        if not rows or not rows[0].display:
            return " ".join(f"${row.text}$" for row in rows)
        out = rows[0].text
        for row in rows[1:]:
            goes_on = re.match(r"\s*&?\s*(?:=|\\approx|≈|\\cdot|[+-])", row.text)
            out += (" " if goes_on else " ; ") + row.text
        return out

    return replaced(PLACE, masked, range(len(masked) + 1), formula)


# -- text --------------------------------------------------------------------------------------------------------------


def _of_block(text: Text, number: int, state: State) -> tuple[State, list[Found]]:
    block = text.blocks[number]
    lead = plainly(text.spelled(lead_of(text.blocks, number)), state.document.letters).text
    out: list[Found] = []
    done = ""
    for offset, masked in sentences(block.text):
        source, places = spelled_apart(text, masked)
        if len(source) > LONGEST_SENTENCE:
            continue
        plain = plainly(source, state.document.letters)
        if not done and NUMBERED.match(plain.text) and not state.example.is_empty:
            state = replace(
                state,
                example=Example(first=state.example.first),
                earlier=(*state.earlier, state.example)[-MOST_EARLIER:],
            )
        if FOREIGN.search(plain.text):
            state = replace(state, foreign=True)
        before = state.section_text[-REACH:]
        said = (
            *bandwidth_claims(plain.text, state.document, f"{before} {lead} {done}"),
            *overflow_claims(plain.text, f"{lead} {done}"),
        )
        rulings = [Ruled(start, end, judged) for start, end, judged in said]
        said_here = statements_in(plain.text) if re.search(r"\d", source) else []
        state = replace(state, read=state.read + len(said_here))
        for statement in said_here:
            place = Place(plain.text, f"{before} {lead} {done}", block.section, state.document.columns)
            around = Around(statement.before[-120:], plain.text, f"{lead} {done}", before, state.heading)
            state, ruled = _read(state, statement, place, around, number)
            rulings += ruled
        last_place = Place(plain.text, f"{before} {lead} {done}", block.section, state.document.columns)
        scene = Scene(
            state.document,
            state.example,
            last_place,
            Around("", plain.text, f"{lead} {done}", before, state.heading),
            state.foreign,
            number - state.touched > NEAR,
        )
        if not state.example.is_empty:
            said = (*comparisons(plain.text, scene), *rankings(plain.text, scene))
            rulings += [Ruled(start, end, judged) for start, end, judged in said]
        for one in rulings:
            first, last = plain.origin(one.start, one.end)
            begin = first + len(source[first:last]) - len(source[first:last].lstrip(" $"))
            markup = MARKUP.search(source[:begin])
            begin = markup.start() if markup is not None else begin
            line = _line_of(text, masked, places[begin], source[begin:last])
            out.append(
                Found(offset + places[begin], source[begin:last], one.judged, line, offset + places[last])
            )
        done += " " + plain.text
    return state, out


def _line_of(text: Text, masked: str, place: int, claimed: str) -> int | None:
    """The line of a display, of its row if only one has the claim; other places are counted by the block."""
    for found in PLACE.finditer(masked):
        if found.start() <= place < found.end():
            rows = text.formulas.get(int(found.group(1)), ())
            lines = {row.line for row in rows if claimed.strip() in row.text}
            own = lines.pop() if len(lines) == 1 else rows[0].line if rows else None
            return own if rows and rows[0].display else None
    return None


def _read(
    state: State, statement: Statement, place: Place, around: Around, number: int
) -> tuple[State, Sequence[Ruled]]:
    """The state after a statement, and the rulings on it: what it does not claim it may give."""
    far = number - state.touched > NEAR
    scene = Scene(state.document, state.example, place, around, state.foreign, far)
    ruled = _of_no_other(rulings_on(statement, scene), statement, scene, state.earlier)
    refuted = any(one.judged.ruling is Ruling.REFUTED for one in ruled)
    behind = place.sentence[statement.told[-1].end :]
    anew = refuted and (
        sets_a_value(statement, around.clause, behind, state.example)
        or lists_anew(statement, state.example, place, state.document.precisions)
    )
    if ruled and not anew:
        wrong = {name: value for one in ruled for name, value in one.wrong.items()}
        example = replace(state.example, wrong={**state.example.wrong, **wrong}) if wrong else state.example
        return replace(
            state, example=example, touched=state.touched if far and not statement.subjects else number
        ), ruled
    if statement.phrase and OWNER.search(statement.before):
        return state, ()
    given = given_by(statement, state.example, place, state.document.precisions)
    chosen = given is not None and given.variance != state.example.variance
    worked_out = chosen and state.document.tied and follows_from_width(statement.before)
    if given is None or worked_out:
        return state, ()
    if state.example.vectors and given.vectors is not state.example.vectors:
        state = replace(state, earlier=(*state.earlier, state.example)[-MOST_EARLIER:])
    foreign = state.foreign and given.vectors is state.example.vectors
    resized = given.sizes.get("D") != state.example.sizes.get("D")
    if resized and state.document.tied and number != state.scaled:
        given = replace(given, variance=None)  # σ² = √D of the new D
    return replace(
        state, example=given, foreign=foreign, touched=number, scaled=number if chosen else state.scaled
    ), ()


def _of_no_other(
    ruled: Sequence[Ruled], statement: Statement, scene: Scene, earlier: Sequence[Example]
) -> Sequence[Ruled]:
    """The rulings without what is wrong of the example in view and right of an earlier one, which may be meant."""
    if all(one.judged.ruling is not Ruling.REFUTED for one in ruled):
        return ruled
    right = [
        (one.start, one.end)
        for example in earlier
        for one in rulings_on(statement, replace(scene, example=example))
        if one.judged.ruling is Ruling.VERIFIED
    ]
    return [
        one
        for one in ruled
        if one.judged.ruling is not Ruling.REFUTED
        or not any(start < one.end and one.start < end for start, end in right)
    ]


# -- tables ------------------------------------------------------------------------------------------------------------


def _of_table(
    text: Text, number: int, blocks: Sequence[Block], state: State
) -> tuple[State, dict[int, list[Found]]]:
    letters = state.document.letters
    header = tuple(plainly(text.spelled(cell), letters).text for cell in blocks[0].header)
    rows = [Row(tuple(plainly(text.spelled(cell), letters).text for cell in block.cells)) for block in blocks]
    lead = plainly(text.spelled(lead_of(text.blocks, number)), letters).text
    around = Around("", lead, state.section_text[-400:], state.section_text[-REACH:], state.heading)
    place = Place(" ".join(header), state.section_text[-REACH:], blocks[0].section)
    example, found = claims_of_table(
        header, rows, Scene(state.document, state.example, place, around, state.foreign)
    )
    out: dict[int, list[Found]] = {}
    for row, column, judged in found:
        out.setdefault(number + row, []).append(_in_cell(text, blocks[row], column, judged))
    state = replace(state, example=example, touched=number + len(blocks) if found else state.touched)
    return _further(state, f"{' '.join(header)} {' '.join(cell for row in rows for cell in row.cells)}"), out


def _in_cell(text: Text, block: Block, column: int, judged: Judged) -> Found:
    start = sum(len(cell) + 3 for cell in block.cells[:column])
    body = text.spelled(block.cells[column]).strip()
    written = body.strip("$").strip() if body.count("$") == 2 else body
    return Found(start, written, judged, until=start + len(block.cells[column]))


__all__ = ["claims_of_examples"]
