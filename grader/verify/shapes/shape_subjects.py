# ruff: noqa: E501 -- a pattern stays on one line
"""What a sentence gives a shape to: a formula, a part of the formula before ("the bracket in the numerator"), or a thing that attention has by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import (
    Addition,
    Call,
    Expression,
    Function,
    Number,
    Product,
    Quotient,
    Series,
    Symbol,
    Transpose,
    Unreadable,
    walk,
)
from grader.verify.grammar.syntax import Sequence as Listed
from grader.verify.passage import Passage
from grader.verify.reading.document import PLACE, Row
from grader.verify.reading.mood import Clause
from grader.verify.scope.formula_reading import Formula, read_formula
from grader.verify.scope.polynomial import dimension_of
from grader.verify.shapes.shape_phrases import EXTENT, MARK
from grader.verify.worlds.settings import FEATURE_MAPS


@dataclass(frozen=True)
class Subject:
    """What a shape is stated of: where its words start, the trees that it may be, and whether they name its extent."""

    start: int
    trees: tuple[Expression, ...]
    extent: bool = False  # "the length of φ(x)": a bare size follows
    source: str = ""
    items: int | None = None  # how many entries a map has that is written out entry by entry


HEAD = re.compile(
    rf"(?:\b[Tt]he )?\b{EXTENT} of (?:the )?(?=\S)|\b[Ii]ts {EXTENT}$|\b[Tt]heir {EXTENT}$|\b[Ww]hose {EXTENT}$",
    re.I,
)
# "for token i", "with respect to f_a", "the columns of Q": what follows is no subject
BEFORE_OTHERS = re.compile(
    r"\b(?:for|of|at|in|on|over|each|token|position|to|from|by|between|after|before|with|per|layer|step|query|key|row|column|index|than|all|until|against|into|onto|if|when|where|times|and|or|plus|minus|divided|using|via|through)\s*$",
    re.I,
)
OPERATOR = re.compile(r"[@·*+/=×−]\s*$")  # what follows is a part of a formula that is not read whole
NAMING = re.compile(r"\b(?:of|by|in)\s*$", re.I)
PART = re.compile(
    r"(?:\b(?:the|a|this|that|each) )?(?:(?:(?P<inner>sum|bracket|matrix|parenthes[ie]s|brackets)(?: in brackets)? (?:in|of) )(?:the )?)?(?P<part>numerator|denominator)(?: itself)?\s*$",
    re.I,
)
PRONOUN = re.compile(
    r"^\W*(?:(?:[Ss]o|[Tt]hus|[Hh]ence|[Tt]hen|[Aa]nd|[Hh]ere)\s+)?(?:[Ii]t|[Tt]his|[Tt]hat|[Ww]hich)(?: one| sum| matrix| vector| product)?\s*$"
)
NAMED = tuple(
    (
        re.compile(
            rf"(?:\b(?:the|an?|each|every|one|this|its|our|all|resulting|full|whole|unnormali[sz]ed|normali[sz]ed) )*\b(?:{pattern})\s*$",
            re.I,
        ),
        formulas,
    )
    for pattern, formulas in (
        (
            r"(?:softmax |attention )?(?:denominators|normali[sz]ers|normali[sz]ing (?:sums|constants)|normali[sz]ation (?:sums|constants|terms))|row sums of the (?:softmax |attention |score |weight |kernel )+matrix",
            (r"Q K^\top \mathbf{1}",),
        ),
        (
            r"(?:(?:softmax |self-)?attention|scores?|similarity|kernel|gram)(?: weights?| scores?)? matrix|matrix of (?:all |the )*(?:attention |softmax |pairwise )*(?:scores|weights|similarities|kernel values|inner products|logits)",
            (r"Q K^\top",),
        ),
        (
            r"(?:each|every|one|a single|an) (?:attention )?output(?: vector| row)?|output (?:vector|row)|output (?:for|of) (?:one|each|every|a|a single|the) (?:single )?(?:token|query|position)",
            (r"v_i",),
        ),
        (
            r"attention outputs?(?: matrix)?|outputs?(?: matrix)?|matrix of (?:all )?(?:attention )?outputs",
            (r"Q K^\top V", r"v_i"),
        ),
        (r"(?:each |one |every )?feature vectors?", (r"\phi(x)",)),
        (
            r"feature matrix|matrix of (?:all )?features|feature matrix of (?:all |the )*(?:queries|tokens)",
            (r"\phi(Q)",),
        ),
        (r"query matrix", ("Q",)),
        (r"key matrix", ("K",)),
        (r"value matrix", ("V",)),
    )
)
OF_ATTENTION = re.compile(r"attention|quer(?:y|ies)|softmax|\bQ\s*K\b|QK|\bq_\{?i", re.I)
OTHER_OUTPUT = re.compile(
    r"network|ResNet|layer|conv|pool|classifier|FaceNet|paper|original|embedding|\bkNN\b|probe|per head|heads?\b",
    re.I,
)
BLOCKS_BACK = 6


def subject_before(passage: Passage, clause: Clause, end: int, *, after_verb: bool = False) -> Subject | None:
    """The thing that stands right before a place of the clause; `after_verb` for "and so is QᵀK"."""
    before = DIVIDED.sub("", clause.text[:end].rstrip())
    if after_verb:
        return _named_before(passage, clause, before, relative=True)
    extent = next(
        (one for one in HEAD.finditer(before) if one.end() == len(before) or BARE.match(before, one.end())),
        None,
    )
    if extent is not None and extent.end() == len(before):
        of = (
            _named_before(passage, clause, before[: extent.start()].rstrip(" ,("), relative=True)
            if extent.group().lower().startswith("whose")
            else _antecedent(passage, clause, extent.start())
        )
        return None if of is None else replace(of, start=extent.start(), extent=True)
    relative = re.search(r",?\s+which$", before)
    if relative:
        return _named_before(passage, clause, before[: relative.start()], relative=True)
    found = _named_before(passage, clause, before)
    if found is None:
        return None
    if extent is not None and extent.end() <= found.start + 4:
        return replace(found, start=extent.start(), extent=True)
    return None if NAMING.search(before[: found.start]) else found


# a number changes no shape
DIVIDED = re.compile(
    r"\s+(?:divided|normali[sz]ed|scaled|multiplied) by (?:an? |the |its |this |one )?(?:scalar|number|normali[sz]er|denominator|constant|factor)$"
)
BARE = re.compile(rf"(?:the )?(?:\w+ ){{0,2}}(?:{MARK}|\S+)$", re.I)


def _named_before(passage: Passage, clause: Clause, before: str, *, relative: bool = False) -> Subject | None:
    """What some words end with; before "whose" or "which" it may follow a preposition."""
    marked = re.search(rf"\(?{MARK}\)?$", before)
    if marked:
        start = marked.start()
        aside = re.search(r",?\s+(?:with|where)\s*$", before[:start])
        given = _formula_at(passage, marked.group().strip("()")) if aside else None
        if aside and given is not None and (given.chain is None or given.chain.relations):
            # "φ(q)ᵀS with S = ... is a row" speaks of φ(q)ᵀS
            return _named_before(passage, clause, before[: aside.start()], relative=relative)
        if (
            not relative
            and BEFORE_OTHERS.search(before[:start])
            and not re.search(r"\b(?:of|each|and|row|column|step)\s*$", before[:start])
        ):
            return None
        if re.search(
            r"\b(?:columns?|rows?|entries|respect to|each|norm|transpose|number|copies|sum) of\s*$|\brespect to\s*$",
            before[:start],
        ):
            return None
        formula = _formula_at(passage, marked.group().strip("()"))
        subject = None if formula is None else of_formula(start, formula)
        if subject is not None and len(subject.trees) == 1 and isinstance(subject.trees[0], Symbol):
            # "the output Y" is what its name says
            return _by_name(passage, clause, before[:start].rstrip()) or subject
        return subject
    part = PART.search(before)
    if part:
        return _part(passage, clause, part)
    named = _by_name(passage, clause, before)
    if named is not None:
        return named
    if PRONOUN.match(before):
        antecedent = _antecedent(passage, clause, 0)
        start = len(before) - len(before.lstrip())
        return None if antecedent is None else replace(antecedent, start=start)
    return _plain(passage, clause, before, relative)


def _by_name(passage: Passage, clause: Clause, before: str) -> Subject | None:
    """What attention has by name, at the end of some words."""
    for pattern, formulas in NAMED:
        found = pattern.search(before)
        if found is None:
            continue
        if not OF_ATTENTION.search(passage.text.source) or OTHER_OUTPUT.search(
            passage.text.spelled(clause.sentence)
        ):
            return None
        return Subject(found.start(), tuple(map(read_expression, formulas)))
    return None


def _formula_at(passage: Passage, mark: str) -> Formula | None:
    place = PLACE.match(mark)
    rows = passage.text.formulas.get(int(place.group(1)), ()) if place else ()
    return read_formula(rows[0].text, rows[0], passage.block) if len(rows) == 1 else None


def of_formula(start: int, formula: Formula) -> Subject | None:
    """What a formula stands for: its right side, or what it defines if that alone can be read."""
    if formula.chain is None:
        left = re.split(r"(?<![<>:≤≥])=|:=|≔", formula.text)[0]
        try:
            tree = read_expression(left) if left != formula.text else None
        except Unreadable:
            tree = None
        return None if tree is None else Subject(start, (tree,), False, formula.text)
    if (
        any(relation not in {"=", ":=", "~"} for relation in formula.chain.relations)
        or formula.chain.open_left
    ):
        return None
    first, last = (_weighted(part) for part in (formula.chain.parts[0], formula.chain.parts[-1]))
    mapped = isinstance(first, Call) and first.function.name in FEATURE_MAPS
    # S_0 = 0 is as large as the other S_i
    trees = (first,) if mapped or isinstance(last, Number) else tuple(dict.fromkeys((last, first)))
    if len(trees) == 1 and not isinstance(trees[0], (Symbol, Call, Product, Transpose, Series, Quotient)):
        return None
    return Subject(start, trees, False, formula.text, _items(first, last))


def _items(left: Expression, right: Expression) -> int | None:
    """How many numbers a list has whose entries are made of a vector's coordinates."""
    match left, right:
        case Call(_, (Symbol(vector, ()),)), Listed(items) | Transpose(Listed(items)):
            listed = right.of if isinstance(right, Transpose) else right
            plain = isinstance(listed, Listed) and dimension_of(listed, vector) is not None
            return len(items) if plain else None
        case _:
            return None


def _weighted(tree: Expression) -> Expression:
    """The argument of a softmax, which has the same shape."""
    match tree:
        case Call(Symbol("softmax"), (inside,)) | Function("softmax", (inside,)):
            return inside
        case _:
            return tree


def earlier_formulas(passage: Passage, offset: int) -> Iterator[Formula]:
    """The formulas before a place, the nearest first, as far as the section goes."""
    here = [one for one in passage.formulas if one.offset < offset]
    yield from reversed(here)
    blocks = passage.text.blocks
    number = next((at for at, one in enumerate(blocks) if one is passage.block), 0)
    for block in reversed(blocks[max(0, number - BLOCKS_BACK) : number]):
        if block.kind == "heading":
            return
        for place in reversed(list(PLACE.finditer(block.text))):
            for row in reversed(passage.text.formulas.get(int(place.group(1)), ())):
                yield read_formula(row.text, row, block)


def _part(passage: Passage, clause: Clause, part: re.Match[str]) -> Subject | None:
    """The numerator or denominator of the latest quotient, or the sum in it."""
    for formula in earlier_formulas(passage, clause.offset + part.start()):
        if formula.chain is None:
            continue
        quotients = [one for one in formula.chain.parts if isinstance(one, Quotient)]
        if not quotients or not any(
            isinstance(below, (Series, Call, Symbol)) for below in walk(quotients[-1].under)
        ):
            continue
        tree = quotients[-1].over if part.group("part").lower() == "numerator" else quotients[-1].under
        if part.group("inner"):
            sums = _outer_sums(tree)
            if len(sums) != 1:
                return None
            tree = sums[0]
        return Subject(part.start(), (tree,), False, formula.text)
    return None


def _outer_sums(tree: Expression) -> list[Series]:
    match tree:
        case Series():
            return [tree]
        case Product(factors):
            return [one for factor in factors for one in _outer_sums(factor)]
        case Transpose(of):
            return _outer_sums(of)
        case Addition(terms):
            return [one for _, term in terms for one in _outer_sums(term)]
        case _:
            return []


def _antecedent(passage: Passage, clause: Clause, place: int) -> Subject | None:
    """The one thing that the words before speak of: of this sentence, of the one before it, or of the display above."""
    offset = clause.offset + place
    start = clause.offset - max(clause.sentence.find(clause.text), 0)
    own = [one for one in passage.formulas if start <= one.offset < offset]
    if not own:
        before = passage.block.text.rfind(clause.before, 0, start) if clause.before else -1
        if before >= 0:
            own = [one for one in passage.formulas if before <= one.offset < start]
        else:
            own = list(display_above(passage))
    things = [one for one in own if (subject := of_formula(0, one)) is not None and _is_thing(subject)]
    defined = [one for one in things if one.chain is None or one.chain.relations]
    chosen = defined or things
    return of_formula(0, chosen[0]) if len({one.text for one in chosen}) == 1 else None


def display_above(passage: Passage) -> Iterator[Formula]:
    """The formula with which the block before ends, if nothing stands behind it there."""
    blocks = passage.text.blocks
    number = next((at for at, one in enumerate(blocks) if one is passage.block), 0)
    if not number:
        return
    block = blocks[number - 1]
    last = re.search(rf"({MARK})[\s.,;]*$", block.text)
    place = PLACE.match(last.group(1)) if last else None
    rows = passage.text.formulas.get(int(place.group(1)), ()) if place else ()
    if len(rows) == 1 and rows[0].display:
        yield read_formula(rows[0].text, rows[0], block)


def _is_thing(subject: Subject) -> bool:
    """Whether it is no mere size or index."""
    return not all(
        isinstance(tree, Symbol) and len(tree.name) == 1 and not tree.indices and tree.name not in "QKVSZWXA"
        for tree in subject.trees
    )


def _plain(passage: Passage, clause: Clause, before: str, relative: bool) -> Subject | None:
    """A formula in plain words that ends where the words end: `S_i = Σ_{j≤i} φ(k_j)ᵀ v_j`, `φ(K)ᵀV`."""
    end = clause.offset + len(before)
    for one in passage.formulas:
        if one.plain and one.offset + len(one.text) == end and one.offset >= clause.offset:
            return of_formula(one.offset - clause.offset, one)
    # a formula on the line above is not the beginning of this one
    on_line = before.rfind("\n") + 1
    words = [word for word in list(re.finditer(r"\S+", before))[-3:] if word.start() >= on_line]
    for first in words:
        what = (
            before[first.start() :].strip(" ,.;:`*()")
            if not before.endswith(")")
            else before[first.start() :].strip(" ,.;:`*")
        )
        if (
            not what
            or any(_is_english(word.strip(",.;:()*")) for word in what.split())
            or not re.search(r"[QKVSZWXAφψϕqkvz]", what)
        ):
            continue
        line = passage.block.line_at(clause.offset + first.start(), passage.text.formulas)
        formula = read_formula(what, Row(what, line, False, -1), passage.block)
        if formula.chain is None or formula.chain.relations or PLACE.search(what):
            continue
        if OPERATOR.search(before[on_line : first.start()]) or (
            not relative and BEFORE_OTHERS.search(before[on_line : first.start()])
        ):
            return None
        return of_formula(first.start() + first.group().find(what[:1]), formula)
    return None


def _is_english(word: str) -> bool:
    return len(word) > 1 and word.isascii() and word.isalpha() and not set(word) <= set("QKVSZWXGqkvxwN")


__all__ = ["Subject", "display_above", "earlier_formulas", "of_formula", "subject_before"]
