"""The claims of a clause in prose: its deciders in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Ruling, unchecked
from grader.verify.costs.cost_claims import cost_claims
from grader.verify.formulas import kernel_values
from grader.verify.formulas.equations import judge_row
from grader.verify.networks import compared, facts, network_facts, papers
from grader.verify.numbers import arithmetic
from grader.verify.passage import Found, Passage
from grader.verify.reading.document import Row
from grader.verify.reading.mood import LONGEST_SENTENCE, Clause
from grader.verify.scope import features
from grader.verify.scope.formula_reading import read_formula
from grader.verify.shapes.shape_claims import shape_claims
from grader.verify.triplets import distances, triplet_gradients
from grader.verify.words import concepts

# the two points in the kernel of a formula
DIFFERENCE = re.compile(r"(?:\\\||‖|\\[lr]?Vert|\|)\s*([a-z])\s*[-−]\s*([a-z])\s*(?:\\\||‖|\\[lr]?Vert|\|)")
PRONOUN = re.compile(r"\W*It\b")


def sentence_claims(passage: Passage, clause: Clause) -> Iterator[Found]:
    """The claims of one clause."""
    if len(clause.sentence) > LONGEST_SENTENCE or re.search(r"\S{160}", clause.sentence):
        return
    spelled, places = passage.spelled(clause.text)
    sentence = passage.text.spelled(clause.sentence)
    about = f"{passage.above} {passage.heading} {passage.earlier} {passage.in_block_before(clause.offset)}"
    plain = _same_length(spelled)
    taken: list[tuple[int, int]] = []

    def give(start: int, end: int, judged: Judged) -> Found:
        text = spelled[start:end]
        lead = len(text) - len(text.lstrip())
        begin, until = (clause.offset + places[min(at, len(places) - 1)] for at in (start + lead, end))
        return Found(begin, text, judged, until=until)

    whole = owner_prefix(passage, clause)
    for start, end, judged in network_facts.network_facts(whole + plain):
        if end <= len(whole):
            continue
        begin = max(start - len(whole), 0)
        taken.append((begin, end - len(whole)))
        yield give(begin, end - len(whole), judged)
    shift = len(whole) if PRONOUN.match(clause.sentence) else 0
    for begin, finish, told in facts.sentence_facts(whole[:shift] + plain, sentence, about):
        start, end = max(begin - shift, 0), finish - shift
        own = told.ruling is Ruling.REFUTED and papers.of_own_run(sentence, about)
        judged = unchecked(told.kind, papers.OWN_DOING) if own else told
        if judged.ruling is Ruling.REFUTED or not _overlaps(start, end, taken):
            taken.append((start, end))
            yield give(start, end, judged)
    for start, end, judged in (
        *papers.paper_claims(plain, sentence, about),
        *distances.losses(spelled, sentence, about),
        *distances.semi_hard_losses(spelled, about),
        *(features.rates(spelled) if passage.context.random_features else ()),
        *kernel_values.in_words(spelled, f"{about} {sentence}", passage.context, passage.block.line),
        *triplet_gradients.in_words(spelled, sentence, about),
        *features.ranges(spelled, about),
        *features.kernel_ranges(spelled),
        *features.unbiased(spelled, passage.context.scale_at(passage.block.line)),
    ):
        if not _overlaps(start, end, taken):
            taken.append((start, end))
            yield give(start, end, judged)
    for maker in (
        arithmetic.prose_claims,
        concepts.quotient_claims,
        concepts.sum_claims,
        compared.network_comparisons,
    ):
        for start, end, judged in maker(plain):
            if not _overlaps(start, end, taken):
                taken.append((start, end))
                yield give(start, end, judged)
    in_formula = any(
        concepts.QUANTIFIER.search(f.text) and concepts.MINIMUM.search(f.text)
        for f in passage.formulas_in(clause.sentence)
    )
    for _, _, judged in concepts.depth_claims(spelled, sentence, about) if not in_formula else ():
        yield give(0, len(spelled), judged)
    if not any(re.search(r"\\sim|∼|~", f.text) for f in passage.formulas_in(clause.text)):
        for start, end, judged in concepts.law_claims(spelled, sentence, about):
            yield give(start, end, judged)
    if "\ue000" not in clause.text:
        for _, _, judged in concepts.scale_claims(spelled, sentence, about):
            yield give(0, len(spelled), judged)
    for found in features.ONE_COSINE.finditer(spelled) if passage.context.random_features else ():
        named = DIFFERENCE.search(found.group("formula"))
        first, second = named.groups() if named is not None else ("q", "k")
        source = rf"\mathrm{{Var}}(\cos(w^\top ({first} - {second}))) = {found.group('formula')}"
        row = Row(source, passage.block.line, False, -1)
        variance = judge_row(read_formula(source, row, passage.block), None, passage.context, sentence)
        if variance is not None:
            yield give(found.start(), found.end(), variance)
    yield from shape_claims(passage, clause)
    yield from cost_claims(passage, clause, sentence)


def owner_prefix(passage: Passage, clause: Clause) -> str:
    """The subject of the sentence, put before a clause that leaves it out ("and has 1.6B FLOPs")."""
    place = clause.sentence.find(clause.text)
    before = passage.text.spelled(clause.sentence[: max(place, 0)])
    if network_facts.SUBJECTS.search(passage.text.spelled(clause.text)):
        return ""
    named = list(network_facts.SUBJECTS.finditer(before))
    if not named and PRONOUN.match(clause.sentence):
        # "NN1 is a deep net. It has 140M parameters": of the one network that the sentence before names
        told = list(network_facts.SUBJECTS.finditer(passage.text.spelled(clause.before)))
        named = told if len({network_facts.subject_of(one) for one in told}) == 1 else []
    return f"{named[-1].group()} " if named else ""


def _overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in taken)


SIGNS = {
    r"\times": "×",
    r"\approx": "≈",
    r"\cdot": "·",
    "$": " ",
    r"\%": "%",
    r"\&": "&",
    r"\,": " ",
    r"\_": "_",
}
SIGN = re.compile(
    "|".join(re.escape(sign) + r"(?![A-Za-z])" if sign[-1].isalpha() else re.escape(sign) for sign in SIGNS)
)


def _same_length(spelled: str) -> str:
    """The text with LaTeX's signs as plain ones, each padded to its length so that every place stays."""
    return SIGN.sub(lambda found: SIGNS[found.group()].ljust(len(found.group())), spelled)
