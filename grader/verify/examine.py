# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""A document that has been read -> its claims with their rulings, cheap deciders first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from time import thread_time

from grader.verify import (
    accuracies,
    arithmetic,
    changes,
    classifier,
    complexity,
    concepts,
    counted,
    course_formulas,
    fact_cells,
    facts,
    features,
    given,
    laws,
    layers,
    lengths,
    lettered,
    margins,
    networks,
    occurrences,
    papers,
    placed,
    polynomial,
    proportions,
    quantities,
    recipe_counts,
    reckoning,
    scaling,
    sides,
    stated,
    statements,
    substituted,
    supposed,
    tables,
    triplet_values,
    triplets,
    votes,
    worded,
)
from grader.verify.claim import Claim, Judged, Kind, Method, Ruling, once_each, refuted, unchecked
from grader.verify.context import Context, Formula, declaration_of, formulas_of, gather, read_formula
from grader.verify.dimensions import (
    PLAIN_SHAPE,
    SAYS_SHAPE,
    Shape,
    judge_declaration,
    judge_shape,
    shape_of_text,
)
from grader.verify.document import OPEN, PLACE, Block, Row, Text
from grader.verify.formulas import SIGMA_CHOSEN, SIZE_SET, function_in, judge_pair, judge_row
from grader.verify.goals import Progress
from grader.verify.grammar import read_chain
from grader.verify.growth import Cost, Same, same_growth
from grader.verify.histograms import BAR, Histogram, histogram_claims, histograms_in, shares_of_all
from grader.verify.mood import DECLARES, Clause, Mood, clause_at, clauses, lead_of
from grader.verify.plain import plain_formulas
from grader.verify.required import required_steps
from grader.verify.syntax import (
    Call,
    Chain,
    Expression,
    Growth,
    Norm,
    Number,
    Product,
    Symbol,
    Transpose,
    Unreadable,
    names,
    walk,
)
from grader.verify.unit_vectors import ON_SPHERE
from grader.verify.worlds import FEATURE_MAPS, Setting

SECONDS = 40.0
MOST_CLAIMS = 4000
LONGEST_SENTENCE = 3000
RELATION = re.compile(r"=|\\approx|≈|\\le|\\ge|[<>≤≥]|\\in\b|∈|\\equiv|\\propto|\\sim")
CONDITION = re.compile(
    r"\b(?:when|whenever|if|where|with|such that|provided|case|choose|choosing|set|sets|setting|taking|take|let|given|under|"
    r"assuming|assume|for|requires?|requiring|need|needs|until|unless|only|constraint|normali[sz]ed|fix|fixing|impose)\s*(?:that\s*|all\s*|every\s*)?$",
    re.IGNORECASE,
)
SPECIAL_CASE = re.compile(
    r"\bunit\b|\bnormali[sz]ed\b|\bnorm (?:one|1)\b|\borthogonal|\bwhen(?:ever)?\b|\bif\b|\bassum|special case|in the case|"
    r"on the (?:unit )?(?:hyper)?sphere|\bonly for\b|\bprovided\b|in expectation|\bcentred\b|\bcentered\b|zero[- ]mean",
    re.IGNORECASE,
)
# "(x + 1)² = x² + x + 1 when written out": no condition
WRITTEN_OUT = re.compile(
    r"\b(?:when|if|once|after)\s+(?:it is |they are |we |one |fully )?(?:written out|multipl\w+ (?:it |this )?out|expand\w*(?: it| this)?|work\w+ (?:it )?out|simplif\w+|evaluat\w+|comput\w+)"
    # where the loss is not zero: all that is said of its gradients
    r"|\b(?:when|whenever|if|where|while|as long as)\s+(?:it|the (?:loss|hinge|triplet|term|bracket)) is (?:active|positive|non-?zero|violated|not zero)",
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
LABEL = re.compile(
    r"\s*(?:\*\*(?P<bold>[^*]{2,80})\*\*|__(?P<under>[^_]{2,80})__|(?P<plain>[A-Z][\w\s-]{2,40}):(?=\s))"
)
COST_HEADER = re.compile(r"cost|complexity|time|operations|memory|space|work|flops\b", re.I)
SHAPE_HEADER = re.compile(r"shape|dimension|size", re.I)


NAMED_MATRIX = re.compile(
    r"\b(?P<what>attention|scores?|similarity|kernel|gram) matrix\b[^.;]{0,120}?\b(?:is|has (?:shape|size)|of (?:shape|size))\s+(?:an? )?\$?(?P<shape>(?P<rows>[A-Za-z])\s*(?:×|\\times)\s*(?P<columns>[A-Za-z]))\b",
    re.I,
)
HAS_ENTRIES = re.compile(
    r"(?<!\S)(?P<what>[^\s.,;:]+)\s+(?:has|have)\s+(?P<size>\d?[A-Z])\s+(?:entries|components|coordinates|elements)\b"
)
SQUARED_KERNEL = re.compile(r"\+\s*1\s*(?:\\right)?\)\s*(?:\^\s*\{?\s*2|²)")
# `feature vectors of length 2m`
STACKED = re.compile(
    r"\b(?:length|dimension|width|size)s?\s+\$?2\s?[A-Za-z]|2\s?[A-Za-z](?:_\{?\w+\}?)?\$? (?:random )?(?:features|entries)|\\mathbb\s*\{?R\}?\^\{?2\s?[A-Za-z]"
)
PRONOUN = re.compile(r"\W*It\b")
UNIT = re.compile(r"\$?\s*(?:\\,)?(?P<word>thousand|million|billion|trillion)\b")
PERCENT = re.compile(r"\$?[ \t]*(?:\\,)?\\?%")
MEMORY_UNIT = re.compile(r"\$?\s*(?:\\,|~)?\s*[kKMGT]i?B\b")
PLAIN_SAYS = re.compile(
    rf"(?<!\S)(?P<what>\S{{1,40}}(?:\s\S{{1,40}}){{0,2}}?)\s+(?:is|has|have|are|of|gives|becomes|would be|must be|would have|whose (?:shape|size) is|:|—)\s+(?:then |therefore |thus |also )?(?:a |an |the )?(?:has |have )?(?:shape|dimensions?|size)?\s*(?:of\s)?(?:a |an )?(?P<shape>{PLAIN_SHAPE}|scalar)"
)


@dataclass(frozen=True)
class _Found:
    """A ruling with its place: the offset in the block's masked text, and the claim's own text."""

    offset: int
    text: str
    judged: Judged
    line: int | None = None
    until: int | None = None  # where it ends in the masked text, if that is known


def examine(text: Text, seconds: float = SECONDS) -> tuple[Claim, ...]:
    """Every claim of a document. Stops judging, and says so, when the seconds of processor time are over."""
    formulas = formulas_of(text)
    return _claims(text, formulas, gather(text, formulas), thread_time() + seconds)


def examine_with_derivations(
    text: Text, seconds: float = SECONDS, tell: Callable[[Sequence[Claim]], object] | None = None
) -> tuple[tuple[Claim, ...], tuple[Progress, ...]]:
    """Every claim of a document, and what it shows of the known derivations.

    `seconds` are those of the processor, so that a busy machine decides no less. `tell` is called with the claims of
    each block as soon as they are decided.
    """
    deadline = thread_time() + seconds
    formulas = formulas_of(text)
    context = gather(text, formulas)
    claims = _claims(text, formulas, context, deadline, tell)
    if thread_time() > deadline:
        return claims, ()
    wrong = frozenset((claim.line, claim.text) for claim in claims if claim.ruling is Ruling.REFUTED)
    return claims, required_steps(text, formulas, context, wrong)


def _claims(
    text: Text,
    formulas: Sequence[Formula],
    context: Context,
    deadline: float,
    tell: Callable[[Sequence[Claim]], object] | None = None,
) -> tuple[Claim, ...]:
    by_block: dict[int, list[Formula]] = {}
    for formula in formulas:
        by_block.setdefault(id(formula.block), []).append(formula)
    claims: list[Claim] = []
    heading, above, earlier, paragraph, section = "", "", "", "", 0
    previous: Expression | None = None
    given_there = histograms_in(text)
    histogram: Histogram | None = None
    rates_there = accuracies.accuracies_in(text)
    rates: accuracies.Accuracies | None = None
    sheets_there = tables.sheets_in(text)
    sheet: tables.Sheet | None = None
    size = classifier.image_size(text.source)
    in_cells = tables.cell_claims(text, size)
    announced = ""
    items: tuple[str, ...] = ()
    for number, block in enumerate(text.blocks):
        if block.kind != "item":
            announced = ""
        elif number and text.blocks[number - 1].kind == "paragraph":
            announced = text.spelled(lead_of(text.blocks, number))
        if block.kind == "heading":
            above, heading = heading, text.spelled(block.text)
            earlier, section = "", block.section
            if len(above) > 200:
                above = ""
        if thread_time() > deadline or len(claims) > MOST_CLAIMS:
            claims.append(
                Claim(
                    block.line,
                    text.spelled(block.text)[:200],
                    Kind.IDENTITY,
                    Ruling.UNCHECKED,
                    "the time for this document was over before this line",
                    Method.TEXT,
                    None,
                    block.cell,
                )
            )
            break
        following = text.blocks[number + 1].text if number + 1 < len(text.blocks) else ""
        lead = lead_of(text.blocks, number)
        scene = _Scene(
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
            by_block.get(id(block), []),
            histogram,
            given_there.get(number),
            rates,
            sheet,
            size,
            tuple(in_cells.get(number, ())),
        )
        try:
            found, previous = scene.claims(following, previous)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # one passage that a decider stumbles over must not cost the others
            says = (
                f"this passage is not judged, because a decider failed on it: {type(error).__name__}: {error}"
            )
            found, previous = [_Found(0, spelled_start(text, block), unchecked(Kind.IDENTITY, says))], None
        rates = rates_there.get(number, rates)
        sheet = sheets_there.get(number, sheet)
        histogram = given_there.get(number, histogram)
        made = list(_placed(found, block, text))
        claims += made
        if tell is not None:
            tell(made)
        spelled = text.spelled(block.text)
        items = (*items, spelled) if block.kind == "item" else ()
        earlier = (earlier + " " + spelled)[-4000:]
        if block.kind in {"paragraph", "item", "quote"}:
            paragraph = spelled
    del section
    return once_each(claims)


def spelled_start(text: Text, block: Block) -> str:
    """The first words of a block."""
    return text.spelled(block.text)[:200]


def _placed(found: Sequence[_Found], block: Block, text: Text) -> Iterator[Claim]:
    nth = occurrences.occurrences([(item.offset, item.text) for item in found], block, text)
    for item, occurrence in zip(found, nth, strict=True):
        line = item.line if item.line is not None else block.line_at(item.offset, text.formulas)
        judged = item.judged
        yield Claim(
            line,
            item.text.strip(),
            judged.kind,
            judged.ruling,
            judged.says,
            judged.method,
            judged.witness,
            block.cell,
            occurrence,
        )


@dataclass(frozen=True)
class _Scene:
    """One block with all that is known around it."""

    text: Text
    context: Context
    block: Block
    heading: str
    above: str
    earlier: str
    paragraph: str
    lead: str
    announced: str  # the sentence that announces the list in which this item stands
    items: tuple[str, ...]  # the items of the list right before it
    formulas: list[Formula]
    histogram: Histogram | None
    own_histogram: Histogram | None  # the one that this very block gives
    rates: accuracies.Accuracies | None
    sheet: tables.Sheet | None
    image_size: int | None
    in_cells: tuple[tuple[int, Judged], ...]

    def claims(self, following: str, previous: Expression | None) -> tuple[list[_Found], Expression | None]:
        """The block's claims, and the last expression of its last chain."""
        found: list[_Found] = []
        pieces = clauses(self.block, self.heading, following)
        if self.block.kind != "heading":
            rows, previous = self.rows(pieces, previous)
            found += rows
        for clause in pieces:
            if self.block.kind in {"heading", "row"}:
                continue
            prose = list(self.prose(clause))
            found += [_in_mood(item, clause.mood) for item in prose]
        if self.block.kind == "row":
            found += self.table_row()
        if self.block.kind != "heading":
            found += self.sums(pieces, found)
        if self.block.kind not in {"heading", "row"}:
            spelled, places = self.spelled(self.block.text)
            after = self.text.spelled(following)
            for start, end, judged in lengths.length_claims(spelled, self.paragraph, after):
                found.append(_Found(places[start], spelled[start:end], judged))
        return found, previous

    def sums(self, pieces: Sequence[Clause], found: Sequence[_Found]) -> list[_Found]:
        """Arithmetic on the figures of whole sentences, where nothing has been decided about them yet."""
        out: list[_Found] = []
        decided = [item for item in found if item.judged.ruling is not Ruling.UNCHECKED]
        for start in sorted({_offset_of_sentence(clause) for clause in pieces}):
            clause = next(one for one in pieces if _offset_of_sentence(one) == start)
            if len(clause.sentence) > LONGEST_SENTENCE:
                continue
            masked, places = self.spelled(clause.sentence)
            spelled, places = _readable(masked, places)
            before_it = f"{self.earlier} {self.text.spelled(self.block.text[:start])}"
            makers = [
                reckoning.calculations(spelled),
                worded.worded_claims(spelled),
                worded.shares_of_a_whole(spelled),
                worded.told_before(spelled, before_it),
                changes.changes(spelled, before_it),
                quantities.quantity_claims(spelled, before_it),
                layers.counts(spelled),
                layers.outputs(spelled),
                sides.side_claims(spelled, f"{self.above} {self.heading} {before_it}"),
                triplet_values.loss_claims(spelled, before_it),
                triplet_values.label_claims(spelled),
                triplet_values.sphere_claims(spelled, before_it),
                votes.listed_depths(spelled, f"{self.heading} {before_it}"),
                proportions.proportion_claims(spelled, before_it),
                lettered.valued_formulas(spelled, before_it),
                recipe_counts.recipe_claims(
                    spelled, f"{self.heading} {before_it}", self.context.aliases, self.stacks(start)
                ),
                networks.network_comparisons(spelled),
                statements.statements_in(spelled, before_it),
                classifier.losses(spelled),
                classifier.network_claims(spelled, f"{self.heading} {before_it}", self.image_size),
                tables.sheet_claims(spelled, self.sheet) if self.sheet is not None else iter(()),
            ]
            before = [
                one for one in self.formulas if start - 250 <= one.offset < start + len(clause.sentence)
            ]
            makers.append(substituted.said_values(spelled, self.computed(before), self.setting()))
            own = self.own_histogram if self.block.kind != "row" and not BAR.search(spelled) else None
            if own is not None:
                makers.append(histogram_claims(spelled, own))
            if self.rates is not None:
                makers.insert(0, accuracies.accuracy_claims(spelled, self.rates))
            for found_at, end, judged in (claim for maker in makers for claim in maker):
                begin = found_at + len(spelled[found_at:end]) - len(spelled[found_at:end].lstrip())
                first, last = start + places[begin], start + places[end]
                stated = spelled[begin:end]
                if any(_same(item, first, last, stated) for item in (*decided, *out)):
                    continue
                around = clause_at(pieces, first)
                mood = around.mood if around is not None else Mood.ASSERTED
                if mood is Mood.SUPPOSED and supposed.holds_its_premise(
                    clause.sentence, first - start, last - start
                ):
                    mood = Mood.ASSERTED
                out.append(_in_mood(_Found(first, stated, judged, until=last), mood))
        return out

    def stacks(self, offset: int) -> bool:
        """Whether the text's feature map has a sine and a cosine for each random direction."""
        line = self.block.line_at(offset, self.text.formulas)
        return self.context.scale_at(line) is not None or bool(STACKED.search(self.earlier))

    def computed(self, formulas: Sequence[Formula]) -> list[Expression]:
        """The right ends of formulas that equal something or stand alone."""
        return [
            one.chain.parts[-1]
            for one in formulas
            if one.chain is not None and all(relation in {"=", "~", ":="} for relation in one.chain.relations)
        ]

    def setting(self) -> Setting:
        """The setting at the block."""
        return self.context.setting_at(self.block.line)

    # -- formulas ----------------------------------------------------------------------------------------------

    def rows(
        self, pieces: Sequence[Clause], previous: Expression | None
    ) -> tuple[list[_Found], Expression | None]:
        found: list[_Found] = []
        span = None
        run: list[tuple[Formula, Judged | None]] = []
        for formula in map(self.with_unit, self.formulas):
            if run and (formula.row.span != run[-1][0].row.span or not _continues(formula)):
                found += self.end_result(run, pieces)
                run = []
            clause = clause_at(pieces, formula.offset)
            mood = clause.mood if clause else Mood.ASSERTED
            follows = clause is not None and mood is Mood.SUPPOSED and self.follows(formula, clause)
            if follows:
                mood = Mood.ASSERTED
            if self.lead and formula.row.display and mood is Mood.ASSERTED:
                mood = _mood_of_lead(self.lead, self.block, self.heading)
            alone = formula.row.display or (
                clause is not None and formula.text == clause.sentence.strip(" .,")
            )
            sentence = self.text.spelled(
                (self.lead + " " if alone else "") + (clause.sentence if clause else "")
            )
            if formula.row.span != span and not (formula.chain is not None and formula.chain.open_left):
                previous = None
            span = formula.row.span
            judged = self.formula(formula, previous, sentence, clause)
            run.append((formula, judged))
            if (formula.chain is not None and formula.chain.relations and formula.chain.parts) or (
                formula.chain is not None and (formula.row.display or formula.plain)
            ):
                previous = formula.chain.parts[-1]
            elif formula.row.display:
                previous = None
            if judged is not None and judged.ruling is Ruling.REFUTED and judged.kind is Kind.IDENTITY:
                base = clause.offset if clause is not None else formula.offset
                said = WRITTEN_OUT.sub("", DECLARES.sub("", laws.without_condition(sentence)))
                if follows and not given.sizes_given(sentence):
                    said = re.sub(r"^\W*if\b", "", said, flags=re.IGNORECASE)
                if SPECIAL_CASE.search(said) and not judged.says.startswith(ON_SPHERE):
                    judged = unchecked(judged.kind, "the sentence speaks of a special case")
                if self.under_condition(formula, clause):
                    judged = unchecked(judged.kind, "the sentence sets a condition before it")
                if CONDITION.search(self.block.text[base : formula.offset]) and not formula.row.display:
                    judged = unchecked(judged.kind, "it is a condition, not a claim")
            if (
                formula.plain
                and judged is not None
                and judged.kind is Kind.ARITHMETIC
                and re.match(r"[\d(.−-]", formula.text)
            ):
                before = self.block.text[: formula.offset].rstrip()
                whole = formula.chain is not None and not isinstance(formula.chain.parts[0], Number)
                if (
                    before
                    and self.block.kind != "row"
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
            found.append(_in_mood(_Found(formula.offset, formula.text, judged, formula.row.line), mood))
        found += self.end_result(run, pieces)
        return found, previous

    def follows(self, formula: Formula, clause: Clause) -> bool:
        """Whether a formula is the B of `If A, then B`, and A only names what B speaks of."""
        start = _offset_of_sentence(clause)
        begins = supposed.consequence(clause.sentence)
        if begins is None or formula.offset < start + begins:
            return False
        before = [one for one in self.formulas if start <= one.offset < start + begins]
        sentence = self.text.spelled(clause.sentence)
        return supposed.only_names(
            clause.sentence[:begins], before, sentence, f"{self.heading} {self.earlier}"
        )

    def under_condition(self, formula: Formula, clause: Clause | None) -> bool:
        """Whether an equation before it in the sentence, "for ‖q‖ = 1", restricts the same symbols."""
        if clause is None or formula.chain is None:
            return False
        start = _offset_of_sentence(clause)
        mine = frozenset[str]().union(*(names(part) for part in formula.chain.parts))
        for other in self.formulas:
            if not start <= other.offset < formula.offset or other.chain is None or not other.chain.relations:
                continue
            theirs = frozenset[str]().union(*(names(part) for part in other.chain.parts))
            lengths_set = any(isinstance(part, Norm) for part in other.chain.parts)
            if not lengths_set or set(other.chain.relations) - {"="}:
                continue
            if mine & theirs - set(self.context.aliases) and CONDITION.search(
                self.block.text[start : other.offset]
            ):
                return True
        return False

    def with_unit(self, formula: Formula) -> Formula:
        """`$8192^2 \\approx 67$ million`: a number at the end takes in the word for its unit."""
        after = self.after(formula)
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

    def end_result(
        self, run: Sequence[tuple[Formula, Judged | None]], pieces: Sequence[Clause]
    ) -> list[_Found]:
        """The first and the last expression of a derivation in rows with a wrong step, as an identity of their own."""
        first, last = (run[0][0], run[-1][0]) if run else (None, None)
        spoiled = any(judged is not None and judged.ruling is Ruling.REFUTED for _, judged in run)
        if first is None or last is None or len(run) < 2 or not spoiled:
            return []
        if first.chain is None or last.chain is None or first.chain.open_left:
            return []
        if any(formula.chain is None or set(formula.chain.relations) - {"=", ":="} for formula, _ in run):
            return []
        source = re.split(r"=|≔", last.text)[-1].strip(" &")
        start = re.split(r"=|≔", first.text)[0].strip(" &")
        wide = last.wide.parts[-1] if last.wide is not None else last.chain.parts[-1]
        whole = replace(
            last,
            text=f"{start} = {source}",
            chain=Chain((first.chain.parts[0], last.chain.parts[-1]), ("=",)),
            wide=Chain((first.chain.parts[0], wide), ("=",)) if last.wide is not None else None,
        )
        judged = judge_pair(
            (first.chain.parts[0],),
            (last.chain.parts[-1],) if last.wide is None else (last.chain.parts[-1], wide),
            "=",
            self.context,
            whole,
            Kind.IDENTITY,
        )
        clause = clause_at(pieces, last.offset)
        mood = clause.mood if clause is not None else Mood.ASSERTED
        says = f"the result of the derivation: {judged.says}"
        return [_in_mood(_Found(last.offset, whole.text, replace(judged, says=says), last.row.line), mood)]

    def formula(
        self, formula: Formula, previous: Expression | None, sentence: str, clause: Clause | None
    ) -> Judged | None:
        text = formula.text
        about = f"{self.above} {self.heading} {self.earlier}"
        declared = declaration_of(text, formula.row.line, self.block.section)
        if declared:
            judged = [
                ruling for one in declared if (ruling := judge_declaration(one, self.context)) is not None
            ]
            order = {Ruling.REFUTED: 0, Ruling.UNCHECKED: 1, Ruling.VERIFIED: 2}
            return min(judged, key=lambda ruling: order[ruling.ruling]) if judged else None
        known = course_formulas.judge(formula, previous, sentence, about, self.context)
        if known is not None:
            return known
        for _, _, ruling in concepts.depth_claims(text, sentence + " " + text, about):
            return ruling
        triplet = margins.triplet_claim(text, sentence, about)
        if triplet is not None:
            return triplet
        for _, _, ruling in concepts.law_claims(text, sentence, about):
            return ruling
        for _, _, ruling in concepts.scale_claims(text, sentence, about):
            return ruling
        of_itself = features.own_product(text, self.context.scale_at(formula.row.line))
        if of_itself is not None:
            return of_itself
        counted = concepts.feature_count(text, sentence, f"{sentence} {self.heading}")
        if counted is not None and counted.ruling is not Ruling.UNCHECKED:
            return counted
        if formula.chain is None:
            if RELATION.search(text) and len(text) > 4 and not formula.plain:
                return unchecked(
                    Kind.STEP if formula.row.aligned else Kind.IDENTITY, f"not read: {formula.trouble}"
                )
            return None
        chain = formula.chain
        if any(isinstance(part, Growth) or complexity.growth_part(part) is not None for part in chain.parts):
            growth = complexity.judge_growth_chain(
                chain, self.context, self.block.section, formula.row.line, sentence
            )
            said = self.stated_cost(formula, clause, sentence) if self.block.kind != "row" else None
            if growth is not None and (
                growth.ruling is Ruling.REFUTED or said is None or said.ruling is Ruling.UNCHECKED
            ):
                return growth
            return said
        if not chain.relations:
            return None
        if chain.open_left and not formula.row.display and not (previous and self.fills_its_line(formula)):
            return None
        if all(relation in {"=", "~", ":="} for relation in chain.relations):
            if (
                len(chain.parts) > 1
                and not chain.open_left
                and all(
                    isinstance(part, Number)
                    or (isinstance(part, Symbol) and part.name in self.context.aliases)
                    for part in chain.parts[1:]
                )
                and all(
                    isinstance(part, Symbol) and not part.indices and part.name in self.context.aliases
                    for part in chain.parts[:-1]
                )
            ):
                # D = M = 64 chooses sizes, unless the sentence makes it a result
                before, around = self.words_before(formula, clause)
                return given.judge_with_sizes(chain, before, sentence, around, self.context, formula.row.line)
            before, around = self.words_before(formula, clause)
            after = self.after(formula)
            if MEMORY_UNIT.match(after):
                return None  # so many bytes in another unit are compared as a sentence
            by_sizes = given.judge_with_sizes(chain, before, sentence, around, self.context, formula.row.line)
            if by_sizes is not None:
                return by_sizes
            by_letters = lettered.judge_equation(chain, before, around, after)
            if by_letters is not None:
                return by_letters
            placed_there = placed.judge_at_vectors(
                chain, f"{around[-400:]} {sentence}"
            ) or placed.judge_on_sphere(chain, f"{around} {sentence}")
            if placed_there is not None:
                return placed_there
            of_degree = self.polynomial(formula, chain, f"{around} {sentence}")
            if of_degree is not None:
                return of_degree
            if (
                clause is not None
                and len(chain.parts) == 2
                and names(chain.parts[-1])
                and re.search(r"multiplications|multiply-adds|scalar products", sentence)
            ):
                count = complexity.judge_count(chain.parts[-1], sentence)
                if count is not None:
                    return count
            if (
                isinstance(chain.parts[0], Symbol)
                and formula.plain
                and len(chain.parts) == 2
                and len(text) < 6
            ):
                return None
            return judge_row(formula, previous, self.context, sentence)
        return self.inequality(formula)

    def fills_its_line(self, formula: Formula) -> bool:
        """Whether a formula in plain text is a line of its own, below another line."""
        start = self.block.text.rfind("\n", 0, formula.offset) + 1
        end = self.block.text.find("\n", formula.offset)
        line = self.block.text[start : end if end >= 0 else len(self.block.text)]
        goes_on = end >= 0 and re.match(r"\n\s*[+·*×/−-]\s*\S", self.block.text[end:])
        bare = formula.chain is not None and isinstance(formula.chain.parts[-1], Number)
        alone = line.strip(" .,;") == formula.text.strip(" .,;")
        return formula.plain and start > 0 and alone and not goes_on and not bare

    def after(self, formula: Formula) -> str:
        """What stands behind a formula in its block."""
        rest = self.block.text[formula.offset :]
        return PLACE.sub("", rest, count=1) if rest.startswith(OPEN) else rest[len(formula.text) :]

    def words_before(self, formula: Formula, clause: Clause | None) -> tuple[str, str]:
        """What stands before a formula in its sentence, and in its section."""
        start = _offset_of_sentence(clause) if clause is not None else 0
        before = self.text.spelled(self.block.text[start : formula.offset])
        return before, f"{self.earlier} {self.text.spelled(self.block.text[: formula.offset])}"

    def polynomial(self, formula: Formula, chain: Chain, around: str) -> Judged | None:
        """A feature map written out entry by entry, or an equation about the products of its features."""
        if len(chain.parts) != 2 or chain.open_left or chain.relations != ("=",):
            return None
        about = f"{self.heading} {around[-800:]}"
        wanted = (1, 2) if SQUARED_KERNEL.search(about) and "feature map" in about else None
        listed = polynomial.judge_list(*chain.parts, wanted)
        if listed is not None:
            return listed
        known = [found for found in self.context.polynomial if found[0] <= formula.row.line]
        if not known:
            return None
        left, right = (polynomial.with_products(part, *known[-1][1:]) for part in chain.parts)
        if (left, right) == chain.parts:
            return None
        dimensions = {
            int(index.value)
            for part in chain.parts
            for below in walk(part)
            if isinstance(below, Symbol)
            for index in below.indices
            if isinstance(index, Number)
        }
        if dimensions:
            return None
        return judge_pair((left,), (right,), "=", self.context, formula, Kind.IDENTITY)

    def inequality(self, formula: Formula) -> Judged | None:
        """An inequality between numbers; others are not decided."""
        from grader.verify.formulas import is_numeric

        chain = formula.chain
        if chain is None or not all(is_numeric(part) for part in chain.parts):
            return None
        if (
            not all(relation in {"<", ">", "<=", ">=", "="} for relation in chain.relations)
            or chain.open_left
        ):
            return None
        from grader.verify.worlds import Clash, Undecidable, World

        try:
            values = [World(Setting(), 0).number(part, {}) for part in chain.parts]
        except (Clash, Undecidable, TypeError):
            return None
        tests = {
            "<": lambda a, b: a < b,
            ">": lambda a, b: a > b,
            "<=": lambda a, b: a <= b,
            ">=": lambda a, b: a >= b,
            "=": lambda a, b: abs(a - b) <= 1e-9 * max(abs(a), abs(b)),
        }
        holds = all(tests[r](a, b) for a, b, r in zip(values, values[1:], chain.relations, strict=False))
        shown = ", ".join(f"{value:g}" for value in values)
        if holds:
            return Judged(Kind.ARITHMETIC, Ruling.VERIFIED, f"the values are {shown}", Method.COUNT)
        return Judged(
            Kind.ARITHMETIC, Ruling.REFUTED, f"the values are {shown}", Method.COUNT, {"values": values}
        )

    # -- costs -------------------------------------------------------------------------------------------------

    def stated_cost(self, formula: Formula, clause: Clause | None, sentence: str) -> Judged | None:
        """A cost in mathematics mode, judged by the words around it."""
        chain = formula.chain
        if chain is None:
            return None
        index = next(
            (i for i, part in enumerate(chain.parts) if complexity.growth_part(part) is not None), None
        )
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
        base = _offset_of_sentence(clause) if clause is not None else 0
        cut = max(formula.offset - base, 0) if clause is not None else 0
        before_masked, after_masked = masked[:cut], PLACE.sub("", masked[cut:], count=1)
        return self.cost(body, before_masked, left, after_masked, sentence, formula.row.line)

    def cost(
        self, body: Expression, before_masked: str, left: str, after_masked: str, sentence: str, line: int
    ) -> Judged:
        inherit = ""
        last = None
        for place in PLACE.finditer(before_masked):
            rows = self.text.formulas.get(int(place.group(1)), ())
            if rows and re.search(
                r"(?:^|[^A-Za-z])(?:\\mathcal\{?)?[OΘ]\}?\s*(?:\\left|\\big|\\Big)?\(|\\Theta", rows[0].text
            ):
                last = place
        for plain in complexity.PLAIN_GROWTH.finditer(before_masked):
            if last is None or plain.start() > last.start():
                last = plain
        if last is not None:
            between = before_masked[last.end() :]
            if re.search(
                r"equivalently|that is|i\.e\.|in other words|\bor\s*$|which (?:is|equals)\s*$", between
            ):
                inherit = before_masked[: last.start()]
            before_masked = between
        phrase_masked = inherit if inherit else before_masked
        own = list(self.formulas_in(phrase_masked))
        before = self.text.spelled(phrase_masked) + " " + left + " "
        if self.block.kind != "row" and not re.search(r"\w{3,}", before) and self.lead:
            before = self.text.spelled(self.lead) + " " + before
        statement = stated.Stated(
            body, before, self.text.spelled(after_masked), sentence, self.label(), self.before_in_block(before_masked),
            f"{self.above} {self.heading}" if len(self.heading) < 12 else self.heading, self.earlier,
        )  # fmt: skip
        per_total = self.per_total(body, last, before_masked, sentence)
        if per_total is not None:
            return per_total
        return stated.judge_stated(
            statement,
            self.context,
            self.block.section,
            line,
            own,
            self.context.setting_at(line, distinct=True),
        )

    def before_in_block(self, before_masked: str) -> str:
        """The paragraph up to a place."""
        place = self.block.text.find(before_masked) if before_masked.strip() else 0
        return self.text.spelled(self.block.text[: max(place, 0)])

    def label(self) -> str:
        """What stands over the block's sentences: its bold opening, or the sentence that announces it."""
        text = self.text.spelled(self.block.text)
        opening = LABEL.match(text)
        return f"{self.announced} {next(filter(None, opening.groups()))}" if opening else self.announced

    def per_total(
        self, body: Expression, last: re.Match[str] | None, between: str, sentence: str
    ) -> Judged | None:
        """`O(L) per token, total O(NL)`: N times the cost of one."""
        if last is None or not re.search(r"\b(?:total|in all|altogether|overall)\b", between, re.I):
            return None
        if not stated.PER.search(between + " " + sentence[:0]) and not re.search(r"per\s+\S+", between):
            return None
        number = re.search(r"\d+", last.group()) if last.group().startswith("\ue000") else None
        source = self.text.formulas[int(number.group())][0].text if number else last.group()
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

    def formulas_in(self, masked: str) -> list[Formula]:
        out: list[Formula] = []
        for place in PLACE.finditer(masked):
            for row in self.text.formulas.get(int(place.group(1)), ()):
                out += [read_formula(row.text, row, self.block)]
        return out

    # -- prose -------------------------------------------------------------------------------------------------

    def spelled(self, masked: str) -> tuple[str, list[int]]:
        """The text with its formulas put back, and for each character its place in the masked text."""
        return occurrences.spelled_places(self.text, masked)

    def prose(self, clause: Clause) -> Iterator[_Found]:
        if len(clause.sentence) > LONGEST_SENTENCE or re.search(r"\S{160}", clause.sentence):
            return
        spelled, places = self.spelled(clause.text)
        sentence = self.text.spelled(clause.sentence)
        about = f"{self.above} {self.heading} {self.earlier} {self.text.spelled(clause.before)}"
        plain = _same_length(spelled)
        taken: list[tuple[int, int]] = []

        def give(start: int, end: int, judged: Judged) -> _Found:
            text = spelled[start:end]
            lead = len(text) - len(text.lstrip())
            begin, until = (clause.offset + places[min(at, len(places) - 1)] for at in (start + lead, end))
            return _Found(begin, text, judged, until=until)

        whole = self.owner_prefix(clause)
        for start, end, judged in facts.network_facts(whole + plain):
            if end <= len(whole):
                continue
            begin = max(start - len(whole), 0)
            taken.append((begin, end - len(whole)))
            yield give(begin, end - len(whole), judged)
        shift = len(whole) if PRONOUN.match(clause.sentence) else 0
        for begin, finish, told in facts.sentence_facts(whole[:shift] + plain, sentence, about):
            start, end = max(begin - shift, 0), finish - shift
            own = told.ruling is Ruling.REFUTED and papers.OWN.search(sentence) is not None
            judged = unchecked(told.kind, papers.OWN_DOING) if own else told
            if judged.ruling is Ruling.REFUTED or not _overlaps(start, end, taken):
                taken.append((start, end))
                yield give(start, end, judged)
        for start, end, judged in (
            *papers.paper_claims(plain, sentence, about),
            *triplets.examples(spelled, sentence),
            *triplets.losses(spelled, sentence, about),
            *triplets.farthest(spelled, sentence, self.earlier),
            *triplets.semi_hard_losses(spelled, about),
            *votes.depth_examples(spelled, about),
            *(features.rates(spelled, sentence) if self.context.random_features else ()),
            *features.ranges(spelled, about),
            *features.kernel_ranges(spelled),
            *features.unbiased(spelled, self.context.scale_at(self.block.line)),
        ):
            if not _overlaps(start, end, taken):
                taken.append((start, end))
                yield give(start, end, judged)
        for maker in (
            arithmetic.prose_claims,
            concepts.quotient_claims,
            concepts.sum_claims,
            networks.network_comparisons,
            self.of_histogram,
        ):
            for start, end, judged in maker(plain):
                if not _overlaps(start, end, taken):
                    taken.append((start, end))
                    yield give(start, end, judged)
        if clause.sentence.startswith(clause.text):
            if self.histogram is not None:
                for start, end, judged in shares_of_all(sentence, self.histogram):
                    yield _Found(clause.offset, sentence[start:end], judged)
            for start, end, judged in concepts.triplet_words(sentence):
                yield _Found(clause.offset, sentence[start:end], judged)
        in_formula = any(
            concepts.QUANTIFIER.search(f.text) and concepts.MINIMUM.search(f.text)
            for f in self.formulas_in(clause.sentence)
        )
        for _, _, judged in concepts.depth_claims(spelled, sentence, about) if not in_formula else ():
            yield give(0, len(spelled), judged)
        if not any(re.search(r"\\sim|∼|~", f.text) for f in self.formulas_in(clause.text)):
            for start, end, judged in concepts.law_claims(spelled, sentence, about):
                yield give(start, end, judged)
        if "\ue000" not in clause.text:
            for _, _, judged in concepts.scale_claims(spelled, sentence, about):
                yield give(0, len(spelled), judged)
        for found in features.ONE_COSINE.finditer(spelled) if self.context.random_features else ():
            source = r"\mathrm{Var}(\cos(w^\top (q - k))) = " + found.group("formula")
            row = Row(source, self.block.line, False, -1)
            variance = judge_row(read_formula(source, row, self.block), None, self.context, sentence)
            if variance is not None:
                yield give(found.start(), found.end(), variance)
        yield from self.shapes(clause)
        if not features.RATE.search(spelled):
            yield from self.costs(clause, sentence)

    def of_histogram(self, plain: str) -> Iterator[tuple[int, int, Judged]]:
        """What the clause says of the histogram that the text gave before."""
        return histogram_claims(plain, self.histogram) if self.histogram is not None else iter(())

    def owner_prefix(self, clause: Clause) -> str:
        """The subject of the sentence, put before a clause that leaves it out ("and has 1.6B FLOPs")."""
        place = clause.sentence.find(clause.text)
        before = self.text.spelled(clause.sentence[: max(place, 0)])
        if facts.SUBJECTS.search(self.text.spelled(clause.text)):
            return ""
        named = list(facts.SUBJECTS.finditer(before))
        if not named and PRONOUN.match(clause.sentence):
            # "NN1 is a deep net. It has 140M parameters": of the one network that the sentence before names
            told = list(facts.SUBJECTS.finditer(self.text.spelled(clause.before)))
            named = told if len({facts.subject_of(one) for one in told}) == 1 else []
        return f"{named[-1].group()} " if named else ""

    def costs(self, clause: Clause, sentence: str) -> Iterator[_Found]:
        masked = clause.sentence
        base = masked.find(clause.text)
        for start, end, tree in complexity.plain_growths(clause.text):
            body = complexity.growth_part(tree)
            if body is None:
                continue
            cut = base + start if base >= 0 else start
            line = self.block.line
            judged = self.cost(body, masked[:cut], "", masked[cut + end - start :], sentence, line)
            yield _Found(clause.offset + _word_start(clause.text, start), clause.text, judged)
        yield from self.growth_in_words(clause, sentence)
        yield from self.counts(clause)

    def counts(self, clause: Clause) -> Iterator[_Found]:
        """`2NRD multiplications for the projections`, without a growth class around it."""
        whole, places = self.spelled(clause.sentence)
        base = max(clause.sentence.find(clause.text), 0)
        from_place = next((i for i, place in enumerate(places) if place >= base), 0)
        until = base + len(clause.text)
        line = self.block.line_at(clause.offset, self.text.formulas)
        setting = self.context.setting_at(line, distinct=True)
        around = stated.Stated(
            Number(Fraction(1)), "", "", whole, self.label(), self.before_in_block(clause.sentence), self.heading, self.earlier,
        )  # fmt: skip

        def judge(statement: stated.Stated) -> Judged:
            return stated.judge_stated(statement, self.context, self.block.section, line, (), setting)

        for start, end, judged in counted.judge_counts(whole, around, self.items, setting, judge, from_place):
            if places[start] < until:
                yield _Found(clause.offset - base + places[start], whole[start:end], judged)

    def growth_in_words(self, clause: Clause, sentence: str) -> Iterator[_Found]:
        """`quadratic in N`, `doubling N quadruples the time`: what grows how."""
        spelled, places = self.spelled(clause.text)
        base = max(clause.sentence.find(clause.text), 0)
        before = self.text.spelled(clause.sentence[:base])
        earlier = f"{self.earlier} {self.before_in_block(clause.sentence)} {before}"
        around = stated.Stated(
            Number(Fraction(1)),
            "",
            "",
            sentence,
            self.label(),
            self.before_in_block(clause.sentence),
            self.heading,
            earlier,
        )
        scene = scaling.Scene(
            around, self.context, self.block.section, self.block.line, self.context.setting_at(self.block.line, distinct=True)
        )  # fmt: skip
        for found in scaling.judge_words(spelled, scene, before):
            yield self.at(clause.offset, places, spelled, found)
        if base == 0:
            whole, spots = self.spelled(clause.sentence)
            for found in scaling.judge_factors(whole, scene):
                yield self.at(clause.offset, spots, whole, found)

    def at(self, offset: int, places: Sequence[int], spelled: str, found: scaling.Found) -> _Found:
        """A ruling at the place of its words."""
        text = spelled[found.start : found.end]
        lead = len(text) - len(text.lstrip())
        return _Found(offset + places[min(found.start + lead, len(places) - 1)], text, found.judged)

    def shapes(self, clause: Clause) -> Iterator[_Found]:
        """`$X$ is $N \\times M$`, `X has shape (N, M)`, `the $L \\times M$ matrix $S$`."""
        for offset, place in ((found.start(), found) for found in PLACE.finditer(clause.text)):
            rows = self.text.formulas.get(int(place.group(1)), ())
            if len(rows) != 1 or rows[0].display:
                continue
            formula = read_formula(rows[0].text, rows[0], self.block)
            if formula.chain is None or formula.chain.relations or len(formula.chain.parts) != 1:
                continue
            tree = formula.chain.parts[0]
            if (
                not isinstance(tree, (Symbol, Call, Product, Transpose))
                or shape_of_text(rows[0].text) is not None
            ):
                continue
            rest = clause.text[place.end() :]
            said = SAYS_SHAPE.match(rest)
            if not said or not re.search(r"[A-Za-z(:=]", rest[: said.start("shape")]):
                continue
            given = said.group("shape")
            after = said.group("rest")
            shape_text = self.text.spelled(given)
            if re.match(r"\s*(?:times|by|\*|×)", after) and not re.match(r"\s*(?:matrix|vector)", after):
                continue
            if not re.search(
                r"shape|dimension|size|matrix|vector|scalar|\\times|×|\bx\b|,",
                shape_text + rest[: said.end("shape")] + after,
            ):
                continue
            shape = shape_of_text(shape_text)
            if shape is None:
                continue
            line = self.block.line_at(clause.offset + offset, self.text.formulas)
            judged = self.said_shape(tree, shape, line)
            if judged.ruling is Ruling.REFUTED and function_in(rows[0].text, self.context):
                judged = unchecked(judged.kind, f"{rows[0].text} may be the value of a function")
            yield _Found(
                clause.offset + offset,
                self.text.spelled(clause.text[offset : place.end() + said.end("shape")]),
                judged,
            )
        yield from self.named_shapes(clause)
        if "\ue000" not in clause.text:
            yield from self.plain_shapes(clause)

    def plain_shapes(self, clause: Clause) -> Iterator[_Found]:
        """`q kᵀ is 1×1`, `the state S_i has shape (C, M)` in words without signs for mathematics around them."""
        for found in PLAIN_SAYS.finditer(clause.text):
            words = list(re.finditer(r"\S+", found.group("what")))
            shape = shape_of_text(found.group("shape"))
            if shape is None:
                continue
            for first in words[-3:]:
                what = found.group("what")[first.start() :].strip(" ,.;:`*")
                if any(_is_english(word.strip(",.;:()*")) for word in what.split()):
                    continue
                line = self.block.line_at(clause.offset + found.start(), self.text.formulas)
                formula = read_formula(what, Row(what, line, False, -1), self.block)
                if (
                    formula.chain is None
                    or formula.chain.relations
                    or not re.search(r"[QKVSZWXφψϕqkv]", what)
                ):
                    continue
                tree = formula.chain.parts[0]
                if isinstance(tree, (Symbol, Call, Product, Transpose)):
                    start = found.start("what") + first.start()
                    yield _Found(
                        clause.offset + start,
                        clause.text[start : found.end()],
                        self.said_shape(tree, shape, line),
                    )
                break

    def named_shapes(self, clause: Clause) -> Iterator[_Found]:
        """`the attention matrix is N × N`, `the vector Wx has R entries`."""
        spelled, places = self.spelled(clause.text)
        for found in NAMED_MATRIX.finditer(spelled):
            sizes = [self.context.aliases.get(found.group(key), "") for key in ("rows", "columns")]
            if sizes == ["N", "N"]:
                judged = Judged(
                    Kind.DIMENSION, Ruling.VERIFIED, "one entry for each pair of N tokens", Method.COUNT
                )
            elif found.group("what").lower() in {"attention", "score", "scores"} and all(sizes):
                judged = refuted(
                    Kind.DIMENSION,
                    "it has one entry for each pair of tokens: N×N",
                    Method.COUNT,
                    {"shape": "N×N", "stated": found.group("shape")},
                )
            else:
                continue
            yield _Found(clause.offset + places[found.start()], found.group(), judged)
        for found in HAS_ENTRIES.finditer(clause.text):
            what = found.group("what").strip("`*,")
            line = self.block.line_at(clause.offset + found.start(), self.text.formulas)
            if _is_english(what) or not re.search(r"[QKVSZWXφψϕqkvx]", what):
                continue
            formula = read_formula(what, Row(what, line, False, -1), self.block)
            size = given.size_of(found.group("size"))
            if formula.chain is None or formula.chain.relations or size is None:
                continue
            judged = judge_shape(formula.chain.parts[0], Shape((size,)), self.context, line)
            yield _Found(clause.offset + found.start(), found.group(), judged)

    def said_shape(self, tree: Expression, shape: Shape, line: int) -> Judged:
        """Whether prose gives a thing its shape; for what prose introduces it is the author's choice."""
        if isinstance(tree, Call) and tree.function.name in FEATURE_MAPS and shape.sizes:
            return judge_shape(tree, shape, self.context, line, introduces=True)
        judged = judge_shape(tree, shape, self.context, line)
        setting = self.context.setting_at(line)
        added = [
            term
            for where, name, term in self.context.increments
            if isinstance(tree, Symbol) and name == tree.name and where <= line
        ]
        if added and judged.ruling is not Ruling.VERIFIED:
            return judge_shape(added[-1], shape, self.context, line)
        if (
            isinstance(tree, Symbol)
            and judged.ruling is Ruling.REFUTED
            and tree.name not in setting.definitions
            and tree.name not in {d.what.name for d in self.context.declared if isinstance(d.what, Symbol)}
        ):
            return unchecked(Kind.DIMENSION, f"the text declares the shape of {tree.name}")
        return judged

    # -- tables ------------------------------------------------------------------------------------------------

    def table_row(self) -> list[_Found]:
        """The cells of a table row, read under the table's header."""
        out: list[_Found] = []
        cells, header = self.block.cells, self.block.header
        subject = cells[0] if cells else ""
        offset = 0
        for index, cell in enumerate(cells):
            here, offset = offset, offset + len(cell) + 3
            title = header[index] if index < len(header) else ""
            if index == 0 or not cell.strip():
                continue
            spelled_title, spelled_subject = self.text.spelled(title), self.text.spelled(subject)
            body_text = self.text.spelled(cell).strip().strip("$").strip()
            if (
                COST_HEADER.search(spelled_title)
                and not re.search(
                    r"\d\s*(?:M|B|ms|s)\b|million|billion", fact_cells.with_unit(body_text, spelled_title)
                )
            ) or stated.LATEX_GROWTH.match(body_text):
                judged = self.cell_cost(body_text, subject, spelled_title)
                if judged is not None:
                    out.append(_Found(here, body_text, judged))
            elif SHAPE_HEADER.search(spelled_title):
                judged = self.cell_shape(body_text, spelled_subject)
                if judged is not None:
                    out.append(_Found(here, body_text, judged))
            out += self.cell_facts(spelled_subject, spelled_title, body_text, here)
            out += [_Found(here, body_text, judged) for column, judged in self.in_cells if column == index]
        plain = [tables.plain_cell(self.text, cell) for cell in cells]
        titles = [tables.plain_cell(self.text, cell) for cell in header]
        starts = [sum(len(cell) + 3 for cell in cells[:index]) for index in range(len(cells))]
        computed = {column for column, _ in self.in_cells}
        for index, judged in substituted.row_values(plain, titles, self.earlier, self.setting()):
            if index in computed:
                continue
            out.append(_Found(starts[index], plain[index], judged))
        return [
            _in_mood(
                item,
                Mood.DENIED
                if re.search(r"wrong|mistake|incorrect", self.heading + " ".join(header), re.I)
                else Mood.ASSERTED,
            )
            for item in out
        ]

    def cell_cost(self, body_text: str, subject: str, title: str) -> Judged | None:
        row = Row(body_text, self.block.line, False, -1)
        formula = read_formula(body_text, row, self.block)
        if formula.chain is None or formula.chain.relations:
            return None
        tree = formula.chain.parts[0]
        body = complexity.growth_part(tree) or tree
        words = self.text.spelled(subject)
        memory = "memory for " if stated.MEMORY_WORDS.search(title) else ""
        scope = (
            " per token"
            if stated.PER.search(title)
            else " for the whole sequence"
            if stated.WHOLE.search(title)
            else ""
        )
        statement = stated.Stated(
            body, f"{memory}{words}{scope} ", "", f"{words} {title}", "", words, self.heading, self.earlier
        )
        return stated.judge_stated(
            statement, self.context, self.block.section, self.block.line, self.formulas_in(subject),
            self.context.setting_at(self.block.line, distinct=True),
        )  # fmt: skip

    def cell_shape(self, body_text: str, subject: str) -> Judged | None:
        shape = shape_of_text(body_text)
        formula = read_formula(
            subject.strip().strip("$").strip("`"), Row(subject, self.block.line, False, -1), self.block
        )
        if shape is None or formula.chain is None or formula.chain.relations:
            return None
        tree = formula.chain.parts[0]
        if not isinstance(tree, (Symbol, Call, Product, Transpose)):
            return None
        judged = judge_shape(tree, shape, self.context, self.block.line)
        if isinstance(tree, Symbol) and judged.ruling is Ruling.REFUTED and tree.name not in {"Q", "K", "V"}:
            return unchecked(Kind.DIMENSION, "the table declares this shape")
        return judged

    def cell_facts(self, subject: str, title: str, body: str, here: int) -> list[_Found]:
        plain = fact_cells.with_unit(body.replace("\\times", "×").replace("\\%", "%"), title)
        out: list[_Found] = []
        for _, _, judged in facts.network_facts(f"{subject}: {plain} {title}"):
            out.append(_Found(here, body, judged))
        about = f"{self.heading} {self.earlier} {' '.join(self.block.header)}"
        if re.search(r"VAL|accuracy|rate|input|resolution|crop|image size", title, re.I):
            side = f" {title}" if re.search(r"input|resolution|crop|image size", title, re.I) else ""
            line = f"{subject}:{side} {plain}"
            for _, _, judged in facts.sentence_facts(line, f"{title} {line}", about):
                out.append(_Found(here, body, judged))
        return out


def _continues(formula: Formula) -> bool:
    return formula.chain is not None and formula.chain.open_left


def _is_english(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha() and not set(word) <= set("QKVSZWXGqkvxwN")


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


READABLE = {
    r"\times": "×", r"\approx": "≈", r"\cdot": "·", r"\ldots": "…", r"\dots": "…", r"\%": "%", "{,}": ",", r"\,": "", "$": "", "**": "", r"\(": "", r"\)": "",
}  # fmt: skip
READ = re.compile(
    "|".join(re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() else "") for sign in READABLE)
    + r"|(?<=\d)[ -]per ?cent\b(?!age|[ -]points?)"
)


def _readable(spelled: str, places: Sequence[int]) -> tuple[str, list[int]]:
    """The text with plain signs for LaTeX's, and for each character its place."""
    out, kept, at = [], [], 0
    for found in READ.finditer(spelled):
        sign = READABLE.get(found.group(), "%")
        out += [spelled[at : found.start()], sign]
        kept += [*places[at : found.start()], *[places[found.start()]] * len(sign)]
        at = found.end()
    out.append(spelled[at:])
    return "".join(out), [*kept, *places[at:]]


SLACK = 4  # signs such as "so " or a closing dollar


def _same(item: _Found, first: int, last: int, stated: str) -> bool:
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


def _word_start(text: str, start: int) -> int:
    return len(text) - len(text.lstrip()) if start else 0


def _offset_of_sentence(clause: Clause) -> int:
    return clause.offset - max(clause.sentence.find(clause.text), 0)


def _mood_of_lead(lead: str, block: Block, heading: str) -> Mood:
    from grader.verify.mood import mood_of

    mood = mood_of(lead, lead, "", heading, block)
    # "if we substitute, we get:" asserts what follows
    return (
        mood
        if mood in {Mood.DENIED, Mood.ATTRIBUTED, Mood.RETRACTED}
        or re.match(r"\W*(?:suppose|one might|you might|imagine|is it)", lead, re.I)
        else Mood.ASSERTED
    )


def _in_mood(found: _Found, mood: Mood) -> _Found:
    """A claim that the text does not assert is not decided; what "would" hold may still be verified."""
    if mood is Mood.RELATED and found.judged.kind in {Kind.ARITHMETIC, Kind.FACT}:
        # its own numbers have to add up, and its layers shrink images like any other's
        counted = found.judged.method is Method.COUNT
        return found if counted else replace(found, judged=unchecked(found.judged.kind, f"not judged, because {mood.value}"))  # fmt: skip
    if found.judged.ruling is Ruling.VERIFIED and (
        mood is Mood.CONDITIONAL
        or (mood is Mood.SUPPOSED and found.judged.kind in {Kind.COMPLEXITY, Kind.ARITHMETIC})
    ):
        return found
    if mood is Mood.ASSERTED or found.judged.ruling is Ruling.UNCHECKED:
        return found
    return replace(found, judged=unchecked(found.judged.kind, f"not judged, because {mood.value}"))


__all__ = ["examine", "examine_with_derivations", "plain_formulas"]
