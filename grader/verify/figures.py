"""What the figures of a whole sentence add up to, where they are not decided yet: the deciders in order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.verify import statements, supposed
from grader.verify.claim import Judged, Ruling
from grader.verify.networks import classifier, compared, cross_entropy, layers, sides
from grader.verify.numbers import (
    changes,
    deviations,
    evaluated,
    named_ratios,
    proportions,
    quantities,
    reckoning,
    shares,
    sums,
    total_ratios,
    worded,
)
from grader.verify.passage import Found, Passage, in_mood, offset_of_sentence
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause, Mood, clause_at, mood_of_figure
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import readable
from grader.verify.shapes import thing_shapes
from grader.verify.shapes.thing_sizes import Letters
from grader.verify.shapes.told_sizes import settled_sizes
from grader.verify.tables import sheets
from grader.verify.triplets import triplet_shares


def figure_claims(passage: Passage, pieces: Sequence[Clause], found: Sequence[Found]) -> list[Found]:
    """Arithmetic on the figures of whole sentences, where nothing has been decided about them yet."""
    out: list[Found] = []
    decided = [item for item in found if item.judged.ruling is not Ruling.UNCHECKED]
    for start in sorted({offset_of_sentence(clause) for clause in pieces}):
        clause = next(one for one in pieces if offset_of_sentence(one) == start)
        if len(clause.sentence) > LONGEST_SENTENCE:
            continue
        written, in_masked = passage.spelled(clause.sentence)
        spelled, in_written = in_digits(*readable(written))
        places = [in_masked[place] for place in in_written]
        previous = sentence_before(passage, start)
        near_before = passage.in_block_before(start)
        block_before = plainly(near_before)
        before_it = f"{passage.earlier} {near_before}"
        makers = [
            reckoning.calculations(spelled),
            triplet_shares.triplet_shares(spelled, before_it),
            shares.share_claims(spelled, block_before),
            sums.sum_claims(spelled, block_before, tuple(map(plainly, passage.items))),
            worded.worded_claims(spelled),
            named_ratios.ratio_claims(spelled, before_it),
            changes.changes(spelled, before_it, block_before or plainly(passage.paragraph)),
            total_ratios.total_ratios(spelled, block_before, tuple(map(plainly, passage.items))),
            quantities.quantity_claims(spelled, before_it),
            layers.counts(spelled),
            layers.outputs(spelled),
            sides.side_claims(spelled),
            proportions.proportion_claims(spelled, before_it),
            deviations.deviations(spelled, before_it),
            evaluated.evaluated(spelled, written, in_written, previous, before_it, passage.setting),
            compared.network_comparisons(spelled),
            statements.statements_in(spelled, before_it),
            classifier.losses(spelled),
            cross_entropy.cross_entropies(spelled, before_it),
            classifier.network_claims(spelled, f"{passage.heading} {before_it}"),
            sheets.sheet_claims(spelled, passage.sheet) if passage.sheet is not None else iter(()),
            thing_shapes.thing_shapes(
                spelled,
                f"{passage.above} {passage.heading} {before_it}",
                letters_at(passage),
                rows=passage.context.tokens_are_rows,
                stacks=passage.stacks(start) or passage.context.doubles_features,
                told=settled_sizes(passage, start + len(clause.sentence)),
            ),
        ]
        for found_at, end, judged in (claim for maker in makers for claim in maker):
            begin = found_at + len(spelled[found_at:end]) - len(spelled[found_at:end].lstrip())
            first, last = start + places[begin], start + places[end]
            if any(speaks_of_same(item, first, last, spelled[begin:end]) for item in (*decided, *out)):
                continue
            if rests_on_wrong(judged, (*decided, *out)):
                continue  # the error is charged where it was made
            stated = written[in_written[begin] : in_written[end]]
            around = clause_at(pieces, first)
            mood = mood_of_figure(around, first, last) if around is not None else Mood.ASSERTED
            if mood is Mood.SUPPOSED and supposed.holds_its_premise(
                clause.sentence, first - start, last - start
            ):
                mood = Mood.ASSERTED
            out.append(in_mood(Found(first, stated, judged, until=last), mood))
    return out


def letters_at(passage: Passage) -> Letters:
    """What the letters of sizes stand for in a document."""
    context = passage.context
    return Letters(context.size_letters, context.aliases, context.random_features)


def sentence_before(passage: Passage, start: int) -> str:
    """The sentence before a place: of its block, else the last one of the block above it."""
    above = passage.in_block_before(start).strip() or passage.paragraph
    return re.split(r"(?<=[.!?])\s+(?=[A-Z$(\\])", above.strip())[-1]


def plainly(spelled: str) -> str:
    """A text with plain signs for LaTeX's, and its number words as digits."""
    return in_digits(*readable(spelled))[0]


def rests_on_wrong(judged: Judged, found: Sequence[Found]) -> bool:
    """Whether a sum is called wrong of which a term has been refuted already."""
    terms = judged.witness.get("terms") if judged.ruling is Ruling.REFUTED and judged.witness else None
    wrong = [re.sub(r"[\s{},\\]", "", item.text) for item in found if item.judged.ruling is Ruling.REFUTED]
    return isinstance(terms, list) and any(
        re.search(rf"(?<![\d.]){re.escape(re.sub(r'[ ,]', '', term))}(?![\d.]*\d)", text)
        for term in terms
        for text in wrong
    )


SLACK = 4  # signs such as "so " or a closing dollar


def speaks_of_same(item: Found, first: int, last: int, stated: str) -> bool:
    """Whether a claim that is decided already speaks of what stands at a place."""
    until = item.until if item.until is not None else item.offset + max(len(item.text), 1)
    if item.until is None and item.text[:1] in "$\\":
        until = item.offset + 1
    within = item.offset - SLACK <= first and last <= max(until, item.offset + 1) + SLACK
    mine, theirs = set(re.findall(r"\d+", stated)), set(re.findall(r"\d+", item.text))
    # "layer3 | 256×4×4" says with its stage's name what "256×4×4" has been judged for
    named = (
        first <= item.offset
        and until <= last + SLACK
        and theirs
        and theirs < mine
        and len(mine - theirs) == 1
    )
    return bool((within and mine <= theirs) or named)
