# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""One block of a document with all that is known around it, and a ruling with its place there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from grader.verify.another_example import Basis
from grader.verify.claim import Judged, Kind, Method, Ruling, unchecked
from grader.verify.depth.ledger import Ledger
from grader.verify.reading import occurrences
from grader.verify.reading.document import OPEN, PLACE, Block, Text
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause, Mood, mood_of_figure
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula, read_formula
from grader.verify.tables import sheets
from grader.verify.triplets import worked_examples
from grader.verify.worlds.settings import Setting

REACH = 4_000  # how far back in its block a claim's words are looked for
LABEL = re.compile(
    r"\s*(?:\*\*(?P<bold>[^*]{2,80})\*\*|__(?P<under>[^_]{2,80})__|(?P<plain>[A-Z][\w\s-]{2,40}):(?=\s))"
)
# `feature vectors of length 2m`
STACKED = re.compile(
    r"\b(?:length|dimension|width|size)s?\s+\$?2\s?[A-Za-z]|2\s?[A-Za-z](?:_\{?\w+\}?)?\$? (?:random )?(?:features|entries)|\\mathbb\s*\{?R\}?\^\{?2\s?[A-Za-z]"
)


@dataclass(frozen=True)
class Found:
    """A ruling with its place: the offset in the block's masked text, and the claim's own text."""

    offset: int
    text: str
    judged: Judged
    line: int | None = None
    until: int | None = None  # where it ends in the masked text, if that is known
    basis: Basis = Basis.NONE


@dataclass(frozen=True)
class Passage:
    """One block with all that is known around it."""

    text: Text
    context: Context
    block: Block
    heading: str
    above: str
    earlier: str
    paragraph: str
    lead: str
    announced: str  # the sentence that announces the list in which this item stands
    items: tuple[str, ...]  # the items of the list right before it
    broken: bool  # whether the list or the table before it has a cost that is refuted
    formulas: list[Formula]
    number: int  # of the block
    ledger: Ledger  # what the document counts of depths, votes and groups
    sheet: sheets.Sheet | None
    in_cells: tuple[tuple[int, Judged], ...]
    worked: tuple[Found, ...] = ()  # what its worked example claims
    examples: tuple[worked_examples.Ruled, ...] = ()  # what it states of the document's worked examples
    givens: tuple[tuple[int, int], ...] = ()  # where it sets what an example goes by

    def stacks(self, offset: int) -> bool:
        """Whether the text's feature map has a sine and a cosine for each random direction."""
        line = self.block.line_at(offset, self.text.formulas)
        return self.context.scale_at(line) is not None or bool(STACKED.search(self.earlier))

    def setting(self) -> Setting:
        """The setting at the block."""
        return self.context.setting_at(self.block.line)

    def after(self, formula: Formula) -> str:
        """What stands behind a formula in its block."""
        rest = self.block.text[formula.offset :]
        return PLACE.sub("", rest, count=1) if rest.startswith(OPEN) else rest[len(formula.text) :]

    def words_before(self, formula: Formula, clause: Clause | None) -> tuple[str, str]:
        """What stands before a formula in its sentence, and in its section."""
        start = offset_of_sentence(clause) if clause is not None else 0
        before = self.text.spelled(self.block.text[max(start, formula.offset - REACH) : formula.offset])
        return before, f"{self.earlier} {self.in_block_before(formula.offset)}"

    def in_block_before(self, offset: int) -> str:
        """The block's text before a place: all of it, or what is near in a block without end."""
        return self.text.spelled(self.block.text[max(0, offset - REACH) : offset])

    def before_in_block(self, before_masked: str) -> str:
        """The paragraph up to a place."""
        place = self.block.text.find(before_masked) if before_masked.strip() else 0
        return self.in_block_before(max(place, 0))

    def label(self) -> str:
        """What stands over the block's sentences: its bold opening, or the sentence that announces it."""
        text = self.text.spelled(self.block.text)
        opening = LABEL.match(text)
        return f"{self.announced} {next(filter(None, opening.groups()))}" if opening else self.announced

    def formulas_in(self, masked: str) -> list[Formula]:
        """The formulas of a piece of masked text."""
        out: list[Formula] = []
        for place in PLACE.finditer(masked):
            for row in self.text.formulas.get(int(place.group(1)), ()):
                out += [read_formula(row.text, row, self.block)]
        return out

    def spelled(self, masked: str) -> tuple[str, list[int]]:
        """The text with its formulas put back, and for each character its place in the masked text."""
        return occurrences.spelled_places(self.text, masked)


def end_of(item: Found, masked: str) -> int:
    """Where a claim ends in the masked text, in which a formula is one short sign."""
    if item.until is not None:
        return item.until
    return item.offset + (1 if masked[item.offset : item.offset + 1] == OPEN else len(item.text))


def offset_of_sentence(clause: Clause) -> int:
    """Where the clause's sentence starts in its block."""
    return clause.offset - max(clause.sentence.find(clause.text), 0)


def sentence_around(clause: Clause, offset: int) -> str:
    """The clause's sentence; of one without end, as a log or a table without signs is, what is near a place of its block."""
    if len(clause.sentence) <= LONGEST_SENTENCE:
        return clause.sentence
    place = offset - offset_of_sentence(clause)
    return clause.sentence[max(0, place - LONGEST_SENTENCE // 2) : place + LONGEST_SENTENCE // 2]


def mood_of_found(clause: Clause, item: Found) -> Mood:
    """The mood of the clause in which a ruling stands; a figure is denied only by what stands beside it."""
    if item.judged.kind is not Kind.ARITHMETIC:
        return clause.mood
    return mood_of_figure(clause, item.offset, item.until if item.until is not None else item.offset)


def in_mood(found: Found, mood: Mood) -> Found:
    """A claim that the text does not assert is not decided; what "would" hold may still be verified."""
    if mood is Mood.RELATED and found.judged.kind in {Kind.ARITHMETIC, Kind.FACT}:
        # its own numbers have to add up, and its layers shrink images like any other's
        counted = found.judged.method is Method.COUNT
        return found if counted else replace(found, judged=unchecked(found.judged.kind, f"not judged, because {mood.value}"))  # fmt: skip
    if found.judged.ruling is Ruling.VERIFIED and (
        mood is Mood.CONDITIONAL
        or (mood is Mood.SUPPOSED and found.judged.kind in {Kind.COMPLEXITY, Kind.ARITHMETIC})
    ):
        return found
    if mood is Mood.ASSERTED or found.judged.ruling is Ruling.UNCHECKED:
        return found
    return replace(found, judged=unchecked(found.judged.kind, f"not judged, because {mood.value}"))
