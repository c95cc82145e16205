# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Shapes that a sentence states of a matrix or a vector: what is spoken of (`shape_subjects`), what is said of it (`shape_phrases`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.grammar.syntax import Call, Expression, Number, Symbol
from grader.verify.passage import Found, Passage
from grader.verify.reading.mood import Clause
from grader.verify.scope.doubts import function_in
from grader.verify.shapes.declared_shapes import judge_stacked, judge_state
from grader.verify.shapes.dimensions import Shape, judge_shape
from grader.verify.shapes.numbered_shapes import is_in_numbers, judge_in_numbers
from grader.verify.shapes.shape_phrases import SIZE, SaidShape, said_shape, size_of
from grader.verify.shapes.shape_subjects import Subject, display_above, of_formula, subject_before
from grader.verify.shapes.thing_shapes import AS_WIDE, OF_ONE
from grader.verify.shapes.told_sizes import settled_sizes
from grader.verify.worlds.settings import FEATURE_MAPS

VERB = r"(?:is|are|has|have|becomes?|gives?|yields?|forms?|produces?|lies|lie|lives?|being|will be|will have|must be|must have|should be|needs? to be|would be|would have|ends up as|comes out as|comprises?|contains?|consists?|stores?|holds?|equals?|belongs?|results? in|turns out to be|make up|makes up)"
LINK = re.compile(
    rf"(?<=[\w)\]'′’ᵀ\ue001*`]),?\s+(?:therefore |thus |then |again |also |now |indeed |together |all together )*(?P<verb>{VERB})\s+(?:(?:therefore|thus|then|again|also|now|indeed|together|to|an element|as)\s+)*|(?P<sign>\s*(?:,|\(|:|—|–)\s*)|(?<=\ue001)(?P<elided>\s+)(?=an? (?:\w+ )?(?:vector|matrix|scalar|column|row|list|array)\b)"
)
BARE = re.compile(
    rf"(?:(?:exactly|just|only|then|simply|again)\s+)*(?P<size>{SIZE})(?=\s*(?:[.,;)]|$|\band\b|\bso\b|\bas well\b|\btoo\b))"
)
BEGINS = re.compile(r"^\W*(?:which is |so |that is,? |i\.e\.,? )?(?=(?:an?|the) )")
NAMED_AS = re.compile(r"vector|row|column|list|array|tuple|point|element|matri|tensor")


def shape_claims(passage: Passage, clause: Clause) -> Iterator[Found]:
    """`$X$ is $N \\times M$`, `the numerator is a row with M entries`, `S_t = ..., a 2R × d_v matrix`."""
    until = 0
    for link in LINK.finditer(clause.text):
        if link.start() < until or (link.group("elided") and not until):
            continue
        said = said_shape(clause.text, link.end(), passage.text)
        subject = (
            subject_before(passage, clause, link.start())
            if said is not None or link.group("verb") or ":" in link.group()
            else None
        )
        if subject is None:
            continue
        if said is None and subject.extent and (bare := BARE.match(clause.text, link.end())):
            size = size_of(passage.text.spelled(bare.group("size")))
            said = None if size is None else SaidShape(Shape((size,)), bare.end())
        if said is None or (link.group("sign") and not _in_apposition(clause.text, link, said)):
            continue
        yield _found(passage, clause, subject, said)
        until = said.end
    yield from _said_also(passage, clause)
    begins = BEGINS.match(clause.text)
    if clause.offset == 0 and begins:
        said = said_shape(clause.text, begins.end(), passage.text)
        above = (
            list(display_above(passage))
            if said is not None and NAMED_AS.search(said.noun + clause.text[: said.end])
            else []
        )
        for formula in above:
            subject = of_formula(begins.end(), formula)
            if said is not None and subject is not None:
                yield _found(passage, clause, subject, said)


ALSO = re.compile(
    r"(?:^\W*(?:and |but )?|,\s+(?:and |but )?|\s+and )(?:so|as|likewise|just as) (?:is|are|has|have|does|do) (?:the (?:product|matrix) )?(?=\S)"
)


def _said_also(passage: Passage, clause: Clause) -> Iterator[Found]:
    """`QKᵀ is N × N, and so is KQᵀ`: the shape is the one that the sentence has stated before."""
    for found in ALSO.finditer(clause.text):
        place = clause.sentence.find(clause.text) + found.start()
        before = [
            said
            for link in LINK.finditer(clause.sentence, 0, max(place, 0))
            if (said := said_shape(clause.sentence, link.end(), passage.text)) is not None
            and said.end <= place + 1
        ]
        what = WHAT.match(clause.text, found.end())
        subject = None if what is None else subject_before(passage, clause, what.end(), after_verb=True)
        if before and what is not None and subject is not None:
            yield _found(passage, clause, subject, replace(before[-1], end=what.end()))


# "for V of shape 10 × 3": an example whose sizes have no letters
INPUTS = re.compile(
    r"(?<![A-Za-z])[QKVX]\$?\s(?:is |are |has |have )?(?:of |the )?(?:shape |size )?\$?\d+\s?(?:×|x|\\times|by)\s?\d"
)
WHAT = re.compile(r"\ue000\d+\ue001|[^\s,.;:]+(?: (?=\S*[_ᵀ^(\\])[^\s,.;:]+)*")


def _in_apposition(text: str, link: re.Match[str], said: SaidShape) -> bool:
    """Whether ", an N × M matrix", "(N × M)" or ": N × M" stands there, and not the next item of a list."""
    stated = text[link.end() : said.end]
    sign = link.group("sign").strip()
    if sign == "(":
        return text[said.end : said.end + 1] == ")" or (said.end > link.end() and text[said.end - 1] == ")")
    if sign == ":":
        return bool(re.search(r"×|\bx\b|\ue000", stated)) or bool(NAMED_AS.search(stated))
    named = re.match(r"(?:an?|which is an?|each an?|the) ", stated) and NAMED_AS.search(stated)
    return bool(named or re.match(r"(?:of )?(?:length|dimension|shape)\b", stated))


# "Xkᵀ Xq / √c": what was not read stands right before it
GOES_BEFORE = re.compile(r"[ᵀ⊤²³√·×*/][\w)\]]*\s+$|=\s*[A-Za-z]\w*\s+$")


def _found(passage: Passage, clause: Clause, subject: Subject, said: SaidShape) -> Found:
    line = passage.block.line_at(clause.offset + subject.start, passage.text.formulas)
    judged = unchecked(Kind.DIMENSION, "the shape is not computed")
    listed = _listed(subject, said.shape)
    for tree in subject.trees if listed is None else ():
        judged = judge_said_shape(passage, tree, said.shape, line, clause.offset + said.end)
        if judged.ruling is not Ruling.UNCHECKED:
            break
    if listed is not None:
        judged = listed
    elif judged.ruling is Ruling.REFUTED and AS_WIDE.search(passage.text.spelled(clause.sentence)):
        judged = unchecked(judged.kind, "the values are as wide as the keys there")
    elif judged.ruling is Ruling.REFUTED and len(said.shape.sizes) == 1 and OF_ONE.search(clause.text):
        judged = unchecked(judged.kind, "it speaks of one of them")
    elif judged.ruling is Ruling.REFUTED and GOES_BEFORE.search(clause.text[: subject.start]):
        judged = unchecked(judged.kind, "it may be the end of a longer product")
    elif judged.ruling is Ruling.REFUTED and function_in(subject.source, passage.context):
        judged = unchecked(judged.kind, f"{subject.source} may be the value of a function")
    text = passage.text.spelled(clause.text[subject.start : said.end])
    return Found(clause.offset + subject.start, text, judged, until=clause.offset + said.end)


def _listed(subject: Subject, shape: Shape) -> Judged | None:
    """A ruling on how many entries a list has that is written out."""
    match shape.sizes:
        case (Number(size),) if subject.items is not None and not shape.way:
            says = f"{subject.items} entries are written there"
            if size == subject.items:
                return verified(Kind.DIMENSION, says, Method.COUNT)
            return refuted(
                Kind.DIMENSION, says, Method.COUNT, {"entries": subject.items, "stated": int(size)}
            )
        case _:
            return None


def judge_said_shape(passage: Passage, tree: Expression, shape: Shape, line: int, end: int) -> Judged:
    """Whether prose gives a thing its shape; for what prose introduces it is the author's choice."""
    if isinstance(tree, Call) and tree.function.name in FEATURE_MAPS and shape.sizes:
        return judge_shape(tree, shape, passage.context, line, introduces=True)
    known = judge_state(tree, shape, passage.context, line) or judge_stacked(tree, shape, passage.context)
    if known is not None:
        return known
    judged = judge_shape(tree, shape, passage.context, line)
    told = settled_sizes(passage, end) if judged.ruling is Ruling.UNCHECKED and is_in_numbers(shape) else {}
    if told:
        judged = judge_in_numbers(tree, shape, passage.context, line, told)
        if judged.ruling is Ruling.REFUTED and INPUTS.search(passage.in_block_before(end)):
            judged = unchecked(judged.kind, "the sizes are those of the matrices given there")
    setting = passage.context.setting_at(line)
    if (
        isinstance(tree, Symbol)
        and judged.ruling is Ruling.REFUTED
        and tree.name not in setting.definitions
        and tree.name not in {d.what.name for d in passage.context.declared if isinstance(d.what, Symbol)}
    ):
        return unchecked(Kind.DIMENSION, f"the text declares the shape of {tree.name}")
    return judged
