# ruff: noqa: E501 -- a pattern stays on one line
"""What the words behind "is", "has" or a comma state of a shape: `an N × M matrix`, `a vector in R^s`, `2R entries`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Call, Expression, Growth, Product, Transpose, Unreadable, names, walk
from grader.verify.numbers.lettered import value_at
from grader.verify.reading.document import Text
from grader.verify.scope.declarations import read_sizes
from grader.verify.shapes.dimensions import Measure, Shape

MARK = "\ue000\\d+\ue001"
LETTER = r"(?![aI]\s)(?:\d{1,5}\s?[·*]?\s?)?[A-Za-z](?:_\{?\w+\}?)?[²³]?(?![\w'(^])"
SIZE = rf"(?:{MARK}|{LETTER}|\d{{1,7}}(?![\w.,]*\d))"
BY = r"\s*(?:×|x|by|-by-)\s*"
SIDES = rf"(?:\(?{SIZE}(?:{BY}{SIZE}){{1,2}}\)?|\(\s*{SIZE}\s*,\s*{SIZE}?\s*(?:,\s*{SIZE}\s*)?\)|(?P<marked>{MARK}))"
NOUN = r"(?P<noun>(?:row|column|plain|flat|real|long|short|single|dense|feature|outer)?[- ]?(?:vectors?|rows?|columns?|lists?|arrays?|tuples?|points?|elements?|matri(?:x|ces)|tensors?))"
SOFT = r"(?:(?:an?|the|one|only|just|simply|then|now|still|also|again|always|exactly|really|merely|of|with|in|therefore|thus|hence|indeed|both|all|each|small|large|big|dense|full|square|real|itself)\s+)*"
ENTRIES = r"(?:(?:real|different|single|scalar)\s+)?(?:entries|components?|coordinates?|elements?|numbers?|values?|features?|scalars?|dimensions?)\b"
EXTENT = r"(?:shape|size|length|dimensions?|dimensionality|width)"
PATTERNS = tuple(
    re.compile(SOFT + pattern)
    for pattern in (
        rf"(?:{NOUN}\s+)?(?:in|of|from)\s+(?:the space\s+)?(?P<space>{MARK}|(?:ℝ|R)\^\S+?(?=[\s.,;)]|$))",
        rf"(?:\(?{SIZE}{BY}{SIZE}\)?\s*[·*]?\s*){{2,}}+(?:→|->|⇒|=)\s*(?P<sides>{SIDES})",
        rf"(?P<rows>{SIZE})\s+rows?(?:\s+and\s+(?P<columns>{SIZE})\s+columns?)?\b",
        rf"(?P<columns>{SIZE})\s+columns?(?:\s+and\s+(?P<rows>{SIZE})\s+rows?)?\b",
        rf"(?P<long>{SIZE})[- ](?:dimensional|dim|vector)\b(?:\s+{NOUN})?",
        rf"(?:{NOUN}\s+(?:with|of|having|containing|that has)\s+)?(?:only |just |exactly )?(?P<count>{SIZE})\s+{ENTRIES}",
        rf"(?:{NOUN}\s+(?:with|of|having)\s+(?:the )?)?(?:{EXTENT}\s*(?:is|are|of|=|:)?\s*)?(?P<sides>{SIDES})(?:\s+(?:matri(?:x|ces)|(?P<after>row|column)s?|vectors?|arrays?|tensors?|grid|table))?",
        rf"(?:{NOUN}\s+(?:with|of|having)\s+(?:the )?)?(?:length|dimension|dimensionality|width)\s*(?:is|of|=|:)?\s*(?P<length>{SIZE})",
        r"(?P<scalar>(?:positive |plain |single |real )*(?:scalar|number))\b(?!\s+(?:of|for|per|between|that|which|times|in)\b|s)",
        r"(?P<way>row|column)(?:[- ]vector)?\b(?!\s+(?:of|with|in|by|and|per|sums?|vectors?)\b)",
    )
)
ENDS = re.compile(
    rf"(?<=\))\s+(?:is|are|has|costs|needs|takes)\b|\s*(?:[.,;:)]|$|—|–|and\b|but\b|so\b|as well|too\b|here\b|again\b|now\b|which\b|whose\b|for\b|because\b|since\b|while\b|whereas\b|if all\b|once\b|again\b|in\b|divided|per\b|already|when|at\b|with\b|\(|{MARK})"
)
# the shapes of two factors: "(N, D)(D, R)" or "(N, 1) ⊙ (N, 2R)"
FACTORS = re.compile(
    r"\s*\)?\s*\$?\s*(?:⊙|\\odot|·|\\cdot|@|\*|\\times|×)?\s*\$?\s*\(\s*\d?\s*[A-Za-z]\w{0,2}\s*(?:[,×)]|\\times)"
)


@dataclass(frozen=True)
class SaidShape:
    """A shape with the place where its words end; `noun` is what they call the thing, such as "vector"."""

    shape: Shape
    end: int
    noun: str = ""
    sized: bool = True  # whether words or a cross say that sizes are meant


def said_shape(masked: str, place: int, text: Text) -> SaidShape | None:
    """The shape that is stated from a place on; None where no shape is or where more follows than is read."""
    for pattern in PATTERNS:
        found = pattern.match(masked, place)
        if found is None or not ENDS.match(masked, found.end()):
            continue
        shape = _shape(found, text)
        if shape is not None:
            noun = (found.groupdict().get("noun") or found.groupdict().get("after") or "").lower()
            way = next((one for one in ("row", "column") if one in noun), "")
            if way and len(shape.sizes) == 1 and shape.measure is not Measure.ROWS:
                shape = replace(shape, way=way)
            return SaidShape(shape, found.end(), noun)
    return None


def _shape(found: re.Match[str], text: Text) -> Shape | None:
    groups = {key: text.spelled(value).strip() for key, value in found.groupdict().items() if value}
    if "space" in groups:
        return _of_space(groups["space"])
    if "rows" in groups or "columns" in groups:
        read = {key: size_of(groups[key]) for key in ("rows", "columns") if key in groups}
        sizes = tuple(size for size in read.values() if size is not None)
        if len(sizes) < len(read):
            return None
        if len(sizes) == 2:
            return Shape(sizes)
        return Shape(sizes, measure=Measure.ROWS if "rows" in read else Measure.COLUMNS)
    for key, measure in (("count", Measure.ENTRIES), ("long", Measure.SHAPE), ("length", Measure.SHAPE)):
        if key in groups:
            size = size_of(groups[key])
            return None if size is None else Shape((size,), measure=measure)
    if "sides" in groups:
        return outer_shape(groups["sides"])
    if "scalar" in groups:
        return Shape(())
    return Shape((), groups["way"].lower()) if "way" in groups else None


def _of_space(text: str) -> Shape | None:
    """R^{N × D} as a shape."""
    found = re.fullmatch(r"\$?\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|R)\s*\^\s*(?P<sizes>.+?)\s*\$?", text)
    if found is None:
        return Shape(()) if re.fullmatch(r"\$?\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R)\s*\$?", text) else None
    try:
        sizes = read_sizes(_joined(found.group("sizes")))
    except Unreadable:
        return None
    return Shape(sizes) if all(map(_is_size, sizes)) else None


def outer_shape(text: str) -> Shape | None:
    """`N × M`, or what remains of `(N × L)(L × M) → N × M`."""
    last = re.split(r"\\to\b|→|->|\\rightarrow|\\longrightarrow|\\Rightarrow|⇒", text.strip().strip("$"))[-1]
    return shape_of_text(_joined(last))


def shape_of_text(text: str) -> Shape | None:
    """`$L \\times M$`, `(N, M)`, `scalar` as a shape; None for anything else."""
    plain = text.strip().strip("$").strip()
    lowered = plain.lower()
    if lowered == "scalar":
        return Shape(())
    if lowered in {"row vector", "column vector"}:
        return Shape((), lowered.split()[0])
    plain = re.sub(r"^\\mathbb\{?R\}?\^", "", plain)
    if not re.search(r"\\times|×|,|(?<=[\w)])\s*(?:x|by|\*)\s*(?=[\w(])", plain):
        return None
    if re.search(r"[=<>+^]|\\in|\\cdot", plain):
        return None
    try:
        sizes = read_sizes(re.sub(r"(?<=[\w)])\s*\*\s*(?=[\w(])", "×", plain))
    except Unreadable:
        return None
    if len(sizes) != 2 and not (len(sizes) == 1 and plain.rstrip(") ").endswith(",")):
        return None
    if any(isinstance(below, (Call, Transpose)) for size in sizes for below in walk(size)):
        return None
    return None if any(map(_is_fraction, sizes)) else Shape(sizes)


def _is_fraction(size: Expression) -> bool:
    """Whether a size is a number that is not whole: (1/3, 2/3) are weights."""
    if names(size):
        return False
    value = value_at(size, {})
    return value is None or value.denominator != 1


def size_of(text: str) -> Expression | None:
    """`2 \\cdot D_{random}`, `N^2` or `d_v` as a size; None for what is none."""
    plain = _joined(text.strip().strip("$").strip())
    try:
        size = read_expression(plain)
    except Unreadable:
        return None
    return size if _is_size(size) else None


def _joined(text: str) -> str:
    """2·D as 2D, so that no size is taken for a product of shapes."""
    return re.sub(r"(?<=\d)\s*(?:\\cdot|·|\*|\\,)\s*(?=[A-Za-z\\])", "", text)


def _is_size(size: Expression) -> bool:
    if any(isinstance(below, (Call, Transpose, Growth)) for below in walk(size)):
        return False
    if any(isinstance(below, Product) and "times" in below.joins for below in walk(size)):
        return False
    return not names(size) & {"Q", "K", "V", "W", "S", "Z", "X", "phi", "q", "k", "v", "w", "x"}


__all__ = ["FACTORS", "SaidShape", "outer_shape", "said_shape", "shape_of_text", "size_of"]
