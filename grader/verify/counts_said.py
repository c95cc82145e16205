"""The exact counts that a block states: each sentence read with what the text has counted before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from grader.verify.claim import Ruling, Spanned
from grader.verify.costs.break_even import break_even_formulas, break_even_lengths
from grader.verify.costs.count_formulas import letters_of_document, sizes_in
from grader.verify.costs.count_numbers import EVEN, RATIO, Surroundings, number_claims
from grader.verify.costs.exact_counts import Around, Told, exact_counts
from grader.verify.costs.held_counts import held_counts, held_numbers
from grader.verify.costs.masked_pairs import ANEW, MASK, masked_pairs
from grader.verify.numbers.memory_amounts import memory_claims
from grader.verify.passage import Found, Passage, end_of, in_mood, offset_of_sentence
from grader.verify.reading.document import Block
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause, Mood, clause_at
from grader.verify.reading.plain_signs import flattened
from grader.verify.scope.context import Context
from grader.verify.scope.growth import Polynomial
from grader.verify.supposed import consequence

REACH = 2000  # characters before a sentence that are read for what it speaks of
LONGEST_LIST = 14
TWICE_R: Polynomial = {(("R", Fraction(1)),): Fraction(2)}
IN_NUMBERS = re.compile(
    r"\d{4}|\d,\d{3}|\d (?:numbers|entries|floats)|\d\s?(?:million|billion|[MBG]\b|e\d)|"
    + "|".join(words.pattern for words in (EVEN, RATIO, MASK, ANEW)),
    re.I,
)


def count_claims(passage: Passage, pieces: Sequence[Clause], found: Sequence[Found]) -> list[Found]:
    """The counts of a block that are decided, each at its formula, where nothing has been decided yet."""
    taken = [
        (item.offset, end_of(item, passage.block.text))
        for item in found
        if item.judged.ruling is not Ruling.UNCHECKED
    ]
    return [
        item
        for item in _counts(passage, pieces)
        if not any(a < end_of(item, passage.block.text) and item.offset < b for a, b in taken)
    ]


def _counts(passage: Passage, pieces: Sequence[Clause]) -> Iterator[Found]:
    context = passage.context
    named = letters_of_document(context.used, context.aliases)
    one_width = not context.value_width or bool(named and "M" not in named.values())
    doubled = _doubled(context)
    title = f"{passage.heading} {passage.label()} {' '.join(map(passage.text.spelled, passage.block.header))}"
    told = _listed_before(passage, Around("", title, named, passage.stacks(0) or doubled, one_width))
    for start in sorted({offset_of_sentence(clause) for clause in pieces}):
        sentence = next(one for one in pieces if offset_of_sentence(one) == start).sentence
        if len(sentence) > LONGEST_SENTENCE:
            continue
        written, in_masked = passage.spelled(sentence)
        flat = flattened(written)
        before = flattened(f"{passage.earlier[-REACH:]} {passage.in_block_before(start)}").text[-REACH:]
        around = Around(before, title, named, passage.stacks(start) or doubled, one_width, tuple(told))
        claims: list[Spanned] = []
        for begin, end, judged, part in exact_counts(flat, around):
            if part is not None:
                told.append(part)
            if judged is not None:
                claims.append((begin, end, judged))
        claims += held_counts(flat, around)
        claims += memory_claims(flat, before)
        if IN_NUMBERS.search(flat.text):
            sizes = _sizes_before(passage, start, named)
            here = Surroundings(before, title, named, around.stacked, one_width, sizes)
            claims += held_numbers(flat, around, sizes)
            claims += masked_pairs(flat, before, named, sizes)
            claims += number_claims(flat, here)
            claims += break_even_lengths(flat, here)
            claims += break_even_formulas(flat, here)
        for begin, end, judged in claims:
            at, until = flat.places[begin], flat.places[end]
            first, last = start + in_masked[at], start + in_masked[until]
            clause = clause_at(pieces, first)
            mood = clause.mood if clause is not None else Mood.ASSERTED
            until_then = consequence(sentence) if mood is Mood.SUPPOSED else None
            if until_then is not None and first - start >= until_then and sizes_in(flat.text[:begin], named):
                # "if the sequence grows to 2,000 tokens, the scores need ...": its sizes are those of the premise
                mood = Mood.ASSERTED
            yield in_mood(Found(first, written[at:until], judged, until=last), mood)


def _doubled(context: Context) -> bool:
    """Whether the text says that its features number twice the directions: `L = 2R`."""
    return any(name in {"L", "C", "F"} and tie == TWICE_R for _, _, name, tie in context.ties)


def _sizes_before(passage: Passage, start: int, named: Mapping[str, str]) -> list[tuple[str, Fraction]]:
    """The sizes that the document sets before a sentence, in order; what sets several at once holds longer."""
    blocks = passage.text.blocks
    place = next(number for number, one in enumerate(blocks) if one is passage.block)
    alone: list[tuple[str, Fraction]] = []
    together: list[tuple[str, Fraction]] = []
    for one in blocks[:place]:
        found = _sizes_set(passage.text.spelled(one.text), tuple(named.items()))
        (together if len({size for size, _ in found}) > 1 else alone).extend(found)
    here = sizes_in(flattened(passage.in_block_before(start)).text, named)
    return [*alone, *together, *((size, value) for _, size, value in here)]


@lru_cache(maxsize=4096)
def _sizes_set(spelled: str, named: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Fraction], ...]:
    """The sizes that a block sets: every sentence after it asks for them."""
    return tuple((size, value) for _, size, value in sizes_in(flattened(spelled).text, dict(named)))


def _listed_before(passage: Passage, around: Around) -> list[Told]:
    """The counts of the items or rows right before a block, if it belongs to their list or follows it."""
    blocks = passage.text.blocks
    place = next(number for number, one in enumerate(blocks) if one is passage.block)
    listed: list[Block] = []
    for one in reversed(blocks[max(0, place - LONGEST_LIST) : place]):
        if one.kind not in {"item", "row"} or (listed and one.section != listed[0].section):
            break
        listed.insert(0, one)
    told: list[Told] = []
    for one in listed:
        for *_, part in exact_counts(flattened(passage.text.spelled(one.text)), around):
            if part is not None:
                told.append(part)
    return told


__all__ = ["count_claims"]
