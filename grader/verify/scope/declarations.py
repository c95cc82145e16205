# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Shapes that a text declares: `Q ∈ R^{N×D}`, or in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Call, Expression, Number, Symbol, Transpose, Unreadable
from grader.verify.reading.document import Text
from grader.verify.worlds.settings import FEATURE_MAPS, MATRICES, SIZE_NAMES, VECTORS

MEMBERSHIP = re.compile(
    r"^(?P<what>.+?)\s*(?:\\in\b|∈)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*(?P<sizes>\{.+\}|[A-Za-z0-9]|\(.+\)|.+)$",
    re.DOTALL,
)
TYPE_ONLY = re.compile(
    r"^(?P<what>.+?)\s*(?:\\in\b|∈)\s*(?P<sizes>[A-Za-z0-9]+\s*(?:\\times|×)\s*[A-Za-z0-9]+)$", re.DOTALL
)
CANONICAL = ("N", "D", "M", "L", "R")


@dataclass(frozen=True)
class Declared:
    """`what` in R^(sizes), on this line: one vector, a family of rows, or a matrix."""

    line: int
    section: int
    what: Expression
    sizes: tuple[Expression, ...]
    of_tokens: bool = False  # a way of vectors, derived from how the tokens stand in the matrices

    @property
    def orientation(self) -> str | None:
        """ "row" or "column" where one side is written as 1."""
        if len(self.sizes) != 2:
            return None
        first, second = (is_one(size) for size in self.sizes)
        return "row" if first and not second else "column" if second and not first else None


def is_one(size: Expression) -> bool:
    return isinstance(size, Number) and size.value == 1


def declared_name(what: Expression) -> str:
    match what:
        case Symbol(name):
            return name
        case Call(Symbol(name), _):
            return name
        case Transpose(of):
            return declared_name(of)
        case _:
            return ""


def read_sizes(text: str) -> tuple[Expression, ...]:
    """`{N \\times D}`, `(N, D)`, `1×D`, `D` as expressions. Raises `Unreadable`."""
    plain = text.strip().strip(".,;: ")
    while (plain.startswith("{") and plain.endswith("}")) or (plain.startswith("(") and plain.endswith(")")):
        plain = plain[1:-1].strip()
    parts = re.split(
        r"\\times|×|\\cdot(?=\s*[A-Z0-9])|,|(?<=[\w})])\s+(?:x|by|-by-)\s+(?=[\w\\({])|(?<=[A-Z0-9])x(?=[A-Z0-9])|\s*-by-\s*",
        plain,
    )
    if not 1 <= len(parts) <= 4:
        raise Unreadable("a shape of more than four sizes is not read")
    return tuple(read_expression(part) for part in parts if part.strip())


def declaration_of(text: str, line: int, section: int) -> list[Declared]:
    """`q_i, k_j \\in \\mathbb{R}^{1 \\times D}` as declarations; an empty list for anything else."""
    anything = re.sub(r"\(\s*(?:\\cdot|·|\\bullet)\s*\)", "(x)", text.strip())
    found = MEMBERSHIP.match(anything) or TYPE_ONLY.match(anything)
    if not found:
        return []
    what = found.group("what")
    named = re.match(r"[^=≈]*?(?=\s*&?\s*(?::=|=|≔))", what)
    try:
        sizes = read_sizes(found.group("sizes"))
        subjects = [
            read_expression(part)
            for part in re.split(r",(?![^({\[]*[)}\]])", named.group() if named else what)
            if part.strip()
        ]
    except Unreadable:
        return []
    return [Declared(line, section, subject, sizes) for subject in subjects]


WAY = re.compile(
    r"\b(?P<way>row|column)s?[- ]?(?:vectors?|convention)|(?:vectors?|tokens?) (?:as|are|being) (?:\w+ )?(?P<other>row|column)s\b|\b(?P<token>row|column)s (?:are|hold|stand for) (?:the )?tokens\b|\((?P<again>row|column)s again\)",
    re.I,
)
MATRIX = re.compile(r"\bmatri(?:x|ces)\b|\btranspose[ds]?\b|\bstack\w*", re.I)
VECTORS_ARE = re.compile(r"\bvectors (?:are|as|being) (?:\w+ )?(?:row|column)s?\b", re.I)
# "qᵢᵀkⱼ" is a number where vectors are columns, whatever the matrices hold as rows
AS_COLUMNS = re.compile(
    r"(?<![A-Za-z\\])q(?:_\{?\w+\}?|[ᵢⱼ])?(?:\s*\^\s*\{?\s*(?:\\top|\\intercal|T)\s*\}?|ᵀ|⊤)\s*k(?![A-Za-z])"
)
IS_SHAPE = re.compile(
    r"(?P<what>\ue000\d+\ue001)\s+(?:is|are|be|has shape|of shape)\s+(?:a |an )?(?P<shape>\ue000\d+\ue001)"
)
PLAIN_IS_SHAPE = re.compile(
    r"(?<![\w)ᵀ])(?P<what>[φψϕ]\([A-Za-z](?:_\{?\w\}?)?\)|[qkvxQKV](?:_\{?[ijnt]\}?))\s+(?:is|are|be|has shape|of shape)\s+(?:a |an )?(?P<shape>\w+ ?× ?\w+)"
)

_OF = r"(?:(?:all|both|each|matrices|matrix|being)\s+)*"
MATRICES_ARE = re.compile(
    rf"(?P<what>\ue000\d+\ue001(?:\s*(?:,|and|, and)\s*\ue000\d+\ue001)*)\s+(?:{_OF}(?:is|are|be|has shape|have shape|of shape)\s+)?{_OF}(?:a |an )?(?P<shape>\ue000\d+\ue001)"
    r"|(?<![\w)ᵀ])(?P<plain>[QKV](?:\s*(?:,|and|, and)\s*[QKV](?!\w))*)\s+(?:is|are|be|has shape|have shape|of shape)\s+(?:both )?(?:a |an )?(?P<sides>\w+ ?× ?\w+)"
)
EMPHASIS = re.compile(r"(?<![\w)\]*])\*{1,2}(?=\w)|(?<=\w)\*{1,2}(?![\w(*])")


# "tokens are columns", "Q ∈ ℝ^{D×N}"; the columns of the scores are the keys in every text
_MATRIX = r"(?<![A-Za-z])(?:[QKX]|Q, ?K)\s*(?:∈|\\in)\s*(?:ℝ|R|\\mathbb\s*\{?R\}?)\s*\^?\s*[{(]?\s*"
_TIMES, _TOKENS, _WIDTH = r"\s*(?:×|x|\\times)\s*", r"[NnT](?![A-Za-z])", r"(?:D|d)(?:_\{?k\}?)?"
_AS = r"(?i:\btokens (?:are|as|being|form|are stored as|are written as|stand as)(?: the| all| its)? {0}s\b|\b{0}s (?:are|hold)(?: the)? tokens\b|\b(?:each|every|one|a) {0} (?:is|holds|stands for|represents|belongs to) (?:a|one|each) token\b|\b(?:one|a|each) token (?:per|is a) {0}\b|\btokens? {0}[- ]?wise\b)"
COLUMNS_HOLD = re.compile(rf"{_AS.format('column')}|{_MATRIX}{_WIDTH}{_TIMES}{_TOKENS}")
ROWS_HOLD = re.compile(rf"{_AS.format('row')}|{_MATRIX}{_TOKENS}{_TIMES}{_WIDTH}")
OF_TOKENS = (("Q", "D"), ("K", "D"), ("V", "M"))


def tokens_in_columns(words: str) -> bool:
    """Whether a text says that its matrices hold the tokens as their columns, and nowhere as their rows.

    >>> tokens_in_columns("Here the tokens are columns."), tokens_in_columns("Q ∈ ℝ^{N×D}: tokens as columns of Qᵀ")
    (True, False)
    """
    return COLUMNS_HOLD.search(words) is not None and ROWS_HOLD.search(words) is None


def every_match(patterns: Sequence[re.Pattern[str]], text: str) -> list[re.Match[str]]:
    """The matches of several patterns in a text."""
    return [found for pattern in patterns for found in pattern.finditer(text)]


def declared_in_words(text: Text, by_formulas: Sequence[Declared] = ()) -> list[Declared]:
    """`queries and keys are row vectors`, `$q_i$ is $1 \\times D$`: orientations that prose declares.

    Words about the tokens tell the shapes of those of Q, K and V that no formula declares.
    """
    shapes = {one.what.name: one.sizes for one in by_formulas if isinstance(one.what, Symbol)}
    told = [shapes[name] for name, _ in OF_TOKENS if name in shapes]
    # K may have a number of tokens of its own
    usual = all(isinstance(one[-1], Symbol) and SIZE_NAMES.get(one[-1].name) == "N" for one in told)
    rows = ROWS_HOLD.search(EMPHASIS.sub("", text.source)) is not None
    out: list[Declared] = [] if told or rows else _of_columns(text)
    shapes |= {one.what.name: one.sizes for one in out if isinstance(one.what, Symbol)}
    for block in text.blocks:
        for found in every_match((IS_SHAPE, PLAIN_IS_SHAPE), block.text):
            what, shape = (text.spelled(found.group(key)).strip("$ ") for key in ("what", "shape"))
            try:
                tree, sizes = read_expression(what), read_sizes(shape)
            except Unreadable:
                continue
            known = (
                isinstance(tree, Symbol)
                and (tree.name in VECTORS or (tree.name in MATRICES and len(tree.indices) == 1))
            ) or (isinstance(tree, Call) and tree.function.name in FEATURE_MAPS)
            if known and len(sizes) == 2 and any(map(is_one, sizes)):
                out.append(Declared(block.line_at(found.start(), text.formulas), block.section, tree, sizes))
        spelled = EMPHASIS.sub("", text.spelled(block.text))
        if usual and tokens_in_columns(spelled) and not rows:
            # what a formula declares of these counts before it
            n, line = Symbol("N"), block.line
            out += [
                Declared(line, block.section, Symbol(name), (Symbol(size), n))
                for name, size in OF_TOKENS
                if name not in shapes
            ]
        for written in re.split(r"(?<=[.;])\s", block.text):
            sentence = EMPHASIS.sub("", written)
            way_found = WAY.search(sentence)
            if not way_found or re.search(
                r"\b(?:if|either|whether|or columns?|or rows?|not)\b", sentence, re.I
            ):
                continue
            of_tokens = re.search(r"\btokens?\b", way_found.group(), re.I) is not None
            if of_tokens and (VECTORS_ARE.search(block.text) or AS_COLUMNS.search(text.source)):
                # "vectors are columns ... the matrices have the tokens as rows" speaks of the matrices' rows
                continue
            if way_found.group("other") and MATRIX.search(sentence[: way_found.start()]):
                # "the matrices hold the transposed vectors as their rows" says nothing of the vectors themselves
                continue
            way = next(group for group in way_found.groups() if group).lower()
            line = block.line_at(block.text.find(written), text.formulas)
            of_tokens = re.search(r"\btokens?\b", way_found.group(), re.I) is not None
            chosen = _families_named(text.spelled(sentence[: way_found.end()]))
            for name, size in chosen:
                one, long = Number(Fraction(1)), Symbol(size)
                sizes = (one, long) if way == "row" else (long, one)
                out.append(Declared(line, block.section, Symbol(name, (Symbol("i"),)), sizes, of_tokens))
    return out


def _of_columns(text: Text) -> list[Declared]:
    """`Q, K are D × N and V is M × N`: matrices that hold the tokens as their columns."""
    out: list[Declared] = []
    for block in text.blocks:
        for found in MATRICES_ARE.finditer(EMPHASIS.sub("", block.text)):
            what = text.spelled(found.group("what") or found.group("plain")).replace("$", "")
            named = [one.strip() for one in re.split(r",|\band\b", what) if one.strip()]
            try:
                sizes = read_sizes(text.spelled(found.group("shape") or found.group("sides")).strip("$ "))
            except Unreadable:
                continue
            sides = [SIZE_NAMES.get(one.name) for one in sizes if isinstance(one, Symbol)]
            if set(named) <= {"Q", "K", "V"} and len(sizes) == 2 and sides in (["D", "N"], ["M", "N"]):
                out += [Declared(block.line, block.section, Symbol(name), sizes) for name in named]
    return out


def _families_named(words: str) -> list[tuple[str, str]]:
    if re.search(r"\b(?:all|every)\b[^.;]{0,20}(?:vectors?|convention)|^\W*vectors are\b", words, re.I):
        return [("q", "D"), ("k", "D"), ("v", "M"), ("x", "D"), ("phi", "L")]
    if re.search(
        r"\btokens? (?:are|as|being)\b|\b(?:rows|columns) (?:are|hold|stand for) (?:the )?tokens\b",
        words,
        re.I,
    ):
        return [("q", "D"), ("k", "D"), ("v", "M"), ("x", "D")]
    named = []
    if re.search(r"quer|keys?\b|(?<![A-Za-z\\])[qk](?![A-Za-z])|(?<![A-Za-z\\])[QK]_", words):
        named += [("q", "D"), ("k", "D")]
    if re.search(r"values?\b|(?<![A-Za-z\\])v(?![A-Za-z])|(?<![A-Za-z\\])V_", words):
        named.append(("v", "M"))
    if not named and re.search(
        r"\b(?:our|the|treat|write|take|use|here|again|now)\b.{0,40}(?:vectors?|convention|tokens)|^\W*(?:vectors?|tokens?|rows|columns)\b",
        words,
        re.I,
    ):
        named = [("q", "D"), ("k", "D"), ("v", "M"), ("x", "D")]
    return named
