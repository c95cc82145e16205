# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The letters that a text gives to sizes, and ties between sizes such as L = 2R."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Growth, Number, Symbol, Unreadable, names, symbols
from grader.verify.reading.document import PLACE, Block, Text
from grader.verify.scope.declarations import CANONICAL, Declared
from grader.verify.scope.growth import Polynomial, leading, polynomial_of
from grader.verify.scope.named_letters import KEYS
from grader.verify.worlds.settings import MATRICES, SIZE_NAMES, VECTORS

SIZE_LETTERS = frozenset("NDMLRCTHBSPFnmdrphcbk") | {
    "D_random", "D_rand", "D_R", "D_r", "d_k", "d_v", "D_k", "D_v", "d_model", "D_phi", "d_phi", "d_random", "n_heads", "D_K", "D_V", "d_h",
}  # fmt: skip


VALUE_WIDTH = re.compile(
    r"(?<![A-Za-z0-9.\\])(?<!\d )(?:M|[dD]_\{?(?:\\(?:text|mathrm)\{)?[vV])(?![A-Za-z])|\b(?:width|dimension|size|length)s? of (?:the |each |a )?values?\b|\bvalue (?:width|dimension)s?\b"
)


KEY_WIDTH = re.compile(
    r"(?<![A-Za-z\\])[dD](?:_\{?(?:k|h|\\?\w+)\}?)?\$?,? (?:is |be |for |as |denotes |= )?(?:the |a |their )?(?:[a-z-]+ ){0,2}(?:width|dimension|dimensionality|size)s?\b|\b(?:width|dimension|dimensionality|size) (?:per head |of (?:the |each |a |one )?\w+ |\w+ )?(?:is |be |= )?\$?[dD](?:_\w+|_\{\w+\})?\b",
)


SAME_WIDTH = re.compile(
    r"\b(?:queries, keys and values|values?(?: vectors?)?) (?:all |each )?(?:have|has|share|are of|with) (?:one|the same|a common) (?:width|dimension|size|length)\b(?! as the output)|\b(?:keys|queries)(?: vectors)? and (?:the )?values (?:all )?(?:have|share) (?:one|the same|a common) (?:width|dimension|size|length)\b",
    re.IGNORECASE,
)


def has_value_width(declared: Sequence[Declared], source: str) -> bool:
    """Whether the values' width is a size apart from that of the keys.

    It is, as in the course, unless the text tells the sizes it has and there is one width among them.
    """
    widths = {
        name: [
            size
            for one in declared
            if isinstance(one.what, Symbol) and one.what.name in {name, name.upper()}
            # a row or a column has one width, a matrix has the tokens as its rows
            for size in (one.sizes if one.orientation else one.sizes[-1:])
            if not isinstance(size, Number)
        ]
        for name in "qkv"
    }
    if SAME_WIDTH.search(source):
        return False
    if widths["v"]:
        return not all(size in widths["k"] + widths["q"] for size in widths["v"])
    return VALUE_WIDTH.search(source) is not None or KEY_WIDTH.search(source) is None


IN_SHAPE = re.compile(r"(?<![A-Za-z\\_])(?:\d?([A-Z])\s*(?:×|\\times|x)\s*(?=\d?([A-Z])(?![A-Za-z])))")


def letters_in_shapes(source: str) -> set[str]:
    """The capital letters that a text crosses with others.

    >>> sorted(letters_in_shapes("S is C × M and X is N x D; the depth is L"))
    ['C', 'D', 'M', 'N']
    """
    return {letter for found in IN_SHAPE.finditer(source) for letter in found.groups()}


OWN_KEYS = "own keys"  # the alias of a letter for the number of keys
NOTHING_SAID: Mapping[str, frozenset[str]] = MappingProxyType({})
# R stands for a number there: no \\mathbb R, no R^d
COUNTS_DIRECTIONS = re.compile(r"(?<![A-Za-z{\\])(?<!mathbb )\d?R(?![A-Za-z^}²])")


def size_aliases(
    used: set[str],
    declared: Sequence[Declared],
    source: str = "",
    said: Mapping[str, frozenset[str]] = NOTHING_SAID,
) -> dict[str, str]:
    """Which names of sizes mean the same: d is D unless the document uses both.

    What its words name a letter counts before what the letter usually is: `L` is a size of its own for "L keys" beside
    "N queries".
    """
    in_shapes = {name for one in declared for size in one.sizes for name in names(size)}
    out = _course_aliases(used, in_shapes | letters_in_shapes(source), said)
    for name, meant in said.items():
        if meant == {KEYS}:
            out[name] = OWN_KEYS
        elif name in SIZE_NAMES and SIZE_NAMES[name] not in meant:
            out[name] = f"own {name}"
    if "m" not in used and COUNTS_DIRECTIONS.search(source):
        out["m"] = "own m"
    for declaration in declared:
        for size in declaration.sizes:
            for name in names(size) - set(out):
                if len(name) == 1 and name.isalpha() and name not in {*MATRICES, *VECTORS, "e", "i", "j"}:
                    out[name] = f"own {name}"
    return out


def _course_aliases(
    used: set[str], in_shapes: set[str], said: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    """The usual names of sizes; where several occur, one that words or a declared shape name has the usual meaning."""
    out: dict[str, str] = {}
    for canonical in CANONICAL:
        mine = [name for name, size in SIZE_NAMES.items() if size == canonical]
        # a letter that stands in a shape, else the course's own: C × M beside the depth L
        present = sorted(
            (name for name in mine if name in used),
            key=lambda name: (canonical not in said.get(name, ()), name not in in_shapes, name != canonical),
        )
        main = present[0] if present else canonical
        out[canonical] = canonical
        for name in mine:
            if name == main or (name.startswith(("D_r", "d_r", "D_R")) and canonical == "R"):
                out[name] = canonical
            elif name in present and len(name) == 1:
                # used beside the canonical name: a size of its own
                out[name] = f"own {name}"
            elif name not in present:
                out[name] = canonical
    return out


def size_tie(left: Expression, right: Expression, relation: str) -> tuple[str, Polynomial] | None:
    """`L = 2R`, `M ≈ D`, `L = O(D²)`: a size that grows like others."""
    if relation not in {"=", "~", "sim", "propto", ":="} or not isinstance(left, Symbol) or left.indices:
        return None
    if left.name not in SIZE_LETTERS and not left.name.startswith("c_"):
        return None
    of = right.of if isinstance(right, Growth) else right
    if not names(of) or any(name not in SIZE_LETTERS for name in names(of)) or left.name in names(of):
        return None
    if any(symbol.indices for symbol in symbols(of)):
        return None
    try:
        polynomial = polynomial_of(of, {})
    except Unreadable:
        return None
    # d = 2 − 2c is a distance
    return (left.name, polynomial) if leading(polynomial) is not None else None


PROSE_TIE = re.compile(
    r"(?P<a>[A-Z]|\ue000\d+\ue001)\s+(?:is|being)\s+(?:\w+\s+)?(?:similar to|comparable to|proportional to|of the (?:same )?order of|the same as|equal to|about)\s+(?P<b>[A-Z]|\ue000\d+\ue001)"
)
PLAIN_TIE = re.compile(
    r"(?<![\w^])(?P<a>[NDMLRC])\s*(?P<op>=|~|∼|≈)\s*(?P<b>\d*\s*(?:[NDMLRC]|D_random|D_\{random\})(?:[²2])?)(?![\w(^]|\s*=\s*\d)"
)


# "there are L/2 random frequencies": a sine and a cosine for each of them
HALVED = re.compile(
    r"(?<![\w^])L/2\$? (?:random |independent |drawn )*(?:fourier )?(?:frequencies|directions|projections)\b",
    re.I,
)


def prose_ties(text: Text) -> list[tuple[int, int, tuple[str, Polynomial]]]:
    out = []
    for block in text.blocks:
        for found in PROSE_TIE.finditer(block.text):
            a, b = (text.spelled(found.group(k)).strip("$ ") for k in ("a", "b"))
            out += _try_tie(a, b, block)
        if HALVED.search(text.spelled(block.text)):
            out += _try_tie("L", "2R", block)
        masked = PLACE.sub(" ", block.text)
        for found in PLAIN_TIE.finditer(masked):
            if re.search(
                r"\b(?:when|if|for|case|whenever|unless|suppose|assuming|at|with)\s*$",
                masked[: found.start()],
                re.I,
            ):
                continue
            out += _try_tie(found.group("a"), found.group("b"), block)
    return out


def _try_tie(a: str, b: str, block: Block) -> list[tuple[int, int, tuple[str, Polynomial]]]:
    try:
        made = size_tie(read_expression(a), read_expression(b), "=")
    except Unreadable:
        return []
    return [(block.line, block.section, made)] if made and made[0] != "N" else []
