# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The formulas of a block, row by row: what the words around a formula let it claim, and its ruling in that mood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from grader.verify import supposed
from grader.verify.claim import Judged, Kind, Ruling, unchecked
from grader.verify.costs import complexity
from grader.verify.formula_order import judge_formula
from grader.verify.formulas import independent_entries, kernel_values, normal_waves
from grader.verify.formulas.equations import judge_pair
from grader.verify.formulas.known_forms import SIGMA_CHOSEN, SIZE_SET
from grader.verify.grammar.syntax import Chain, Expression, Norm, Number, Symbol, names
from grader.verify.numbers import arithmetic, given
from grader.verify.passage import Found, Passage, in_mood, offset_of_sentence, sentence_around
from grader.verify.reading.document import PLACE, Block
from grader.verify.reading.mood import DECLARES, WHERE_ACTIVE, Clause, Mood, clause_at, mood_of
from grader.verify.scope.formula_reading import Formula, sides
from grader.verify.scope.unit_vectors import ON_SPHERE
from grader.verify.worlds import laws

CONDITION = re.compile(
    r"\b(?:when|whenever|if|where|with|such that|provided|case|tie|ties|boundary|equality|choose|choosing|set|sets|setting|taking|take|let|given|under|"
    r"assuming|assume|for|at|equat(?:e|es|ing)|solv(?:e|es|ing)|requires?|requiring|need|needs|until|unless|only|constraint|normali[sz]ed|fix|fixing|impose)\s*(?:that\s*|all\s*|every\s*)?$",
    re.IGNORECASE,
)
# "with $R = 200$ and", before another condition
LISTED_BEFORE = re.compile(rf"(?:{PLACE.pattern}(?:\s*,\s*(?:and\s+)?|\s+and\s+))+$")
# "for $j \\ne i$," says which entries the formula is about
QUALIFIED = re.compile(
    rf"\b(?:for|if|when|where)\s+(?:all\s+|every\s+|any\s+)?{PLACE.pattern},?\s*$", re.IGNORECASE
)
SPECIAL_CASE = re.compile(
    r"\bunit\b|\bnormali[sz]ed\b|\bnorm (?:one|1)\b|\borthogonal|\bwhen(?:ever)?\b|\bif\b|\bassum|special case|in the case|"
    r"on the (?:unit )?(?:hyper)?sphere|\bonly for\b|\bprovided\b|in expectation|\bcentred\b|\bcentered\b|zero[- ]mean",
    re.IGNORECASE,
)
# what a sentence says of one row of a table, or of one example
OF_ONE_CASE = re.compile(
    r"\b(?:in|for|of) (?:the|this|that) (?:first|second|third|fourth|last|next|other)? ?(?:row|line|case|example|column|entry|triplet|image|test)\b",
    re.IGNORECASE,
)
THERE = re.compile(
    r"[$\s]*(?:there|here|in (?:this|that|the \w+) (?:row|line|case|example))\b", re.IGNORECASE
)
# "(x + 1)² = x² + x + 1 when written out": no condition
WRITTEN_OUT = re.compile(
    r"\b(?:when|if|once|after)\s+(?:it is |they are |we |one |fully )?(?:written out|multipl\w+ (?:it |this )?out|expand\w*(?: it| this)?|work\w+ (?:it )?out|simplif\w+|evaluat\w+|comput\w+)",
    re.IGNORECASE,
)
STARTS_FORMULA = re.compile(
    r"(?:[,.:;(—–=*`>]|\b(?:so|thus|hence|that|is|are|gives?|have|has|get|since|because|then|therefore|as|means?|compute|i\.e|sum|total|"
    r"with|where|also|makes?|yields?|needs?|takes?|costs?|requires?|have|use|uses|about|exactly|only|of size|are|equals?|that's|it's|[A-Za-z]{3,}\s+and))$",
    re.IGNORECASE,
)
AMOUNT_OF = re.compile(
    r"\b(?:error|total|sum|rate|difference|gain|loss|accuracy|count|product|value|size|cost|share|ratio|factor|gap) of$",
    re.IGNORECASE,
)
UNIT = re.compile(r"\$?\s*(?:\\,)?(?P<word>thousand|million|billion|trillion)\b")
PERCENT = re.compile(r"\$?[ \t]*(?:\\,)?\\?%")


def formula_claims(
    passage: Passage, pieces: Sequence[Clause], previous: Expression | None
) -> tuple[list[Found], Expression | None]:
    """The claims of a block's formulas, and the last expression of its last chain."""
    found: list[Found] = []
    span = None
    run: list[tuple[Formula, Judged | None]] = []
    for formula in map(partial(with_unit, passage), passage.formulas):
        if run and (formula.row.span != run[-1][0].row.span or not _continues(formula)):
            found += end_results(passage, run, pieces)
            run = []
        clause = clause_at(pieces, formula.offset)
        mood = clause.mood if clause else Mood.ASSERTED
        follows = (
            clause is not None and mood is Mood.SUPPOSED and follows_from_names(passage, formula, clause)
        )
        if follows:
            mood = Mood.ASSERTED
        if passage.lead and formula.row.display and mood is Mood.ASSERTED:
            mood = _mood_of_lead(passage.lead, passage.block, passage.heading)
        alone = formula.row.display or (clause is not None and formula.text == clause.sentence.strip(" .,"))
        sentence = passage.text.spelled(
            (passage.lead + " " if alone else "")
            + (sentence_around(clause, formula.offset) if clause else "")
            + (passage.block.text if passage.block.kind == "row" and clause is None else "")
        )
        if formula.row.span != span and not (formula.chain is not None and formula.chain.open_left):
            previous = None
        span = formula.row.span
        judged = judge_formula(passage, formula, previous, sentence, clause)
        run.append((formula, judged))
        if (formula.chain is not None and formula.chain.relations and formula.chain.parts) or (
            formula.chain is not None and (formula.row.display or formula.plain)
        ):
            previous = formula.chain.parts[-1]
        elif formula.row.display:
            previous = None
        if judged is not None and judged.ruling is Ruling.REFUTED and judged.kind is Kind.IDENTITY:
            base = clause.offset if clause is not None else formula.offset
            said = DECLARES.sub("", laws.without_condition(sentence))
            said = WHERE_ACTIVE.sub("", WRITTEN_OUT.sub("", said))
            if follows and not given.sizes_given(sentence):
                said = re.sub(r"^\W*if\b", "", said, flags=re.IGNORECASE)
            own_law = independent_entries.says_law(sentence) and "1 or −1 with equal chance" in judged.says
            own_law = own_law or judged.says.startswith(normal_waves.BY_LAW)
            if SPECIAL_CASE.search(said) and not judged.says.startswith(ON_SPHERE) and not own_law:
                judged = unchecked(judged.kind, "the sentence speaks of a special case")
            if not formula.row.display and (
                OF_ONE_CASE.search(sentence) or THERE.match(passage.after(formula))
            ):
                judged = unchecked(judged.kind, "the sentence speaks of one example")
            if to_be_solved(passage, formula):
                judged = unchecked(judged.kind, "it is an equation for a size")
            if under_condition(passage, formula, clause):
                judged = unchecked(judged.kind, "the sentence sets a condition before it")
            stands_before = passage.block.text[base : formula.offset]
            about_entries = QUALIFIED.search(stands_before)
            if about_entries and re.search(r"≠|\\ne", passage.text.spelled(about_entries.group())):
                stands_before = stands_before[: about_entries.start()]
            before = LISTED_BEFORE.sub("", stands_before)
            defines = before != stands_before and re.search(r"\blet\s*$", before, re.IGNORECASE)
            if CONDITION.search(before) and not defines and not formula.row.display:
                judged = unchecked(judged.kind, "it is a condition, not a claim")
        if (
            formula.plain
            and judged is not None
            and judged.kind is Kind.ARITHMETIC
            and re.match(r"[\d(.−-]", formula.text)
        ):
            before = passage.block.text[max(0, formula.offset - 300) : formula.offset].rstrip()
            whole = formula.chain is not None and not isinstance(formula.chain.parts[0], Number)
            if (
                before
                and passage.block.kind != "row"
                and not STARTS_FORMULA.search(before)
                and not (whole and AMOUNT_OF.search(before))
            ):
                continue
        if formula.plain and re.match(r"[A-Za-z]?\d+\s+[^\s=+*/·×−<>≤≥≈-]", formula.text):
            continue
        if judged is None or (formula.plain and judged.ruling is Ruling.UNCHECKED):
            continue
        if judged.ruling is Ruling.UNCHECKED and judged.says in {SIZE_SET, SIGMA_CHOSEN}:
            continue
        found.append(in_mood(Found(formula.offset, formula.text, judged, formula.row.line), mood))
    found += end_results(passage, run, pieces)
    return found, previous


def follows_from_names(passage: Passage, formula: Formula, clause: Clause) -> bool:
    """Whether a formula is the B of `If A, then B`, and A only names what B speaks of."""
    start = offset_of_sentence(clause)
    begins = supposed.consequence(clause.sentence)
    if begins is None or formula.offset < start + begins:
        return False
    if supposed.UNIT_LENGTH.search(passage.text.spelled(clause.sentence[:begins])):
        return True  # what follows is judged on unit vectors
    if independent_entries.says_law(passage.text.spelled(clause.sentence[:begins])):
        return True
    before = [one for one in passage.formulas if start <= one.offset < start + begins]
    sentence = passage.text.spelled(clause.sentence)
    return supposed.only_names(
        clause.sentence[:begins], before, sentence, f"{passage.heading} {passage.earlier}"
    )


def to_be_solved(passage: Passage, formula: Formula) -> bool:
    """Whether two counts are set equal to find the size at which they are: `Equate 2L²d = 2LFd, hence L = F`."""
    chain = formula.chain
    if chain is None or len(chain.parts) != 2 or not all(map(complexity.in_sizes, chain.parts)):
        return False
    return any(
        other.chain is not None
        and other.offset > formula.offset
        and isinstance(other.chain.parts[0], Symbol)
        and len(other.chain.parts) > 1
        and other.chain.parts[0].name in names(chain.parts[0])
        for other in passage.formulas
    )


def under_condition(passage: Passage, formula: Formula, clause: Clause | None) -> bool:
    """Whether an equation before it in the sentence, "for ‖q‖ = 1", restricts the same symbols."""
    if clause is None or formula.chain is None:
        return False
    start = offset_of_sentence(clause)
    mine = frozenset[str]().union(*(names(part) for part in formula.chain.parts))
    for other in passage.formulas:
        if not start <= other.offset < formula.offset or other.chain is None or not other.chain.relations:
            continue
        theirs = frozenset[str]().union(*(names(part) for part in other.chain.parts))
        lengths_set = any(isinstance(part, Norm) for part in other.chain.parts)
        if not lengths_set or set(other.chain.relations) - {"="}:
            continue
        if mine & theirs - set(passage.context.aliases) and CONDITION.search(
            passage.block.text[start : other.offset]
        ):
            return True
    return False


def with_unit(passage: Passage, formula: Formula) -> Formula:
    """`$8192^2 \\approx 67$ million`: a number at the end takes in the word for its unit."""
    after = passage.after(formula)
    unit = UNIT.match(after)
    percent = PERCENT.match(after)
    chain = formula.chain
    if percent is not None and chain is not None and chain.relations and not formula.row.display:
        hundredth = chain.parts[-1]
        if isinstance(hundredth, Number) and hundredth.printed:
            share = Number(hundredth.value / 100, f"{hundredth.printed}e-2")
            return replace(
                formula,
                text=f"{formula.text} %",
                chain=replace(chain, parts=(*chain.parts[:-1], share)),
                wide=None,
            )
    if unit is None or chain is None or not chain.relations or formula.row.display:
        return formula
    last = chain.parts[-1]
    if not isinstance(last, Number):
        return formula
    scale = arithmetic.SCALE[unit.group("word")]
    power = {10**3: 3, 10**6: 6, 10**9: 9, 10**12: 12}.get(int(scale), 0)
    scaled = Number(last.value * scale, f"{last.printed}e{power}")
    return replace(
        formula,
        text=f"{formula.text} {unit.group('word')}",
        chain=replace(chain, parts=(*chain.parts[:-1], scaled)),
        wide=None,
    )


def end_results(
    passage: Passage, run: Sequence[tuple[Formula, Judged | None]], pieces: Sequence[Clause]
) -> list[Found]:
    """The first and the last expression of a derivation in rows with a wrong step, as an identity of their own."""
    first, last = (run[0][0], run[-1][0]) if run else (None, None)
    spoiled = any(judged is not None and judged.ruling is Ruling.REFUTED for _, judged in run)
    if first is None or last is None or len(run) < 2 or not spoiled:
        return []
    if first.chain is None or last.chain is None or first.chain.open_left:
        return []
    if any(formula.chain is None or set(formula.chain.relations) - {"=", ":="} for formula, _ in run):
        return []
    source, start = sides(last.text)[-1], sides(first.text)[0]
    wide = last.wide.parts[-1] if last.wide is not None else last.chain.parts[-1]
    whole = replace(
        last,
        text=f"{start} = {source}",
        chain=Chain((first.chain.parts[0], last.chain.parts[-1]), ("=",)),
        wide=Chain((first.chain.parts[0], wide), ("=",)) if last.wide is not None else None,
    )
    judged = kernel_values.judge(
        whole.chain, None, False, "", passage.earlier, passage.context, last.row.line
    ) or judge_pair(
        (first.chain.parts[0],),
        (last.chain.parts[-1],) if last.wide is None else (last.chain.parts[-1], wide),
        "=",
        passage.context,
        whole,
        Kind.IDENTITY,
    )
    clause = clause_at(pieces, last.offset)
    mood = clause.mood if clause is not None else Mood.ASSERTED
    says = f"the result of the derivation: {judged.says}"
    return [in_mood(Found(last.offset, whole.text, replace(judged, says=says), last.row.line), mood)]


def _continues(formula: Formula) -> bool:
    return formula.chain is not None and formula.chain.open_left


def _mood_of_lead(lead: str, block: Block, heading: str) -> Mood:
    mood = mood_of(lead, lead, "", heading, block)
    # "if we substitute, we get:" asserts what follows
    return (
        mood
        if mood in {Mood.DENIED, Mood.ATTRIBUTED, Mood.RETRACTED}
        or re.match(r"\W*(?:suppose|one might|you might|imagine|is it)", lead, re.I)
        else Mood.ASSERTED
    )
