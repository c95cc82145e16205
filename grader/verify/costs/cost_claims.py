# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Costs that a sentence states: as a growth class, as a count, or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify.claim import Judged, Ruling
from grader.verify.costs import complexity, cost_truths, crossovers, scaling, stated, totals
from grader.verify.grammar.syntax import Expression, Number, Unreadable
from grader.verify.passage import Found, Passage, offset_of_sentence
from grader.verify.reading.document import PLACE
from grader.verify.reading.mood import Clause
from grader.verify.scope import features
from grader.verify.scope.formula_reading import Formula
from grader.verify.scope.growth import cost_of


def judge_stated_cost(
    passage: Passage, formula: Formula, clause: Clause | None, sentence: str
) -> Judged | None:
    """A cost in mathematics mode, judged by the words around it."""
    chain = formula.chain
    if chain is None:
        return None
    index = next((i for i, part in enumerate(chain.parts) if complexity.growth_part(part) is not None), None)
    if index is None or (index > 0 and chain.relations[index - 1] not in {"=", "~", "in", "sim", "<="}):
        return None
    body = complexity.growth_part(chain.parts[index])
    if body is None:
        return None
    left = formula.text.split("=")[0] if index > 0 else ""
    if left and not re.match(
        r"\s*(?:T|C|t|c)(?:_|\s|\(|$)|\\?(?:text|mathrm|operatorname)?\{?\s*(?:time|cost|total|work|T|runtime)",
        left,
    ):
        return None
    masked = clause.sentence if clause is not None else ""
    base = offset_of_sentence(clause) if clause is not None else 0
    cut = max(formula.offset - base, 0) if clause is not None else 0
    before_masked, after_masked = masked[:cut], PLACE.sub("", masked[cut:], count=1)
    return judge_cost(passage, body, before_masked, left, after_masked, sentence, formula.row.line)


# "Θ(NDM) against Θ(N²D) for softmax": what stands there is of the other cost
OTHER_SIDE = re.compile(
    r"(?=\b(?:against|versus|vs\.?|instead of|rather than|compared (?:with|to)|as opposed to)\W+(?:\\?mathcal\W*)?(?:[OΘ]|\\?Theta))",
    re.I,
)


ANOTHER = re.compile(
    r"\W*(?:against|versus|vs\.?|instead of|rather than|compared (?:with|to)|as opposed to|not)\W*", re.I
)


def judge_cost(
    passage: Passage,
    body: Expression,
    before_masked: str,
    left: str,
    after_masked: str,
    sentence: str,
    line: int,
) -> Judged:
    """A growth class, judged by the words before and after it."""
    whole = before_masked
    last, same = last_cost_place(passage, before_masked), None
    inherited = passage.text.spelled(before_masked[: last.end()]) if last is not None else ""
    if last is not None:
        between = before_masked[last.end() :]
        same = EQUIVALENTLY.search(between)
        before_masked = before_masked[: last.start()] if same else between
    own = passage.text.spelled(before_masked)
    behind = BEHIND.match(own) if last is not None else None
    if behind is not None:
        own = own[behind.end() :]
    before = f"{own} {left} "
    if last is None and passage.block.kind != "row" and not re.search(r"\w{3,}", before) and passage.lead:
        before = passage.text.spelled(passage.lead) + " " + before
    block = passage.before_in_block(whole)
    after_one = behind is not None or said_of_one(f"{block} {inherited}")
    after, *other = OTHER_SIDE.split(passage.text.spelled(after_masked))
    if other:
        sentence = f"{passage.text.spelled(whole)} {after}"
    statement = cost_truths.Stated(
        body, before, after, sentence, passage.label(), block,
        f"{passage.above} {passage.heading}" if len(passage.heading) < 12 else passage.heading, passage.earlier,
        inherited=f"{block} {inherited}", after_one=after_one,
        opposed=bool(other) or ANOTHER.fullmatch(own) is not None,
    )  # fmt: skip
    judged = stated.judge_stated(statement, passage.context, passage.block.section, line)
    if judged.ruling is not Ruling.UNCHECKED or not passage.items or (last is not None and not same):
        return judged
    return sum_of_items(passage, body, own, line) or judged


def sum_of_items(passage: Passage, body: Expression, words: str, line: int) -> Judged | None:
    """A cost that the text calls the total of the list that ends there."""
    letters = complexity.letters_of(passage.context)
    parts = totals.parts_in(passage.items, letters)
    if parts is None or FIXED_SOMETHING.search(words):
        return None
    choices = complexity.ties_of(passage.context, passage.block.section, line)
    try:
        claimed = cost_of(body, "", letters)
    except Unreadable:
        return None
    return totals.judge_sum(words, parts, claimed, choices, reliable=not passage.broken)


FIXED_SOMETHING = re.compile(r"\b(?:dominant|dominat\w+|fixed|constant|memory|naive)\b", re.I)


EQUIVALENTLY = re.compile(
    r"^\W*(?:(?:time|operations)\W+)?(?:or\W+)?(?:equivalently|that is|i\.e\.|in other words|or|which (?:is|equals))\W*$",
    re.I,
)
BEHIND = re.compile(
    r"^\W*(?:(?:time|operations|work)\W+)?(?P<one>per|(?:for|at|in) (?:each|every|one|a single|position|step|token|iteration)|each(?=\W*[,;.])|a(?=\s+(?:token|step|query)))\b[^,;.:()]*",
    re.I,
)
ONE = re.compile(
    r"\bper\b|\b(?:for|at|in) (?:each|every|one|a single|all \$)|^\W*(?:each|one|a single|every)\b", re.I
)


def said_of_one(before: str) -> bool:
    """Whether the last cost of a text is said to be one token's: `Per $j$: $O(L)$`, `$O(L)$ per query`."""
    costs = list(cost_truths.COST.finditer(before))
    if not costs:
        return False
    start = costs[-2].end() if len(costs) > 1 else 0
    words = re.split(r"[.;]\s", before[start : costs[-1].start()])[-1]
    return bool(
        ONE.search(words)
        or BEHIND.match(before[costs[-1].end() :])
        or re.match(r"\W*\d*\W*For (?:each|every|all)\b", before)
    )


COST_IN_MATHEMATICS = re.compile(
    r"(?:^|[^A-Za-z])(?:\\mathcal\{?)?[OΘ]\}?\s*(?:\\left|\\big|\\Big)?\(|\\Theta"
)


def last_cost_place(passage: Passage, masked: str) -> re.Match[str] | None:
    """The last cost of a piece of masked text."""
    marked = [
        place
        for place in PLACE.finditer(masked)
        if (rows := passage.text.formulas.get(int(place.group(1)), ()))
        and COST_IN_MATHEMATICS.search(rows[0].text)
    ]
    return max(
        [*marked, *complexity.PLAIN_GROWTH.finditer(masked)], key=lambda place: place.start(), default=None
    )


def cost_claims(passage: Passage, clause: Clause, sentence: str) -> Iterator[Found]:
    """The costs that a clause states."""
    masked = clause.sentence
    base = masked.find(clause.text)
    for start, end, tree in complexity.plain_growths(clause.text):
        body = complexity.growth_part(tree)
        if body is None:
            continue
        cut = base + start if base >= 0 else start
        line = passage.block.line
        judged = judge_cost(passage, body, masked[:cut], "", masked[cut + end - start :], sentence, line)
        yield Found(clause.offset + start, clause.text[start:end], judged)
    yield from growth_claims(passage, clause, sentence)


def growth_claims(passage: Passage, clause: Clause, sentence: str) -> Iterator[Found]:
    """`quadratic in N`, `doubling N quadruples the time`: what grows how."""
    spelled, places = passage.spelled(clause.text)
    base = max(clause.sentence.find(clause.text), 0)
    before = passage.text.spelled(clause.sentence[:base])
    earlier = f"{passage.earlier} {passage.before_in_block(clause.sentence)} {before}"
    around = cost_truths.Stated(
        Number(Fraction(1)),
        "",
        "",
        sentence,
        passage.label(),
        passage.before_in_block(clause.sentence),
        passage.heading,
        earlier,
    )
    scene = scaling.Scene(around, passage.context, passage.block.section, passage.block.line)
    if not features.RATE.search(spelled):
        for found in scaling.judge_words(spelled, scene, before):
            yield at_its_words(clause.offset, places, spelled, found)
        for found in crossovers.judge_crossovers(spelled, before, scene):
            yield at_its_words(clause.offset, places, spelled, found)
    if base == 0:
        whole, spots = passage.spelled(clause.sentence)
        for found in scaling.judge_factors(whole, scene):
            yield at_its_words(clause.offset, spots, whole, found)


def at_its_words(offset: int, places: Sequence[int], spelled: str, found: scaling.Found) -> Found:
    """A ruling at the place of its words."""
    text = spelled[found.start : found.end]
    lead = len(text) - len(text.lstrip())
    return Found(offset + places[min(found.start + lead, len(places) - 1)], text, found.judged)
