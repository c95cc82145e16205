# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Costs that a sentence states: as a growth class, as a count, or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.verify import complexity, cost_truths, counted, scaling, stated
from grader.verify.claim import Judged, Kind, Method, Ruling
from grader.verify.document import PLACE
from grader.verify.formula_reading import Formula
from grader.verify.grammar import read_chain
from grader.verify.growth import Cost, Same, same_growth
from grader.verify.mood import Clause
from grader.verify.passage import Found, Passage, offset_of_sentence
from grader.verify.syntax import Expression, Number, Unreadable


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
    inherit = ""
    last = None
    for place in PLACE.finditer(before_masked):
        rows = passage.text.formulas.get(int(place.group(1)), ())
        if rows and re.search(
            r"(?:^|[^A-Za-z])(?:\\mathcal\{?)?[OΘ]\}?\s*(?:\\left|\\big|\\Big)?\(|\\Theta", rows[0].text
        ):
            last = place
    for plain in complexity.PLAIN_GROWTH.finditer(before_masked):
        if last is None or plain.start() > last.start():
            last = plain
    if last is not None:
        between = before_masked[last.end() :]
        if re.search(r"equivalently|that is|i\.e\.|in other words|\bor\s*$|which (?:is|equals)\s*$", between):
            inherit = before_masked[: last.start()]
        before_masked = between
    phrase_masked = inherit if inherit else before_masked
    own = list(passage.formulas_in(phrase_masked))
    before = passage.text.spelled(phrase_masked) + " " + left + " "
    if passage.block.kind != "row" and not re.search(r"\w{3,}", before) and passage.lead:
        before = passage.text.spelled(passage.lead) + " " + before
    statement = cost_truths.Stated(
        body, before, passage.text.spelled(after_masked), sentence, passage.label(), passage.before_in_block(before_masked),
        f"{passage.above} {passage.heading}" if len(passage.heading) < 12 else passage.heading, passage.earlier,
    )  # fmt: skip
    per_total = judge_total(passage, body, last, before_masked, sentence)
    if per_total is not None:
        return per_total
    return stated.judge_stated(
        statement,
        passage.context,
        passage.block.section,
        line,
        own,
        passage.context.setting_at(line, distinct=True),
    )


def judge_total(
    passage: Passage, body: Expression, last: re.Match[str] | None, between: str, sentence: str
) -> Judged | None:
    """`O(L) per token, total O(NL)`: N times the cost of one."""
    if last is None or not re.search(r"\b(?:total|in all|altogether|overall)\b", between, re.I):
        return None
    if not cost_truths.PER.search(between + " " + sentence[:0]) and not re.search(r"per\s+\S+", between):
        return None
    number = re.search(r"\d+", last.group()) if last.group().startswith("\ue000") else None
    source = passage.text.formulas[int(number.group())][0].text if number else last.group()
    try:
        chain = read_chain(source)
        one = complexity.growth_part(chain.parts[-1])
        if one is None:
            return None
        step, total = complexity.cost_in(one), complexity.cost_in(body)
    except Unreadable:
        return None
    expected = Cost("", complexity.times_n(step.terms))
    comparison = same_growth(total, expected)
    if comparison.verdict is Same.SAME:
        return Judged(Kind.COMPLEXITY, Ruling.VERIFIED, f"N times {step} is {expected}", Method.COUNT)
    return None


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
        yield Found(clause.offset + _word_start(clause.text, start), clause.text, judged)
    yield from growth_claims(passage, clause, sentence)
    yield from count_claims(passage, clause)


def count_claims(passage: Passage, clause: Clause) -> Iterator[Found]:
    """`2NRD multiplications for the projections`, without a growth class around it."""
    whole, places = passage.spelled(clause.sentence)
    base = max(clause.sentence.find(clause.text), 0)
    from_place = next((i for i, place in enumerate(places) if place >= base), 0)
    until = base + len(clause.text)
    line = passage.block.line_at(clause.offset, passage.text.formulas)
    setting = passage.context.setting_at(line, distinct=True)
    around = cost_truths.Stated(
        Number(Fraction(1)), "", "", whole, passage.label(), passage.before_in_block(clause.sentence), passage.heading, passage.earlier,
    )  # fmt: skip

    def judge(statement: cost_truths.Stated) -> Judged:
        return stated.judge_stated(statement, passage.context, passage.block.section, line, (), setting)

    for start, end, judged in counted.judge_counts(whole, around, passage.items, setting, judge, from_place):
        if places[start] < until:
            yield Found(clause.offset - base + places[start], whole[start:end], judged)


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
    scene = scaling.Scene(
        around, passage.context, passage.block.section, passage.block.line, passage.context.setting_at(passage.block.line, distinct=True)
    )  # fmt: skip
    for found in scaling.judge_words(spelled, scene, before):
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


def _word_start(text: str, start: int) -> int:
    return len(text) - len(text.lstrip()) if start else 0
