# ruff: noqa: E501 -- a pattern stays on one line
"""Costs without a growth class around them: "each update costs CM", "time proportional to nCm", "of the order of N²D".

Behind "of the order of" and "proportional to" only the growth counts. Behind a plain verb a factor may be meant, so that
a cost is verified there only if it is the exact count; it is refuted where even its growth is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.verify.claim import Judged, Kind, Ruling, unchecked
from grader.verify.costs import complexity, stated
from grader.verify.costs.cost_truths import COST, Stated
from grader.verify.costs.count_formulas import FORMULA
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Number, Unreadable, names
from grader.verify.passage import Found, Passage, in_mood
from grader.verify.reading.mood import Clause
from grader.verify.scope.growth import cost_of

ORDER = re.compile(
    r"\b(?:(?:of|on|in) (?:the )?order(?: of)?|order (?:is|of)|proportional to|(?:grows?|scales?|goes up|rises?|increases?) (?:like|as)|asymptotically)\s*$",
    re.I,
)
SPENDS = re.compile(
    r"\b(?:costs?|takes?|needs?|requires?|spends?|accounts? for|comes? (?:to|at a price of)|amounts? to|sinks? to|drops? to|costing|taking)(?: (?:about|another|only|just|again|still|time|some|roughly|a further|as much as))*\s*$",
    re.I,
)
UNITS = re.compile(
    r"\s*(?:scalar |floating[- ]point |of these )?(?:multiplications?|mults?|numbers|entries|floats|products|additions|divisions|features|tokens|weights|bytes|[a-z]+s with)\b",
    re.I,
)
# a noun behind it says what there are so many of: "the layer needs ND inputs"
NOUN = re.compile(
    r"\s*(?!(?:per|for|in|time|work|operations?|each|so|and|or|which|as|of|on|over|more|again|too|however|at|to|instead|when|if|once|while|whereas|but|because|since|whatever|with|now|then|only|here|there|beyond|plus|against|altogether|overall)\b)[a-z]{3,}"
)
NO_COST = re.compile(
    r"\b(?:steps?|iterations?|tokens?|epochs?|samples?|bits?|bytes?|terms?|seconds?|images?)\b", re.I
)
ERRORS = re.compile(
    r"\b(?:errors?|deviation|variance|bias|accuracy|probabilit\w+|features|dimensions?|lengths?|widths?|entries)\b",
    re.I,
)
FEWEST = 2  # letters of a product, or a power


def bare_cost_claims(passage: Passage, pieces: Sequence[Clause], found: Sequence[Found]) -> Iterator[Found]:
    """The bare costs of a block that nothing has ruled on."""
    taken = [(item.offset, item.offset + len(item.text)) for item in found]
    for clause in pieces:
        spelled, places = passage.spelled(clause.text)
        last = 0
        for one in FORMULA.finditer(spelled):
            before = spelled[last : one.start()]
            lead = before.rstrip(" $")
            order, spends = ORDER.search(lead), SPENDS.search(lead)
            after = spelled[one.end() :].lstrip("$")
            if not (order or spends) or (spends and not order and UNITS.match(after)) or COST.search(before):
                continue
            if re.match(r"\s*(?:[=≈<>≤≥+−*/·×^]|\\[a-z])", after) or NO_COST.match(after.strip()):
                continue
            if order is None and NOUN.match(after):
                continue
            start = clause.offset + places[one.start()]
            end = clause.offset + places[min(one.end(), len(places) - 1)]
            if any(a < end and start < b for a, b in taken):
                continue
            tree = _product(one.group("formula"))
            if tree is None or ERRORS.search(lead):
                continue
            judged = _judge(tree, lead, after, clause, passage, exact=order is None)
            last = one.end()
            if judged is not None:
                begin = (
                    clause.offset
                    + places[0 if not last else min(max(one.start() - len(before), 0), len(places) - 1)]
                )
                text = spelled[max(one.start() - len(before), 0) : one.end()]
                yield in_mood(Found(begin, text.strip(" ,;$"), judged), clause.mood)


def _product(source: str) -> Expression | None:
    if len(re.findall(r"[A-Za-z](?![a-z])", source)) < FEWEST and not re.search(r"[²³^]", source):
        return None
    try:
        tree = read_expression(source.strip())
    except Unreadable:
        return None
    return tree if names(tree) and not isinstance(tree, Number) else None


def _judge(
    tree: Expression, before: str, after: str, clause: Clause, passage: Passage, *, exact: bool
) -> Judged | None:
    spelled = passage.text.spelled(clause.sentence)
    statement = Stated(
        tree, f"{before} ", after, spelled, passage.label(), passage.before_in_block(clause.sentence),
        passage.heading, passage.earlier,
    )  # fmt: skip
    judged = stated.judge_stated(statement, passage.context, passage.block.section, passage.block.line)
    if judged.ruling is Ruling.UNCHECKED:
        return None
    if not exact or judged.ruling is Ruling.REFUTED:
        return judged
    letters = complexity.letters_of(passage.context)
    try:
        claimed = cost_of(tree, "", letters)
    except Unreadable:
        return None
    if set(claimed.terms.values()) == {1} and not {"R", "D_random"} & set(claimed.variables):
        return judged
    return unchecked(Kind.COMPLEXITY, "its growth is right; what exactly is counted is not read")


__all__ = ["bare_cost_claims"]
