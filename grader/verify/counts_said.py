# ruff: noqa: E501 -- a pattern stays on one line
"""The exact counts that a block states: each sentence read with what the text has counted before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Ruling, Spanned
from grader.verify.costs.causal_costs import causal_costs
from grader.verify.costs.count_numbers import number_claims
from grader.verify.costs.even_lengths import EVEN
from grader.verify.costs.exact_counts import exact_counts
from grader.verify.costs.feature_lengths import feature_lengths
from grader.verify.costs.grounds import doubled, one_width
from grader.verify.costs.held_amounts import held_amounts
from grader.verify.costs.held_counts import held_counts
from grader.verify.costs.masked_pairs import ANEW, MASK, masked_pairs
from grader.verify.costs.ratios import RATIO, SAVED, SHARE
from grader.verify.costs.rivals import rival_claims
from grader.verify.costs.surroundings import COUNTS_ALL, Surroundings, Told
from grader.verify.numbers.memory_amounts import memory_claims
from grader.verify.passage import Found, Passage, end_of, in_mood, offset_of_sentence
from grader.verify.reading.document import Block
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause, Mood, clause_at
from grader.verify.reading.plain_signs import flattened
from grader.verify.shapes.told_sizes import letters_of_document, sizes_before, sizes_in
from grader.verify.supposed import consequence

REACH = 2000  # characters before a sentence that are read for what it speaks of
LONGEST_LIST = 14
MOST_SHARED = 0.7  # of a wrong count with what is decided before it
FEWEST_LISTED = 3  # counts of a paragraph that make it a list
WIDER = 25  # characters by which a claim is wider than a count in it
IN_NUMBERS = re.compile(
    r"\d{4}|\d,\d{3}|\d (?:numbers|entries|floats)|\d\s?(?:million|billion|[MBG]\b|e\d)", re.I
)
WORDED_FACTOR = re.compile(
    r"\b(?:factor|ratio) of (?:about |roughly |around |nearly |almost |over )?(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|a hundred)\b",
    re.I,
)
COMPARES = (IN_NUMBERS, EVEN, RATIO, SHARE, SAVED, WORDED_FACTOR, MASK, ANEW)


def count_claims(passage: Passage, pieces: Sequence[Clause], found: Sequence[Found]) -> list[Found]:
    """The counts of a block that are decided, each at its formula, where nothing has been decided yet."""
    masked = passage.block.text
    taken = [
        (item.offset, end_of(item, masked)) for item in found if item.judged.ruling is not Ruling.UNCHECKED
    ]
    return [item for item in _counts(passage, pieces) if not _decided(item, end_of(item, masked), taken)]


def _decided(item: Found, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether something is decided where a count stands; what is wrong in it speaks against a claim that holds more."""
    length = max(end - item.offset, 1)
    for a, b in taken:
        shared = min(b, end) - max(a, item.offset)
        if shared <= 0:
            continue
        if item.judged.ruling is not Ruling.REFUTED:
            return True
        if (b - a) - length < WIDER and shared > MOST_SHARED * length:
            return True
    return False


def _counts(passage: Passage, pieces: Sequence[Clause]) -> Iterator[Found]:
    context = passage.context
    named = letters_of_document(context.used, context.aliases)
    wide = one_width(context, named)
    twice = doubled(context)
    title = f"{passage.heading} {passage.label()} {' '.join(map(passage.text.spelled, passage.block.header))}"
    counting = COUNTS_ALL.search(passage.text.source) is not None
    told = _listed_before(
        passage, Surroundings("", title, named, passage.stacks(0) or twice, wide, counting=counting)
    )
    headers = flattened(_headers_above(passage)).text
    for start in sorted({offset_of_sentence(clause) for clause in pieces}):
        sentence = next(one for one in pieces if offset_of_sentence(one) == start).sentence
        if len(sentence) > LONGEST_SENTENCE:
            continue
        written, in_masked = passage.spelled(sentence)
        flat = flattened(written)
        before = flattened(f"{passage.earlier[-REACH:]} {passage.in_block_before(start)}").text[-REACH:]
        before = f"{headers} {before}" if headers else before
        sizes = sizes_before(passage, start, named)
        around = Surroundings(
            before, title, named, passage.stacks(start) or twice, wide, sizes, tuple(told), counting
        )
        claims: list[Spanned] = []
        for begin, end, judged, part in exact_counts(flat, around):
            if part is not None:
                told.append(part)
            if judged is not None:
                claims.append((begin, end, judged))
        claims += held_counts(flat, around)
        claims += memory_claims(flat, before)
        claims += rival_claims(flat, around)
        claims += causal_costs(flat.text)
        for maker in (held_amounts, feature_lengths):
            claims += [one for one in maker(flat, around) if not _overlaps(one, claims)]
        if any(words.search(flat.text) for words in COMPARES):
            claims += masked_pairs(flat, before, named, sizes)
            claims += number_claims(flat, around)
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


def _overlaps(one: Spanned, others: Sequence[Spanned]) -> bool:
    return any(start < one[1] and one[0] < end for start, end, _ in others)


def _headers_above(passage: Passage) -> str:
    """The titles of the tables before a paragraph in its section, whose formulas count what their columns hold."""
    blocks = passage.text.blocks
    if passage.block.kind == "row":
        return ""
    above = blocks[max(0, passage.number - LONGEST_LIST) : passage.number]
    told = [one.header for one in above if one.kind == "row" and one.section == passage.block.section]
    return " | ".join(
        passage.spelled(title)[0] for header in dict.fromkeys(map(tuple, told)) for title in header
    )


def _listed_before(passage: Passage, around: Surroundings) -> list[Told]:
    """The counts of the items or rows right before a block, if it belongs to their list or follows it."""
    blocks = passage.text.blocks
    place = next(number for number, one in enumerate(blocks) if one is passage.block)
    listed: list[Block] = []
    for one in reversed(blocks[max(0, place - LONGEST_LIST) : place]):
        if one.kind not in {"item", "row"} or (listed and one.section != listed[0].section):
            break
        listed.insert(0, one)
    if not listed and place and blocks[place - 1].kind == "paragraph":
        # "two projections 2NRD, key weights 2NR, ...": a list in a sentence
        listed = [blocks[place - 1]]
    told: list[Told] = []
    for one in listed:
        for *_, part in exact_counts(flattened(passage.text.spelled(one.text)), around):
            if part is not None:
                told.append(part)
    return told if len(told) >= FEWEST_LISTED or not listed or listed[0].kind != "paragraph" else []


__all__ = ["count_claims"]
