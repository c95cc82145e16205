# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""`If A, then B` asserts B given A: where B begins, and whether A only names what B speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.verify.claim import Ruling
from grader.verify.numbers.lettered import GIVEN
from grader.verify.reading.document import PLACE
from grader.verify.scope.declarations import declaration_of
from grader.verify.scope.formula_reading import Formula
from grader.verify.words.concepts import law_claims

IF_THEN = re.compile(r"\W*(?:if|suppose(?: that)?|assume(?: that)?|assuming(?: that)?)\b(?P<given>.+?)(?:,?\s+then\b|[,:]\s+(?!and\b|or\b))", re.I | re.DOTALL)  # fmt: skip
# "if it were", "if one forgot": what follows is not what the author holds
UNREAL = re.compile(
    r"\b(?:were|was|had|would|could|might|instead|wrongly|mistakenly|forgot|forgets?|drop(?:ped|s)?|omit\w*|not|no|never|without|only|someone|somebody|you|they|he|she)\b|n['’]t\b",
    re.I,
)
DENIAL = re.compile(
    r"\b(?:never|no|not|without|only)\b|n['’]t\b", re.I
)  # of the consequence, not of the condition
NAMING_WORDS = 8
UNIT_LENGTH = re.compile(
    r"\b(?:embeddings?|vectors?|points|f|a, p and n|they|all)\b[^.;=]{0,40}\b(?:(?:unit|length|norm) (?:one|1|length|norm)|unit vectors|on the unit (?:hyper)?sphere|(?:L2-)?normali[sz]ed)\b\W*(?:,|then|\Z)",
    re.I,
)


def consequence(sentence: str) -> int | None:
    """Where B begins in a masked sentence `If A, then B`; None for another sentence or an unreal condition.

    >>> sentence = "If D = 16, then sigma = 2."
    >>> sentence[consequence(sentence):]
    ' sigma = 2.'
    >>> consequence("If it were so, the cost would be quadratic.") is None
    True
    """
    found = IF_THEN.match(sentence)
    if found is None or UNREAL.search(sentence[: found.end()]) or UNREAL.search(DENIAL.sub(" ", sentence)):
        return None
    return found.end()


# "if the probes say ..., one might think the depth is 2"
HEDGED = re.compile(
    r"\b(?:might|may|perhaps|maybe|probably|think|thinks|believe|claims?|naively|guess|seems?|tempting)\b",
    re.I,
)


def holds_its_premise(sentence: str, start: int, end: int) -> bool:
    """Whether a claim of `If A, then B` begins in A and ends in B, so that it is decided by A's own numbers.

    >>> sentence = "If the votes are A, B, A, then the depth is 2."
    >>> holds_its_premise(sentence, 7, 45), holds_its_premise(sentence, 26, 45)
    (True, False)
    """
    # "VAL and FAR: if 540 of 600 are accepted, VAL is 90 %" has its condition behind a colon
    base = max((cut.end() for cut in re.finditer(r"[;:]\s", sentence[:start])), default=0)
    return not HEDGED.search(sentence) and any(
        (found := IF_THEN.match(sentence[place:])) is not None and start < place + found.end() < end
        for place in {0, base}
    )


def only_names(given: str, formulas: Iterable[Formula], sentence: str, about: str) -> bool:
    """Whether a condition only gives sizes their values, things their spaces and projections the course's law.

    `given` is the condition as masked text, `formulas` those in it. Such a condition is what the deciders go by
    anyway, so that what follows is judged as if it were asserted.
    """
    inside = list(formulas)
    words = re.findall(r"[A-Za-z]{2,}", PLACE.sub(" ", given))
    if not inside or len(words) > NAMING_WORDS:
        return False
    return all(_names(formula, sentence, about) for formula in inside)


def _names(formula: Formula, sentence: str, about: str) -> bool:
    if formula.chain is not None and not formula.chain.relations and formula.chain.parts:
        return True
    if GIVEN.fullmatch(formula.text.strip()) is not None:
        return True
    if declaration_of(formula.text, formula.row.line, formula.block.section):
        return True
    laws = [judged.ruling for _, _, judged in law_claims(formula.text, sentence, f"{about} Gaussian kernel")]
    return bool(laws) and all(ruling is Ruling.VERIFIED for ruling in laws)
