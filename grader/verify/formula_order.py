"""One formula -> its ruling, by the first decider that knows it: the deciders in order."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.verify import course_formulas
from grader.verify.claim import Judged, Kind, Method, Ruling, unchecked
from grader.verify.costs import complexity
from grader.verify.costs.cost_claims import judge_stated_cost
from grader.verify.formulas import inequalities, normal_waves, placed
from grader.verify.formulas.course_meanings import judge_in_course
from grader.verify.formulas.equations import judge_pair
from grader.verify.formulas.formula_numbers import is_numeric
from grader.verify.formulas.known_forms import lone_attention
from grader.verify.grammar.syntax import Chain, Expression, Growth, Number, Symbol, names, walk
from grader.verify.numbers import given, lettered
from grader.verify.passage import Passage
from grader.verify.reading.mood import Clause
from grader.verify.scope import polynomial
from grader.verify.scope.declarations import declaration_of
from grader.verify.scope.formula_reading import Formula
from grader.verify.shapes.declared_shapes import judge_declaration
from grader.verify.shapes.formula_shapes import shape_product
from grader.verify.triplets import margins
from grader.verify.words import concepts
from grader.verify.worlds.settings import Clash, Setting, Undecidable
from grader.verify.worlds.world import World

ONE_COORDINATE = re.compile(
    r"\b(?:one|a single) (?:coordinate|dimension)\b|\b(?:one|1)-dimensional|\b[Dd]\s*=\s*1\b"
    r"|\bscalar (?:inputs?|case)\b",
    re.I,
)
RELATION = re.compile(r"=|\\approx|≈|\\le|\\ge|[<>≤≥]|\\in\b|∈|\\equiv|\\propto|\\sim")
SQUARED_KERNEL = re.compile(r"\+\s*1\s*(?:\\right)?\)\s*(?:\^\s*\{?\s*2|²)")
NEAR_BEHIND = 120  # characters of the masked text in which a condition on a formula begins
MEMORY_UNIT = re.compile(r"\$?\s*(?:\\,|~)?\s*[kKMGT]i?B\b")


def judge_formula(
    passage: Passage, formula: Formula, previous: Expression | None, sentence: str, clause: Clause | None
) -> Judged | None:
    """A formula's ruling by the first decider that knows it; None where it claims nothing."""
    text = formula.text
    about = f"{passage.above} {passage.heading} {passage.earlier}"
    declared = declaration_of(text, formula.row.line, passage.block.section)
    if declared:
        judged = [
            ruling for one in declared if (ruling := judge_declaration(one, passage.context)) is not None
        ]
        order = {Ruling.REFUTED: 0, Ruling.UNCHECKED: 1, Ruling.VERIFIED: 2}
        return min(judged, key=lambda ruling: order[ruling.ruling]) if judged else None
    here = f"{about} {passage.in_block_before(formula.offset)}"
    of_normal = normal_waves.judge(formula.chain, sentence, passage.in_block_before(formula.offset))
    if of_normal is not None:
        return of_normal
    known = course_formulas.judge(formula, previous, sentence, here, passage.context)
    if known is not None and known.ruling is Ruling.REFUTED and formula.wide is not None:
        # "‖δ‖²/2σ²" often means that all after the slash stands below it
        wide = replace(formula, chain=formula.wide, wide=None)
        known = course_formulas.judge(wide, previous, sentence, here, passage.context)
    if known is not None:
        return known
    for _, _, ruling in concepts.depth_claims(text, sentence + " " + text, about):
        return ruling
    triplet = margins.triplet_claim(text, sentence, here)
    if triplet is not None:
        return triplet
    for _, _, ruling in concepts.law_claims(text, sentence, about, passage.context.bandwidth):
        return ruling
    for _, _, ruling in concepts.scale_claims(text, sentence, about):
        return ruling
    if formula.chain is None:
        if RELATION.search(text) and len(text) > 4 and not formula.plain:
            return unchecked(
                Kind.STEP if formula.row.aligned else Kind.IDENTITY, f"not read: {formula.trouble}"
            )
        return None
    chain = formula.chain
    if any(isinstance(part, Growth) or complexity.growth_part(part) is not None for part in chain.parts):
        growth = complexity.judge_growth_chain(
            chain, passage.context, passage.block.section, formula.row.line, sentence
        )
        said = judge_stated_cost(passage, formula, clause, sentence) if passage.block.kind != "row" else None
        if growth is not None and (
            growth.ruling is Ruling.REFUTED or said is None or said.ruling is Ruling.UNCHECKED
        ):
            return growth
        return said
    if not chain.relations:
        before = passage.words_before(formula, clause)[0]
        return lone_attention(chain.parts[0], passage.context, formula, before, sentence)
    if chain.open_left and not formula.row.display and not (previous and fills_its_line(passage, formula)):
        return None
    if all(relation in {"=", "~", ":="} for relation in chain.relations):
        if (
            len(chain.parts) > 1
            and not chain.open_left
            and all(
                isinstance(part, Number)
                or (isinstance(part, Symbol) and part.name in passage.context.aliases)
                for part in chain.parts[1:]
            )
            and all(
                isinstance(part, Symbol) and not part.indices and part.name in passage.context.aliases
                for part in chain.parts[:-1]
            )
        ):
            # D = M = 64 chooses sizes, unless the sentence makes it a result
            before, around = passage.words_before(formula, clause)
            after = passage.text.spelled(passage.after(formula)[:NEAR_BEHIND])
            return given.judge_with_sizes(
                chain, before, sentence, around, passage.context, formula.row.line, after
            )
        if len(chain.parts) > 2 and all(isinstance(part, Symbol) for part in chain.parts[:-1]):
            # d = e = 64 sets two widths, and e is no 2.718
            return (
                None
                if Symbol("e") in chain.parts
                else judge_in_course(formula, previous, passage.context, sentence)
            )
        before, around = passage.words_before(formula, clause)
        after = passage.after(formula)
        behind = passage.text.spelled(after[:NEAR_BEHIND])
        if MEMORY_UNIT.match(after):
            return None  # so many bytes in another unit are compared as a sentence
        by_sizes = given.judge_with_sizes(
            chain, before, sentence, around, passage.context, formula.row.line, behind
        )
        if by_sizes is not None:
            return by_sizes
        by_letters = lettered.judge_equation(chain, before, around, after)
        if by_letters is not None:
            return by_letters
        placed_there = placed.judge_at_vectors(
            chain, before, f"{around[-400:]} {sentence}", after
        ) or placed.judge_on_sphere(chain, f"{around} {sentence}", previous)
        if placed_there is not None:
            return replace(placed_there, kind=Kind.STEP) if chain.open_left else placed_there
        of_degree = judge_feature_map(passage, formula, chain, f"{around} {sentence}")
        if of_degree is not None:
            return of_degree
        if (
            clause is not None
            and len(chain.parts) == 2
            and names(chain.parts[-1])
            and re.search(r"multiplications|multiply-adds|scalar products", sentence)
        ):
            count = complexity.judge_count(chain.parts, before, sentence, passage.context)
            if count is not None:
                return count
        if isinstance(chain.parts[0], Symbol) and formula.plain and len(chain.parts) == 2 and len(text) < 6:
            return None
        of_shapes = shape_product(chain.parts[0], chain.parts[-1], passage.context)
        if of_shapes is None and complexity.with_sizes_set(chain.parts):
            return unchecked(Kind.ARITHMETIC, "the sizes that it sets are not evaluated")
        ruling = judge_in_course(formula, previous, passage.context, sentence)
        if (
            ruling is not None
            and ruling.says.startswith("the shapes clash")
            and ONE_COORDINATE.search(f"{around[-300:]} {sentence}")
        ):
            return unchecked(ruling.kind, "the text speaks of one coordinate, where a vector is a number")
        return ruling
    around = f"{passage.words_before(formula, clause)[1]} {sentence}"
    return (
        placed.judge_bounds(chain, sentence, around)
        or judge_inequality(formula)
        or inequalities.judge(formula, previous, passage.context, sentence)
    )


def fills_its_line(passage: Passage, formula: Formula) -> bool:
    """Whether a formula in plain text is a line of its own, below another line."""
    start = passage.block.text.rfind("\n", 0, formula.offset) + 1
    end = passage.block.text.find("\n", formula.offset)
    line = passage.block.text[start : end if end >= 0 else len(passage.block.text)]
    goes_on = end >= 0 and re.match(r"\n\s*[+·*×/−-]\s*\S", passage.block.text[end:])
    bare = formula.chain is not None and isinstance(formula.chain.parts[-1], Number)
    alone = line.strip(" .,;") == formula.text.strip(" .,;")
    return formula.plain and start > 0 and alone and not goes_on and not bare


def judge_feature_map(passage: Passage, formula: Formula, chain: Chain, around: str) -> Judged | None:
    """A feature map written out entry by entry, or an equation about the products of its features."""
    if len(chain.parts) != 2 or chain.open_left or chain.relations != ("=",):
        return None
    about = f"{passage.heading} {around[-800:]}"
    wanted = (1, 2) if SQUARED_KERNEL.search(about) and re.search(r"\bmaps?\b|\bfeatures?\b", about) else None
    listed = polynomial.judge_list(*chain.parts, wanted)
    if listed is not None:
        return listed
    of_list = polynomial.judge_products(chain.parts, passage.context.listed_at(formula.row.line))
    if of_list is not None:
        return of_list
    known = [found for found in passage.context.polynomial if found[0] <= formula.row.line]
    if not known or passage.context.has_waves(known[-1][0], formula.row.line):
        return None
    if re.search(r"sin|cos", formula.text):
        # a sum of sines belongs to another map, wherever the text has gone on to it
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
    return judge_pair((left,), (right,), "=", passage.context, formula, Kind.IDENTITY)


def judge_inequality(formula: Formula) -> Judged | None:
    """An inequality between numbers; others are not decided."""
    chain = formula.chain
    if chain is None or not all(is_numeric(part) for part in chain.parts):
        return None
    if not all(relation in {"<", ">", "<=", ">=", "="} for relation in chain.relations) or chain.open_left:
        return None
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
