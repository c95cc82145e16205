# ruff: noqa: E501 -- a pattern stays on one line
"""The worked examples of a document: each block read with what the blocks before it have given.

The state that is handed on is an `Example`. A sentence first gives (points, identities, roles, margins), then its
formulas and its words are held against what follows from all that has been given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.verify.claim import STUMBLES, Judged, Spanned, stumbled
from grader.verify.reading.document import Block, Text, tables_of
from grader.verify.reading.mood import LONGEST_SENTENCE, sentences
from grader.verify.triplets.accepted_pairs import Tally, accepted_pairs
from grader.verify.triplets.batch_counts import batch_counts
from grader.verify.triplets.batch_growth import batch_growth
from grader.verify.triplets.chains import chain_claims, next_chain
from grader.verify.triplets.class_counts import class_counts
from grader.verify.triplets.class_sums import class_sums
from grader.verify.triplets.collapse import collapse_statements, is_collapse
from grader.verify.triplets.distance_letters import letters_in, with_distances
from grader.verify.triplets.distance_words import distance_words
from grader.verify.triplets.embeddings import Batch, classes_of
from grader.verify.triplets.example import Example, View, role_of
from grader.verify.triplets.example_tables import read_table
from grader.verify.triplets.family_statements import family_statements, listed_means
from grader.verify.triplets.given_distances import NEVER, lists_given, pair_of, set_anew, told_by, with_anew
from grader.verify.triplets.givens import (
    PASSING,
    VECTOR,
    conventions,
    identities_in,
    labels_given,
    margins_in,
    points_in,
    roles_in,
    thresholds_in,
)
from grader.verify.triplets.gradient_formulas import gradient_formulas
from grader.verify.triplets.gradient_steps import LATER, gradient_statements
from grader.verify.triplets.line_points import from_zero
from grader.verify.triplets.matrix_entries import matrix_entries
from grader.verify.triplets.membership import membership
from grader.verify.triplets.movements import movements
from grader.verify.triplets.pair_statements import pair_statements, pairs_listed, rate_formulas
from grader.verify.triplets.semi_hard_bands import bands
from grader.verify.triplets.sphere_formulas import sphere_identities
from grader.verify.triplets.sphere_statements import scalings, sphere_statements
from grader.verify.triplets.spoken import Spoken, in_plain_signs, spoken
from grader.verify.triplets.terms import key, term_at
from grader.verify.triplets.topic import our_blocks
from grader.verify.triplets.triplet_statements import triplet_statements

SUBJECT = re.compile(
    r"triplet|facenet|anchor|semi-?\s?hard|embedding|\bVAL\b|\bFAR\b|unit (?:vector|sphere|circle)|same-person|pairs\b[^.]{0,80}\baccepted|metric learning",
    re.I,
)
PAPERS_MARGIN = re.compile(r"facenet|schroff|\bpaper|\bauthors\b", re.I)
# a formula that is wrong on purpose, or another loss
UNREAL = re.compile(
    r"\b(?:forg[eo]t\w*|wrongly|by mistake|mistaken\w*|swapp?\w*|without (?:the )?(?:squares?|hinge|margin)|no hinge|plain distances?|unsquared|not squared|square roots?|contrastive|softplus|cosine (?:loss|margin)|someone|somebody|one might)\b",
    re.I,
)


OF_NUMBER = re.compile(r"#\s?\d|\b(?:example|case|row|triplet|item|no\.) \(?(?:\d{1,2}|[A-H])\b", re.I)
# "anchor 1 with positive 0": points on a line that are called by where they are
BY_COORDINATE = re.compile(
    r"\banchor \d+(?:\.\d+)?(?!\d*[:.]?\d*\s?(?:triplets?|%))\b[^.;]{0,12}\b(?:with |: )?(?:positive|negative)\b",
    re.I,
)
SEMI_HARD = re.compile(r"\bsemi-?\s?hard\b", re.I)
# to some, whatever has a loss is hard
HARD_BY_LOSS = re.compile(
    r"(?<!semi-)(?<!semi)\bhard\b[^.;\d]{0,40}?\b(?:if|when|means|whenever|iff)\b[^.;\d]{0,40}?(?:\bloss\b|\bactive\b|\bviolat\w+)|\b(?:call|say|term)\b[^.;]{0,60}\bloss\b[^.;]{0,40}\bhard\b",
    re.I,
)
REACH = 700  # characters before a block in which its batch may have been given


@dataclass(frozen=True)
class Ruled:
    """A ruling with its place in the masked text of a block, and its claim as written."""

    start: int
    end: int
    text: str
    judged: Judged
    line: int | None = None  # in a display, that of its row


@dataclass(frozen=True)
class Worked:
    """What the worked examples of a document decide, by the number of a block."""

    claims: Mapping[int, tuple[Ruled, ...]] = field(default_factory=dict)
    cells: Mapping[int, tuple[tuple[int, Judged], ...]] = field(default_factory=dict)  # column -> ruling
    given: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)


def worked_examples(text: Text) -> Worked:
    """The rulings on what a document states of its own examples."""
    if not SUBJECT.search(text.source):
        return Worked()
    claims: dict[int, tuple[Ruled, ...]] = {}
    given: dict[int, tuple[tuple[int, int], ...]] = {}
    cells: dict[int, tuple[tuple[int, Judged], ...]] = {}
    tables = dict(tables_of(text))
    example = Example(sorted_apart=SEMI_HARD.search(text.source) is not None and not HARD_BY_LOSS.search(text.source))  # fmt: skip
    ours = our_blocks(text)
    recent = ""
    earlier: tuple[Example, ...] = ()
    for number, block in enumerate(text.blocks):
        above, recent = recent, f"{recent} {in_plain_signs(text.spelled(block.text))}"[-REACH:]
        if number not in ours:
            continue
        if block.kind == "heading":
            example = replace(example, view=example.role_view() or View(), losses=(), tally=Tally(), letters={}, apart=True)  # fmt: skip
            continue
        if block.kind == "row":
            if number in tables:
                try:
                    example, found = _table(text, tables[number], number, example)
                    cells |= found
                except STUMBLES as error:
                    claims[number] = (_not_read(text, block, error),)
            continue
        try:
            example, ruled, gives, earlier = _block(text, block, number, example, above, earlier)
        except STUMBLES as error:
            ruled, gives = (_not_read(text, block, error),), ()
        if ruled:
            claims[number] = ruled
        if gives:
            given[number] = gives
    return Worked(claims, cells, given)


def _not_read(text: Text, block: Block, error: Exception) -> Ruled:
    return Ruled(0, len(block.text), text.spelled(block.text), stumbled(error))


def _table(
    text: Text, rows: Sequence[Block], first: int, example: Example
) -> tuple[Example, dict[int, tuple[tuple[int, Judged], ...]]]:
    """The example after a table, and for each row's block the rulings on its cells."""
    cells = [[in_plain_signs(text.spelled(cell)) for cell in row.cells] for row in rows]
    header = [in_plain_signs(text.spelled(cell)) for cell in rows[0].header]
    read = read_table(cells, header, example, first)
    if read.cells or (read.example.family, read.example.batch) != (example.family, example.batch):
        read = replace(read, example=replace(read.example, used=first + len(rows) - 1))
    out: dict[int, tuple[tuple[int, Judged], ...]] = {}
    for row, column, judged in read.cells:
        out[first + row] = (*out.get(first + row, ()), (column, judged))
    return read.example, out


MOST_EARLIER = 8  # examples that are kept


def _block(
    text: Text, block: Block, number: int, example: Example, recent: str, earlier: tuple[Example, ...]
) -> tuple[Example, tuple[Ruled, ...], tuple[tuple[int, int], ...], tuple[Example, ...]]:
    view = example.view
    if example.stale(number) and all(view.names) and all(map(role_of, view.names)):
        view = View()
    if view.passing:
        view = View(view.p) if view.p is not None and example.own_family else View()
    example = replace(example, losses=(), view=view)
    out: list[Ruled] = []
    gives: list[tuple[int, int]] = []
    before = ""
    for offset, sentence in sentences(block.text):
        if len(sentence) > LONGEST_SENTENCE:
            continue
        piece = spoken(text, sentence, offset)
        letters, since = letters_in(piece.text)
        example = replace(example, letters=letters) if letters else example
        piece = with_distances(piece, example.letters, since)
        after, told, spans = _sentence(piece, example, number, before, recent)
        told = _of_no_other(told, piece, after, earlier, number, before, recent)
        if after.view != example.view:
            earlier = (*earlier, after)[-MOST_EARLIER:]
        example = after
        for start, end, judged in told:
            row = piece.row_of(start, end)
            begin, line = row if row is not None else (start, None)
            begin += len(piece.text[begin:end]) - len(piece.text[begin:end].lstrip())
            quote = piece.quote(begin, end).strip()
            out.append(Ruled(piece.places[begin], piece.places[end], quote, judged, line))
        gives += [(piece.places[start], piece.places[end]) for start, end in spans]
        before = f"{before} {piece.text}"
    return example, tuple(out), tuple(gives), earlier


def _of_no_other(
    told: Sequence[Spanned],
    piece: Spoken,
    now: Example,
    earlier: Sequence[Example],
    block: int,
    before: str,
    recent: str,
) -> list[Spanned]:
    """The rulings without what is wrong of the example in view and right of an earlier one, which may be meant."""
    if all(one[2].ruling != "refuted" for one in told):
        return list(told)
    right: list[Spanned] = []
    at_margins_now = (replace(one, margins=now.margins) for one in earlier if one.margins != now.margins)
    for example in (*earlier, *at_margins_now):
        _, of_it, _ = _sentence(piece, example, block, before, recent)
        right += [one for one in of_it if one[2].ruling == "verified"]
    return [one for one in told if one[2].ruling != "refuted" or not _overlaps(one, right)]


def _sentence(
    piece: Spoken, example: Example, block: int, before: str, recent: str
) -> tuple[Example, list[Spanned], list[tuple[int, int]]]:
    text = piece.text
    if not text.strip():
        return example, [], []
    example = _in_view(text, conventions(text, example))
    asked = text.rstrip(' *_"”)').endswith("?")
    margins = [] if asked else list(margins_in(text))
    held, sizes = example.batch, example.classes
    given = points_in(text, example, block, before)
    example = roles_in(text, identities_in(text, given.example))
    renumbered = from_zero(text, example.batch.points)
    if renumbered is not None and not example.batch.told:
        example = replace(example, batch=Batch(renumbered, rounding=example.batch.rounding)).refreshed()
    if NEW_BATCH.search(text) and not given.spans and example.since != block:
        # what it counts are no longer the triplets of the points or the table before it
        example = replace(example, family=None, view=View(), used=NEVER)
    if not given.spans and given.example.batch is held and _other_points(text, example):
        example = replace(
            example,
            batch=Batch(),
            roles={},
            classes=None if example.classes is sizes else example.classes,
            family=None,
            view=View(),
            used=NEVER,
        )
    kept = example.margins
    if margins:
        example = example.with_margin(margins[0][2])
    spans = [*given.spans]
    if not PAPERS_MARGIN.search(text) and (example.view.triplet or example.family or example.batch.points):
        spans += [(start, end) for start, end, _ in margins]
    told: list[Spanned] = []
    after_step = bool(example.moved) and LATER.search(text) is not None
    unmoved = example
    if after_step:
        example = example.after_step()
    settings: list[tuple[int, int, View]] = []  # where the sentence sets the triplet in view
    at = 0
    while (sides := next_chain(piece, example.known(), at)) is not None:
        anew = set_anew(sides, example, text, block)
        if anew is not None:
            example = with_anew(example, *anew, text, block)
        else:
            told += chain_claims(sides, example)
            held = example.batch
            example = told_by(sides, example)
            example = example if example.batch is held else replace(example, used=block)
        at = sides[-1].end
        if pair_of(sides[0].text.strip()) is not None:
            settings.append((sides[0].start, at, example.view))
    if after_step:
        example = unmoved
    around = f"{recent}\n{before}"
    told += collapse_statements(text, known=block <= example.collapsed + 1)
    if is_collapse(text):
        example = replace(example, collapsed=block)
    for one in (*distance_words(text, example), *gradient_formulas(piece, around)):
        if not _overlaps(one, told):
            told.append(one)
    example, of_slopes = gradient_statements(text, example, before)
    if OF_NUMBER.search(text):
        # "for #5": the points in view may be those of another
        set_here = example.since == block and not given.spans
        of_slopes = [one for one in of_slopes if one[2].ruling != "refuted" or set_here]
    told += [one for one in of_slopes if not _overlaps(one, told)]
    example, listed = pairs_listed(text, lists_given(text, example)), example.family
    if example.family is not listed:
        example = replace(example, used=block)
    thresholds = list(thresholds_in(text))
    told += (*pair_statements(text, example, thresholds), *rate_formulas(text))
    tally, of_rates = accepted_pairs(text, example.tally, at_threshold=bool(thresholds))
    example = replace(example, tally=tally)
    told += [one for one in of_rates if not _overlaps(one, told)]
    if thresholds:
        example = replace(example, threshold=thresholds[-1][2])
    seen, stated = triplet_statements(text, example, margins, _several(text, settings))
    of_family = (*family_statements(text, example, margins, before), *listed_means(text, seen))
    told += [
        one
        for one in of_family
        if not _overlaps(one, told)
        and not (one[2].ruling == "refuted" and (example.stale(block) or OWN_LOSSES.search(around)))
    ]
    told += [one for one in bands(text, example, margins, around) if not _overlaps(one, told)]
    told += [one for one in stated if not _overlaps(one, told)]
    example = seen
    labels = example.batch.labels
    known = classes_of(labels) if labels is not None else example.classes
    counted = (
        *class_counts(text, around),
        *batch_counts(text, around, known),
        *class_sums(text, around),
        *batch_growth(text, around),
        *matrix_entries(text),
        *membership(text, around, known, labels_given(around + text) if labels is None else labels),
        *movements(text, around),
    )
    told += [one for one in counted if not _overlaps(one, told)]
    told += [one for one in sphere_identities(piece, example) if not _overlaps(one, told)]
    told += [
        one
        for one in (*sphere_statements(text, example), *scalings(text, example))
        if not _overlaps(one, told)
    ]
    if UNREAL.search(text) or BY_COORDINATE.search(text) or _moves_unread(text, given.spans):
        told = [one for one in told if one[2].ruling == "verified"]
    if any(one[2].ruling == "verified" for one in told) or _names_points(text, example):
        example = replace(example, used=block)
    if margins:
        # "with a margin of 0.5 it would be ..." holds for its own sentence
        example = replace(example, margins=kept)
        for _, _, margin in margins:
            passing = PASSING.search(text) is not None and bool(kept)
            example = example.beside(margin) if passing else example.with_margin(margin)
    return example, told, spans


NEW_BATCH = re.compile(r"\b(?:an?|another|second|third|new|next|different) (?:[\w-]+ ){0,2}?(?:mini-?)?batch\b(?![- ](?:hard|all)\b)", re.I)  # fmt: skip
# other triplets than those of the points: "three triplets have the losses 0, 0.3 and 0.6"
OWN_LOSSES = re.compile(
    r"\btriplets? (?:\w+ ){0,2}?(?:has|have|had|with|of) (?:the )?loss(?:es)? (?:of )?[\d.]+, [^.;]*?(?:\.(?=\d)[^.;]*?)*\d",
    re.I,
)


NUMBERED_BATCH = re.compile(r"^\W*(?:mini-?)?batch (?:no\.? ?)?(?:\d|[A-Z])\b", re.I)
LISTS_POINTS = re.compile(r"\b(?:points?|embeddings?|vectors?|batch|images?|class|labels?)\b", re.I)


def _other_points(text: str, example: Example) -> bool:
    """Whether a sentence gives points that could not be read: those of an earlier batch are its points no longer."""
    if NUMBERED_BATCH.match(text):
        return True
    known = {one.vector for one in example.batch.points}
    terms = [term_at(text, one.start()) for one in VECTOR.finditer(text)]
    others = [
        one for one in terms if one is not None and isinstance(one.value, tuple) and one.value not in known
    ]
    return len(others) > 1 and LISTS_POINTS.search(text) is not None and len(others) == len(terms)


MOVES = re.compile(r"\b(?:mov|push|pull|shift|bring|brought|replac|put)\w*\b", re.I)


def _moves_unread(text: str, given: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence moves a point to where it could not be read: `moving n out to (0, 1)`."""
    return MOVES.search(text) is not None and any(
        not any(start <= one.start() < end for start, end in given) for one in VECTOR.finditer(text)
    )


def _names_points(text: str, example: Example) -> bool:
    """Whether a sentence names points by names of their own, such as e_3."""
    names = {key(found) for found in re.findall(r"[A-Za-z]+_?\d{1,2}\b", text)}
    return any(name in example.batch.by_name and not role_of(name) for name in names)


def _several(text: str, settings: Sequence[tuple[int, int, View]]) -> Sequence[tuple[int, int, View]]:
    """The settings of a sentence that sets one distance twice: `d(a,p) = 0.4, d(a,n) = 0.3: hard; d(a,p) = 0.4, ...`."""
    told = [re.sub(r"\s", "", re.split(r"=|≈", text[start:end])[0]) for start, end, _ in settings]
    return settings if len(set(told)) < len(told) else ()


# how a sentence goes on about the triplet of the one before it
GOES_ON = re.compile(
    r"\W*(?:and |but )?(?:the|its|this|so|hence|then|thus|that|here|it|loss|with|if|at|for|therefore|now)\b",
    re.I,
)
ANOTHER = re.compile(r"\b(?:another|a second|a third|the next|a different|a new|the other|a further) triplet\b", re.I)  # fmt: skip


def _in_view(text: str, example: Example) -> Example:
    """The example without a triplet of which the text no longer speaks."""
    view = example.view
    gone = view.passing and not GOES_ON.match(text)
    if not gone and not ANOTHER.search(text):
        return example
    family = example.family
    alone = family is not None and example.own_family and len(family.anchors) == 1
    positives = family.anchors[0].positives if family is not None and alone else ()
    base = View(positives[0][1]) if len(positives) == 1 else View()
    return replace(example, view=base if gone else View())


def _overlaps(one: Spanned, others: Sequence[Spanned]) -> bool:
    return any(one[0] < end and start < one[1] for start, end, _ in others)


__all__ = ["Ruled", "Worked", "worked_examples"]
