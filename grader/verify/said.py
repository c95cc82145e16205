# ruff: noqa: E501 -- a pattern stays on one line
"""Statements in words that read their own negation and condition, with the mood that is left without these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from grader.verify.claim import Ruling
from grader.verify.depth import vote_words
from grader.verify.networks import val_comparisons
from grader.verify.passage import Found, Passage, end_of, in_mood, offset_of_sentence
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause, Mood, mood_of
from grader.verify.reading.plain_signs import readable
from grader.verify.triplets import rate_definitions, triplet_regions
from grader.verify.triplets.plain_margins import margins_in_prose
from grader.verify.words import (
    bounds,
    causal_sight,
    cheaper,
    course_words,
    experiments,
    factors,
    overflow,
    sample_sizes,
    sphere_numbers,
    spreads,
    tail_bounds,
    taylor,
    theses,
    theses_attention,
    theses_dependences,
    theses_depth,
    theses_facenet,
    theses_linear,
    theses_numbers,
    theses_probes,
    theses_regions,
    theses_triplets,
    theses_votes,
)
from grader.verify.words.attention_truths import TRUTHS
from grader.verify.words.propositions import propositions

THESES = (
    *theses_regions.THESES,
    *theses_triplets.THESES,
    *theses_facenet.THESES,
    *theses_depth.THESES,
    *theses_probes.THESES,
    *theses_votes.THESES,
    *theses_dependences.THESES,
    *theses_attention.THESES,
    *theses_linear.THESES,
)
# moods that a statement's own words "not" and "if" give its clause
TIED = re.compile(r"(?:σ|\\sigma)\s*(?:²|\^\s*\{?2\}?)\s*=\s*\$?\s*(?:√|\\sqrt)\s*\{?\(?\s*[Dd]")
# where what is said of one thing ends
PIECE = re.compile(
    r"[,;:]\s|[→⇒]|\s(?:and|but|so|because|since|while|whereas|otherwise|although|(?:even )?though)\s"
)
REPORTED = re.compile(r"\s*(?:that|why|how|whether|what)\b", re.I)
# "I said it is quadratic, but that was a mistake"
TAKEN_BACK = re.compile(
    r"\bI (?:first |had |earlier )?(?:said|wrote|claimed|thought|told you)\b|\b(?:that|this|it|which) was (?:a |an |my |simply |just |plainly )*(?:mistake|error|wrong|incorrect|false|slip)\b",
    re.I,
)
OWN_WORDS = frozenset({Mood.DENIED, Mood.SUPPOSED, Mood.CONDITIONAL})


# without one of these words nowhere a document says nothing of the course
ABOUT = re.compile(
    r"attention|softmax|soft-max|anchor|batch[- ]?hard|kernel|gauss|fourier|random feature|feature map|triplet|facenet|embedding|schroff|prediction depth|baldock|\bprobes?\b|resnet|k-?NN\b|neighbou?rs|cross[- ]?entrop|unit sphere|\bmargin|polynomial",
    re.I,
)


@lru_cache(maxsize=8)
def _about_the_course(source: str) -> bool:
    return ABOUT.search(source) is not None


def said_claims(passage: Passage, pieces: Sequence[Clause], found: Sequence[Found]) -> list[Found]:
    """The block's statements in words, where nothing has been decided yet."""
    out: list[Found] = []
    if not _about_the_course(passage.text.source):
        return out
    taken = [
        (item.offset, end_of(item, passage.block.text))
        for item in found
        if item.judged.ruling is not Ruling.UNCHECKED
    ]
    tied = TIED.search(passage.text.source)
    subjects = f"{'random features' if passage.context.random_features else ''} {'σ^2 = √D' if tied else ''}"
    if passage.context.tokens_are_columns:
        subjects += " tokens are columns"
    for start in sorted({offset_of_sentence(clause) for clause in pieces}):
        clauses = [one for one in pieces if offset_of_sentence(one) == start]
        sentence = clauses[0].sentence
        if len(sentence) > LONGEST_SENTENCE:
            continue
        written, in_masked = passage.spelled(sentence)
        spelled, in_written = readable(written)
        places = [in_masked[place] for place in in_written]
        before = f"{passage.above} {passage.heading} {passage.earlier}\n{passage.in_block_before(start)}"
        scale = passage.context.scale_at(passage.block.line)
        # these read their own negations and conditions
        told = (
            *factors.factors(spelled, before, passage.text.source),
            *propositions(spelled, before, subjects, scale, TRUTHS),
            *spreads.spreads(spelled, f"{subjects} {before}", passage.context.bandwidth),
            *sample_sizes.sample_sizes(spelled, f"{subjects} {before}"),
            *tail_bounds.tail_bounds(spelled, f"{subjects} {before}"),
            *causal_sight.causal_sight(spelled, before),
            *experiments.experiments(spelled, before),
            *bounds.bounds(spelled, before, scale),
            *cheaper.cheaper(spelled, before),
            *overflow.overflow(spelled, before),
            *taylor.taylor(spelled, before),
            *sphere_numbers.sphere_numbers(spelled, before),
            *theses.thesis_claims(spelled, before, THESES),
        )
        read = [(start + places[begin], start + places[end]) for begin, end, _ in told]
        for begin, end, judged in (
            *told,
            *course_words.course_statements(spelled, before),
            *triplet_regions.sort_claims(spelled, before),
            *vote_words.depth_words(spelled, before),
            *rate_definitions.rate_definitions(spelled),
            *val_comparisons.val_comparisons(spelled, before),
            *margins_in_prose(spelled, before),
            *theses_numbers.numbers_told(spelled, before),
            *vote_words.probe_counts(spelled, before),
        ):
            first, last = start + places[begin], start + places[end]
            wrong = judged.ruling is Ruling.REFUTED
            # a true figure in it does not make a statement true
            if any(
                a < last
                and first < b
                and not (wrong and first <= a and b <= last and 2 * (b - a) < last - first)
                for a, b in taken
            ):
                continue
            if wrong and passage.block.kind == "row" and LIMITED.search(passage.block.text):
                continue  # "φ(x)·φ(y) ≥ 0 | in expectation only": another cell says when it holds
            taken.append((first, last))
            mood = _mood(clauses, first, last, start, passage.heading, read)
            stated = written[in_written[begin] : in_written[end]]
            out.append(in_mood(Found(first, stated, judged, until=last), mood))
    return out


LIMITED = re.compile(
    r"\|[^|]*\b(?:not|only|never|except|unless|if|when|in expectation|on average|false|wrong|no)\b", re.I
)


def _mood(
    clauses: Sequence[Clause],
    first: int,
    last: int,
    start: int,
    heading: str,
    read: Sequence[tuple[int, int]],
) -> Mood:
    """The mood of what stands around the statements: their own "not" and "if" have been read."""
    within = [one for one in clauses if one.offset < last and first < one.offset + len(one.text)]
    if TAKEN_BACK.search(clauses[0].sentence):
        return Mood.RETRACTED
    own = next((one.mood for one in within if one.mood not in {Mood.ASSERTED, *OWN_WORDS}), None)
    if own is not None or all(one.mood is Mood.ASSERTED for one in within):
        return own or Mood.ASSERTED
    blank = within[0].sentence
    for begin, end in {(first, last), *read}:
        blank = blank[: begin - start] + " " * (end - begin) + blank[end - start :]
    text = blank[within[0].offset - start : within[-1].offset + len(within[-1].text) - start]
    mood = mood_of(_spaced(text), _spaced(blank), "", heading, within[0].block)
    if mood is not Mood.DENIED or (first, last) not in read:
        return mood
    # "the variance is 1, so the softmax does not saturate": the next piece denies something else
    begin = max((cut.end() for cut in PIECE.finditer(blank, 0, first - start)), default=0)
    after = PIECE.search(blank, last - start)
    own_piece = blank[begin : after.start() if after is not None else len(blank)]
    if REPORTED.match(own_piece):
        return mood
    return mood_of(_spaced(own_piece), _spaced(blank), "", heading, within[0].block)


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


__all__ = ["said_claims"]
