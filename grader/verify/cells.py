"""The cells of a table's row, read under the table's header."""

from __future__ import annotations

import re
from itertools import zip_longest

from grader.verify.claim import Judged, Kind, Ruling, unchecked
from grader.verify.costs import complexity, cost_truths, cost_vocabulary, stated, totals
from grader.verify.costs.operations import methods_in
from grader.verify.grammar.syntax import Call, Expression, Product, Symbol, Transpose, Unreadable
from grader.verify.networks import fact_cells, facts, network_facts
from grader.verify.passage import Found, Passage, in_mood
from grader.verify.reading.document import Row
from grader.verify.reading.mood import Mood
from grader.verify.scope.formula_reading import read_formula
from grader.verify.scope.growth import cost_of
from grader.verify.shapes.dimensions import judge_shape
from grader.verify.shapes.shape_phrases import shape_of_text
from grader.verify.tables import sheets

COST_HEADER = re.compile(r"cost|complexity|time|operations|memory|space|work|flops\b", re.I)
PURE_SHAPE = re.compile(r"\(?\d?[A-Za-z](?:_\{?\w+\}?)?\s*(?:×|\\times)\s*\d?[A-Za-z](?:_\{?\w+\}?)?\)?")
GENERATING = re.compile(r"keys and values|\bcache|generat|decod|stream|token by token", re.I)
KEPT = re.compile(r"\bkept\b|\bto keep\b|\bstored?\b|\bheld\b|\bcached?\b", re.I)
SHAPE_HEADER = re.compile(r"shape|dimension|size", re.I)


def row_claims(
    passage: Passage,
) -> list[Found]:
    """The cells of a table row, read under the table's header."""
    out: list[Found] = []
    cells, header = passage.block.cells, passage.block.header
    subject = cells[0] if cells else ""
    offset = 0
    for index, cell in enumerate(cells):
        here, offset = offset, offset + len(cell) + 3
        title = header[index] if index < len(header) else ""
        if index == 0 or not cell.strip():
            continue
        spelled_title, spelled_subject = passage.text.spelled(title), passage.text.spelled(subject)
        body_text = passage.text.spelled(cell).strip().strip("$").strip()
        if (
            COST_HEADER.search(spelled_title)
            and not re.search(
                r"\d\s*(?:M|B|ms|s)\b|million|billion", fact_cells.with_unit(body_text, spelled_title)
            )
        ) or stated.LATEX_GROWTH.match(body_text):
            judged = judge_cost_cell(passage, body_text, index)
            if judged is not None:
                out.append(Found(here, body_text, judged))
        elif SHAPE_HEADER.search(spelled_title) or PURE_SHAPE.fullmatch(body_text):
            judged = judge_shape_cell(passage, body_text, spelled_subject)
            if judged is not None:
                out.append(Found(here, body_text, judged))
        out += fact_cell_claims(passage, spelled_subject, spelled_title, body_text, here)
        out += [Found(here, body_text, judged) for column, judged in passage.in_cells if column == index]
    plain = [sheets.plain_cell(passage.text, cell) for cell in cells]
    titles = [sheets.plain_cell(passage.text, cell) for cell in header]
    # a column of numbers under "wrong" counts wrong images and denies nothing
    named = " ".join(
        title
        for title, cell in zip_longest(titles, plain, fillvalue="")
        if not re.fullmatch(r"[\d.,\s]+", cell)
    )
    return [
        in_mood(
            item,
            Mood.DENIED
            if re.search(r"wrong|mistake|incorrect", passage.heading + named, re.I)
            else Mood.ASSERTED,
        )
        for item in out
    ]


def judge_cost_cell(passage: Passage, body_text: str, column: int) -> Judged | None:
    """A growth class in a cell, of what its row and its column name."""
    cells, header = passage.block.cells, passage.block.header
    title = passage.text.spelled(header[column]) if column < len(header) else ""
    row = Row(body_text, passage.block.line, False, -1)
    formula = read_formula(body_text, row, passage.block)
    if formula.chain is None or formula.chain.relations:
        return None
    if IN_ONE_SIZE.search(title):
        return None
    tree = formula.chain.parts[0]
    body = complexity.growth_part(tree) or tree
    words = passage.text.spelled(cells[0])
    shapes = " ".join(
        passage.text.spelled(cell)
        for cell, name in zip(cells[1:column], header[1:column], strict=False)
        if SHAPE_HEADER.search(name)
    )
    memory = "memory for " if cost_truths.MEMORY_WORDS.search(title) or KEPT.search(title) else ""
    if memory and GENERATING.search(title) and re.search(r"soft-?max", words, re.I):
        memory = "memory for the cache of "
    scope = (
        " per token"
        if cost_truths.PER.search(title)
        else " for the whole sequence"
        if cost_truths.WHOLE.search(title)
        else ""
    )
    statement = cost_truths.Stated(
        body, f"{memory}{words} {shapes}{scope} ", "", f"{words} {title}", "", words, passage.heading, passage.earlier,
        whole_methods=compares_methods(passage),
    )  # fmt: skip
    judged = stated.judge_stated(statement, passage.context, passage.block.section, passage.block.line)
    if judged.ruling is not Ruling.UNCHECKED or memory:
        return judged
    return sum_of_rows(passage, body, words, column) or judged


def sum_of_rows(passage: Passage, body: Expression, words: str, column: int) -> Judged | None:
    """A cost in the row that is the total of those above it."""
    above = [
        block
        for block in passage.text.blocks
        if block.kind == "row" and block.header == passage.block.header and block.line < passage.block.line
    ]
    cells = [passage.text.spelled(block.cells[column]) for block in above if len(block.cells) > column]
    letters = complexity.letters_of(passage.context)
    parts = totals.parts_in(cells, letters)
    if parts is None or re.search(
        r"method|variant|approach|attention|kernel", passage.text.spelled(passage.block.header[0]), re.I
    ):
        return None
    choices = complexity.ties_of(passage.context, passage.block.section, passage.block.line)
    try:
        claimed = cost_of(body, "", letters)
    except Unreadable:
        return None
    return totals.judge_sum(words, parts, claimed, choices, reliable=not passage.broken)


IN_ONE_SIZE = re.compile(r"\b(?:in|with|on)\W+N\b|\bgrowth\b|\bscaling\b|\bsequence length\b", re.I)
FEWEST_METHODS = 3
OF_METHODS = frozenset({"feature", "features", "attention", "kernel"})


def compares_methods(passage: Passage) -> bool:
    """Whether a table has one row for each of several whole methods, softmax attention among them."""
    rows = [
        passage.text.spelled(block.cells[0])
        for block in passage.text.blocks
        if block.kind == "row" and block.header == passage.block.header and block.cells
    ]
    found = [methods_in(row) if set(cost_vocabulary.unknown_words(row)) <= OF_METHODS else [] for row in rows]
    widths = any(passage.context.aliases.get(name) == "M" for name in passage.context.used)
    named = {method.name for methods in found for method in methods}
    return widths and len(rows) >= FEWEST_METHODS and all(found) and "softmax" in named


def judge_shape_cell(passage: Passage, body_text: str, subject: str) -> Judged | None:
    """A shape in a cell, of what its row names."""
    shape = shape_of_text(body_text)
    formula = read_formula(
        subject.strip().strip("$").strip("`"), Row(subject, passage.block.line, False, -1), passage.block
    )
    if shape is None or formula.chain is None or formula.chain.relations:
        return None
    tree = formula.chain.parts[0]
    if not isinstance(tree, (Symbol, Call, Product, Transpose)):
        return None
    judged = judge_shape(tree, shape, passage.context, passage.block.line)
    if isinstance(tree, Symbol) and judged.ruling is Ruling.REFUTED and tree.name not in {"Q", "K", "V"}:
        return unchecked(Kind.DIMENSION, "the table declares this shape")
    return judged


def fact_cell_claims(passage: Passage, subject: str, title: str, body: str, here: int) -> list[Found]:
    """What a cell says of the networks and papers that its row names."""
    plain = fact_cells.with_unit(body.replace("\\times", "×").replace("\\%", "%"), f"{title} {subject}")
    out: list[Found] = []
    for _, _, judged in network_facts.network_facts(f"{subject}: {plain} {title}"):
        out.append(Found(here, body, judged))
    about = f"{passage.heading} {passage.earlier} {' '.join(passage.block.header)}"
    if re.search(
        r"VAL|accuracy|rate|input|resolution|crop|image size|layers|dimension", f"{title} {subject}", re.I
    ):
        side = f" {title}" if re.search(r"input|resolution|crop|image size", title, re.I) else ""
        line = f"{subject}:{side} {plain}"
        for _, _, judged in facts.sentence_facts(line, f"{title} {line}", about):
            out.append(Found(here, body, judged))
    return out
