# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Shapes that a sentence states of a matrix or a vector."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify import given
from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked
from grader.verify.dimensions import PLAIN_SHAPE, SAYS_SHAPE, Shape, judge_shape, shape_of_text
from grader.verify.document import PLACE, Row
from grader.verify.doubts import function_in
from grader.verify.formula_reading import read_formula
from grader.verify.mood import Clause
from grader.verify.passage import Found, Passage
from grader.verify.settings import FEATURE_MAPS
from grader.verify.syntax import Call, Expression, Product, Symbol, Transpose

NAMED_MATRIX = re.compile(
    r"\b(?P<what>attention|scores?|similarity|kernel|gram) matrix\b[^.;]{0,120}?\b(?:is|has (?:shape|size)|of (?:shape|size))\s+(?:an? )?\$?(?P<shape>(?P<rows>[A-Za-z])\s*(?:×|\\times)\s*(?P<columns>[A-Za-z]))\b",
    re.I,
)
HAS_ENTRIES = re.compile(
    r"(?<!\S)(?P<what>[^\s.,;:]+)\s+(?:has|have)\s+(?P<size>\d?[A-Z])\s+(?:entries|components|coordinates|elements)\b"
)
PLAIN_SAYS = re.compile(
    rf"(?<!\S)(?P<what>\S{{1,40}}(?:\s\S{{1,40}}){{0,2}}?)\s+(?:is|has|have|are|of|gives|becomes|would be|must be|would have|whose (?:shape|size) is|:|—)\s+(?:then |therefore |thus |also )?(?:a |an |the )?(?:has |have )?(?:shape|dimensions?|size)?\s*(?:of\s)?(?:a |an )?(?P<shape>{PLAIN_SHAPE}|scalar)"
)


def shape_claims(passage: Passage, clause: Clause) -> Iterator[Found]:
    """`$X$ is $N \\times M$`, `X has shape (N, M)`, `the $L \\times M$ matrix $S$`."""
    for offset, place in ((found.start(), found) for found in PLACE.finditer(clause.text)):
        rows = passage.text.formulas.get(int(place.group(1)), ())
        if len(rows) != 1 or rows[0].display:
            continue
        formula = read_formula(rows[0].text, rows[0], passage.block)
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
        shape_text = passage.text.spelled(given)
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
        line = passage.block.line_at(clause.offset + offset, passage.text.formulas)
        judged = judge_said_shape(passage, tree, shape, line)
        if judged.ruling is Ruling.REFUTED and function_in(rows[0].text, passage.context):
            judged = unchecked(judged.kind, f"{rows[0].text} may be the value of a function")
        yield Found(
            clause.offset + offset,
            passage.text.spelled(clause.text[offset : place.end() + said.end("shape")]),
            judged,
        )
    yield from named_shape_claims(passage, clause)
    if "\ue000" not in clause.text:
        yield from plain_shape_claims(passage, clause)


def plain_shape_claims(passage: Passage, clause: Clause) -> Iterator[Found]:
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
            line = passage.block.line_at(clause.offset + found.start(), passage.text.formulas)
            formula = read_formula(what, Row(what, line, False, -1), passage.block)
            if formula.chain is None or formula.chain.relations or not re.search(r"[QKVSZWXφψϕqkv]", what):
                continue
            tree = formula.chain.parts[0]
            if isinstance(tree, (Symbol, Call, Product, Transpose)):
                start = found.start("what") + first.start()
                yield Found(
                    clause.offset + start,
                    clause.text[start : found.end()],
                    judge_said_shape(passage, tree, shape, line),
                )
            break


def named_shape_claims(passage: Passage, clause: Clause) -> Iterator[Found]:
    """`the attention matrix is N × N`, `the vector Wx has R entries`."""
    spelled, places = passage.spelled(clause.text)
    for found in NAMED_MATRIX.finditer(spelled):
        sizes = [passage.context.aliases.get(found.group(key), "") for key in ("rows", "columns")]
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
        yield Found(clause.offset + places[found.start()], found.group(), judged)
    for found in HAS_ENTRIES.finditer(clause.text):
        what = found.group("what").strip("`*,")
        line = passage.block.line_at(clause.offset + found.start(), passage.text.formulas)
        if _is_english(what) or not re.search(r"[QKVSZWXφψϕqkvx]", what):
            continue
        formula = read_formula(what, Row(what, line, False, -1), passage.block)
        size = given.size_of(found.group("size"))
        if formula.chain is None or formula.chain.relations or size is None:
            continue
        judged = judge_shape(formula.chain.parts[0], Shape((size,)), passage.context, line)
        yield Found(clause.offset + found.start(), found.group(), judged)


def judge_said_shape(passage: Passage, tree: Expression, shape: Shape, line: int) -> Judged:
    """Whether prose gives a thing its shape; for what prose introduces it is the author's choice."""
    if isinstance(tree, Call) and tree.function.name in FEATURE_MAPS and shape.sizes:
        return judge_shape(tree, shape, passage.context, line, introduces=True)
    judged = judge_shape(tree, shape, passage.context, line)
    setting = passage.context.setting_at(line)
    added = [
        term
        for where, name, term in passage.context.increments
        if isinstance(tree, Symbol) and name == tree.name and where <= line
    ]
    if added and judged.ruling is not Ruling.VERIFIED:
        return judge_shape(added[-1], shape, passage.context, line)
    if (
        isinstance(tree, Symbol)
        and judged.ruling is Ruling.REFUTED
        and tree.name not in setting.definitions
        and tree.name not in {d.what.name for d in passage.context.declared if isinstance(d.what, Symbol)}
    ):
        return unchecked(Kind.DIMENSION, f"the text declares the shape of {tree.name}")
    return judged


def _is_english(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha() and not set(word) <= set("QKVSZWXGqkvxwN")
