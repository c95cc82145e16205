"""A document that has been read -> its claims with their rulings.

Before the blocks, what the worked examples of attention claim is found in one reading of the whole document
(`worked.documents`): their numbers stand in one place and what follows from them in others. A claim of arithmetic
that a worked example knows more about counts as the example has it.

What happens to a block, in this order (`passage_claims`):

1. Its formulas, row by row (`formula_rows`). A formula goes to the first decider that knows it (`formula_order`):
   declarations, the course's own formulas, triplets and laws, costs, sizes, polynomials; then the comparison with
   what the text has defined (`equations.judge_row`), which is exact where it can be and else looks for a witness.
2. Its clauses of prose (`sentences`): facts about networks and papers, triplets, features, arithmetic, concepts, then
   shapes (`shape_claims`) and costs (`cost_claims`).
3. If it is a table's row, its cells under the header (`cells`).
4. What it says of depths, votes and groups of images that it has counted (`counted`); the exact counts that it states
   (`counts_said`) and the figures of its whole sentences (`figures`), where nothing has been decided about them yet.
5. The course's statements in words (`said`), which read their own negations, ellipses and conditions: the older topics,
   then propositions about attention (`propositions`) and theses about triplets and depth (`theses`).
6. Growth in words (`growth_words`) and costs without a growth class around them (`bare_costs`).
7. How many words it says that it has (`lengths`).

A claim that its clause does not assert is left unchecked (`passage.in_mood`). The state that one block hands to the
next, such as the heading or the table above, is kept in `_claims`; each block sees it as a `Passage`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import thread_time

from grader.verify.another_example import Based, Basis, without_others
from grader.verify.assertions import one_for_each
from grader.verify.cells import row_claims
from grader.verify.claim import STUMBLES, Claim, Kind, Method, Ruling, once_each, stumbled, unchecked
from grader.verify.costs.bare_costs import bare_cost_claims
from grader.verify.costs.growth_words import growth_words
from grader.verify.counted import ledger_claims
from grader.verify.counted_products import only_reckoned
from grader.verify.counts_said import count_claims
from grader.verify.depth.ledger import ledger_of, ledger_without_counts
from grader.verify.derivations.required import required_steps
from grader.verify.examples_said import attention_claims, decided_by, example_claims, without_givens
from grader.verify.figures import figure_claims
from grader.verify.formula_rows import formula_claims
from grader.verify.gathering import gather
from grader.verify.goals import Progress
from grader.verify.grammar.syntax import Expression
from grader.verify.numbers import lengths
from grader.verify.passage import Found, Passage, in_mood, mood_of_found
from grader.verify.reading import occurrences
from grader.verify.reading.digit_groups import GROUPS, with_digit_groups
from grader.verify.reading.document import Block, Text
from grader.verify.reading.mood import Mood, clauses, lead_of
from grader.verify.reading.quotations import quotations
from grader.verify.reading.whole_numbers import cuts_number, places_of
from grader.verify.said import said_claims
from grader.verify.scope.context import Context
from grader.verify.scope.formula_reading import Formula, formulas_of
from grader.verify.scope.letters import explained, in_course_letters, quoted
from grader.verify.sentences import sentence_claims
from grader.verify.tables import sheets
from grader.verify.triplets.worked_examples import worked_examples
from grader.verify.worked.documents import claims_of_examples

SECONDS = 40.0
SUBJECT = re.compile(
    r"facenet|triplet|embedding|attention|kernel|random|causal|prediction depth|difficult|resnet|prob(?:e|ing)s?\b"
    r"|experiment|own|pitfall|mistake",
    re.IGNORECASE,
)
MOST_CLAIMS = 4000
LONGEST_QUOTE = 200  # characters of a passage that is not judged
SHORTEST_WRONG = 8  # characters of a formula that stands in only one place
MOST_WRONG = 50  # refuted claims before a passage that are held against what rests on them


def examine(text: Text, seconds: float = SECONDS) -> tuple[Claim, ...]:
    """Every claim of a document. Stops judging, and says so, when the seconds of processor time are over."""
    read = in_course_letters(with_digit_groups(text))
    formulas = formulas_of(read)
    return _claims(read, text, formulas, gather(read, formulas), thread_time() + seconds)


def examine_with_derivations(
    text: Text, seconds: float = SECONDS, tell: Callable[[Sequence[Claim]], object] | None = None
) -> tuple[tuple[Claim, ...], tuple[Progress, ...]]:
    """Every claim of a document, and what it shows of the known derivations.

    `seconds` are those of the processor, so that a busy machine decides no less. `tell` is called with the claims of
    each block as soon as they are decided.
    """
    deadline = thread_time() + seconds
    read = in_course_letters(with_digit_groups(text))
    formulas = formulas_of(read)
    context = gather(read, formulas)
    claims = _claims(read, text, formulas, context, deadline, tell)
    if thread_time() > deadline:
        return claims, ()
    refuted = {(claim.line, claim.text) for claim in claims if claim.ruling is Ruling.REFUTED}
    own = {id(block): mine for block, mine in zip(read.blocks, text.blocks, strict=True)}
    wrong = frozenset(
        (formula.row.line, formula.text)
        for formula in formulas
        if (formula.row.line, quoted(formula.text, formula.block, text, read, own[id(formula.block)]))
        in refuted
    )
    return claims, required_steps(read, formulas, context, wrong)


def _claims(
    text: Text,
    original: Text,
    formulas: Sequence[Formula],
    context: Context,
    deadline: float,
    tell: Callable[[Sequence[Claim]], object] | None = None,
) -> tuple[Claim, ...]:
    by_block: dict[int, list[Formula]] = {}
    for formula in formulas:
        by_block.setdefault(id(formula.block), []).append(formula)
    based: list[Based] = []
    heading, above, earlier, paragraph, subject = "", "", "", "", ""
    previous: Expression | None = None
    try:
        ledger = ledger_of(text)
    except STUMBLES as error:
        ledger, failed = ledger_without_counts(text), stumbled(error)
        stumble = Claim(1, text.name, failed.kind, failed.ruling, failed.says, failed.method)
        based.append(Based(stumble, Basis.NONE, 0))
    sheets_there = sheets.sheets_in(text)
    sheet: sheets.Sheet | None = None
    of_examples = claims_of_examples(text)
    in_cells = sheets.cell_claims(text)
    worked_triplets = worked_examples(text)
    announced = ""
    items: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    broken: list[int] = []  # the lines of refuted costs
    since = 0  # where the list or the table began
    part = 0  # the paragraph, the item, or the block that began the table
    for number, block in enumerate(text.blocks):
        if number and block.kind in {"item", "row"} and text.blocks[number - 1].kind != block.kind:
            since = block.line
        if block.kind != "row" or since == block.line:
            part = number
        if block.kind != "item":
            announced = ""
        elif number and text.blocks[number - 1].kind == "paragraph":
            announced = text.spelled(lead_of(text.blocks, number))
        if block.kind == "heading":
            above, heading = heading, text.spelled(block.text)
            earlier = ""
            subject = above if SUBJECT.search(above) else subject
            if not SUBJECT.search(heading) and not SUBJECT.search(above):
                # "2.4 Results" goes on with what "2 FaceNet" spoke of
                above = f"{subject} {above}"
            if len(above) > 200:
                above = ""
        if thread_time() > deadline or len(based) > MOST_CLAIMS:
            based.append(Based(_out_of_time(text, block), Basis.NONE, 0))
            break
        following = text.blocks[number + 1].text if number + 1 < len(text.blocks) else ""
        lead = lead_of(text.blocks, number)
        passage = Passage(
            text,
            context,
            block,
            heading,
            above,
            earlier,
            paragraph,
            lead,
            announced,
            items,
            any(line >= since for line in broken),
            by_block.get(id(block), []),
            number,
            ledger,
            sheet,
            (
                *worked_triplets.cells.get(number, ()),
                *ledger.cells.get(number, ()),
                *in_cells.get(number, ()),
            ),
            tuple(of_examples.get(number, ())),
            worked_triplets.claims.get(number, ()),
            worked_triplets.given.get(number, ()),
        )
        try:
            found, previous = passage_claims(passage, following, previous)
        except STUMBLES as error:
            found, previous = [Found(0, text.spelled(block.text)[:LONGEST_QUOTE], stumbled(error))], None
        found = without_support(found, wrong)
        wrong = (*wrong, *(item.text for item in found if item.judged.ruling is Ruling.REFUTED))[-MOST_WRONG:]
        sheet = sheets_there.get(number, sheet)
        made = list(_placed(found, block, text, original, original.blocks[number]))
        broken += [
            claim.line for claim in made if claim.ruling is Ruling.REFUTED and claim.kind is Kind.COMPLEXITY
        ]
        based += [Based(claim, item.basis, part) for claim, item in zip(made, found, strict=True)]
        if tell is not None:
            tell(made)
        spelled = text.spelled(block.text)
        items = (*items, spelled) if block.kind == "item" else ()
        earlier = (earlier + " " + spelled)[-4000:]
        if block.kind in {"paragraph", "item", "quote"}:
            paragraph = spelled
    return once_each(without_others(based))


def _out_of_time(text: Text, block: Block) -> Claim:
    says = "the time for this document was over before this line"
    said = text.spelled(block.text)[:LONGEST_QUOTE]
    return Claim(block.line, said, Kind.IDENTITY, Ruling.UNCHECKED, says, Method.TEXT, None, block.cell)


def without_support(found: Sequence[Found], wrong: Sequence[str]) -> list[Found]:
    """What holds only by a formula of the text that is refuted is not verified; the error is charged there."""
    here = [item.text for item in found if item.judged.ruling is Ruling.REFUTED]
    formulas = [one for one in here if "=" in one]
    refuted = [*wrong, *here]
    costs = [
        item
        for item in found
        if item.judged.ruling is Ruling.REFUTED
        and item.judged.kind in {Kind.COMPLEXITY, Kind.DIMENSION}
        and not re.search(r"\d{3}", item.text)
    ]
    found = [
        replace(item, judged=unchecked(item.judged.kind, "a formula in it is wrong"))
        if item.judged.ruling is Ruling.VERIFIED
        and (_has_wrong(item.text, formulas) or any(_begins_in(item, one) for one in costs))
        else item
        for item in found
    ]
    return [
        replace(
            item,
            judged=unchecked(item.judged.kind, f"it follows from {item.judged.rests_on}, which is wrong"),
        )
        if item.judged.rests_on and any(item.judged.rests_on in text for text in refuted)
        else item
        for item in found
    ]


def _begins_in(item: Found, cost: Found) -> bool:
    """Whether a number is the value of a formula that counts something wrongly: `φ(K)ᵀV: NRM = 16,777,216`."""
    until = cost.until if cost.until is not None else cost.offset + len(cost.text)
    return (
        item.judged.kind is Kind.ARITHMETIC
        and "=" in item.text
        and cost.offset <= item.offset < until
        and item.text[:1].isalnum()
    )


def _has_wrong(said: str, refuted: Sequence[str]) -> bool:
    """Whether a refuted formula of the same block stands within a claim: its right half says nothing for it."""
    return any(len(one) >= SHORTEST_WRONG and one in said and one != said for one in refuted)


def _placed(found: Sequence[Found], block: Block, text: Text, original: Text, own: Block) -> Iterator[Claim]:
    nth = occurrences.occurrences([(item.offset, item.text) for item in found], block, text)
    for item, occurrence in zip(found, nth, strict=True):
        line = item.line if item.line is not None else block.line_at(item.offset, text.formulas)
        judged = item.judged
        said = text.spelled(item.text.strip())
        quote = whole_formulas(quoted(said, block, original, text, own), original.spelled(own.text))
        yield Claim(
            line,
            quote,
            judged.kind,
            judged.ruling,
            explained(judged.says, said, quote),
            judged.method,
            judged.witness,
            block.cell,
            occurrence,
        )


def whole_formulas(quote: str, source: str) -> str:
    """A quote with both of a formula's dollar signs, or with neither.

    >>> whole_formulas("D(D+1)/2$ entries", "a map with $D(D+1)/2$ entries")
    '$D(D+1)/2$ entries'
    >>> whole_formulas("64$", "for $d=m=64$")
    '64'
    """
    if quote.count("$") % 2 == 0:
        return quote
    for wider in (f"${quote}", f"{quote}$"):
        if wider in source:
            return wider
    return quote.strip("$ ") if quote.strip("$ ").count("$") % 2 == 0 else quote


def passage_claims(
    passage: Passage, following: str, previous: Expression | None
) -> tuple[list[Found], Expression | None]:
    """The block's claims, and the last expression of its last chain."""
    pieces = clauses(passage.block, passage.heading, following)
    worked = _on(Basis.ATTENTION, attention_claims(passage, pieces))
    found: list[Found] = []
    found += _on(Basis.TRIPLETS, example_claims(passage, pieces))
    if passage.block.kind != "heading":
        rows, previous = formula_claims(passage, pieces, previous)
        found += rows
    for clause in pieces:
        if passage.block.kind in {"heading", "row"}:
            continue
        prose = list(sentence_claims(passage, clause))
        found += [in_mood(item, mood_of_found(clause, item)) for item in prose]
    if passage.block.kind == "row":
        found += _on(Basis.COUNTS, row_claims(passage))
    found = [*worked, *(item for item in found if not decided_by(item, worked, passage.block.text))]
    if passage.block.kind != "heading":
        found += _on(Basis.DEPTHS, ledger_claims(passage, pieces))
        found += _on(Basis.COUNTS, count_claims(passage, pieces, found))
        found += figure_claims(passage, pieces, found)
        found += said_claims(passage, pieces, found)
        if passage.block.kind != "row":
            found += growth_words(passage, pieces)
            found += list(bare_cost_claims(passage, pieces, found))
    if passage.block.kind not in {"heading", "row"}:
        spelled, places = passage.spelled(passage.block.text)
        after = passage.text.spelled(following)
        for start, end, judged in lengths.length_claims(spelled, passage.paragraph, after):
            found.append(Found(places[start], spelled[start:end], judged))
    found = [item for item in found if item in worked or not decided_by(item, worked, passage.block.text)]
    standing = only_reckoned(as_it_stands(passage, without_givens(passage, found)), passage.block.text)
    return one_for_each(standing, passage.block.text), previous


def _on(basis: Basis, found: Iterable[Found]) -> list[Found]:
    """Claims that were held against what the text has given; facts rest on the papers."""
    return [item if item.judged.kind is Kind.FACT else replace(item, basis=basis) for item in found]


def as_it_stands(passage: Passage, found: Sequence[Found]) -> list[Found]:
    """The claims of a block, undecided where they are only quoted there or end within a number."""
    quoted = quotations(passage.block.text)
    spelled, places = passage.spelled(passage.block.text)
    return [_as_it_stands(item, quoted, spelled, places) for item in found]


def _as_it_stands(
    item: Found, quoted: Sequence[tuple[int, int]], spelled: str, places: Sequence[int]
) -> Found:
    if item.judged.ruling is Ruling.UNCHECKED:
        return item
    end = item.until if item.until is not None else item.offset + 1
    if any(first <= item.offset and end <= last for first, last in quoted):
        return in_mood(item, Mood.QUOTED)
    apart = item.judged.kind is not Kind.FACT and item.judged.ruling is Ruling.REFUTED
    if _cut(item, spelled, places) or (apart and GROUPS.search(item.text)):
        return replace(item, judged=unchecked(item.judged.kind, "the number goes on beside it"))
    return item


def _cut(item: Found, spelled: str, places: Sequence[int]) -> bool:
    """Whether a claim's text begins or ends within a number, wherever it may stand."""
    said = item.text.strip()
    if not (said[:1].isdigit() or said[-1:].isdigit()):
        return False
    until = item.until if item.until is not None else item.offset + max(len(said), 1)
    here = [at for at in places_of(spelled, said) if item.offset - 1 <= places[at] <= until]
    return bool(here) and all(cuts_number(spelled, at, at + len(said)) for at in here)


__all__ = ["examine", "examine_with_derivations"]
