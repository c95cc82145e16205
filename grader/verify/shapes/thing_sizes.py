# ruff: noqa: E501 -- a pattern stays on one line
"""The sizes that a text states of the course's things in words: what its letters stand for, and shapes in running text.

Every size of the course (tokens, widths, features, directions; batch, embedding; test and training images, neighbours)
is a prime of its own, so that a product such as 2R or D² can be told from every other size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Unreadable, names
from grader.verify.numbers.lettered import value_at

# queries and keys are both the N tokens unless the text tells them apart
PRIMES = {
    "N": 101, "D": 103, "M": 107, "L": 109, "R": 113, "queries": 127, "keys": 131,
    "batch": 137, "embedding": 139, "test": 149, "training": 151, "neighbours": 157, "width": 163,
}  # fmt: skip
LETTER = r"(?P<letter>[A-Za-z](?:_\{?\w\}?)?)"
_L = r"(?<![A-Za-z\\_^{])(?:(?P<letter>[B-HJ-Zb-hj-z](?:_\w)?))(?![A-Za-z_'’^(])"
DECLARED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), size)
    for pattern, size in (
        (rf"\b[Bb]atch(?:es)?(?: size)?(?: (?:of|is|has|with|be))? ?(?:size )?(?:= ?)?{_L}", "batch"),
        (rf"{_L} (?:is|for|denotes|be|stands for)? ?(?:the )?batch size\b", "batch"),
        (rf"{_L} (?:embeddings|faces|photos|photographs)\b", "batch"),
        (rf"\bE(?: is| ∈| has shape| in|:| \\in)? (?:of (?:shape|size) )?(?:an? |\\mathbb\{{?R\}}?\^\{{?|ℝ\^\{{?|R\^\{{?|\()?{_L}(?=\s*(?:×|,|by|x) ?[a-z])", "batch"),
        (rf"\bE(?: is| ∈| has shape| in|:| \\in)? (?:of (?:shape|size) )?(?:an? |\\mathbb\{{?R\}}?\^\{{?|ℝ\^\{{?|R\^\{{?|\()?[A-Z]\s*(?:×|,|by|x) ?{_L}", "embedding"),
        (rf"\bembeddings?(?: vectors?)?(?: (?:of|with|has|have|is|are|in))* (?:a )?(?:length|dimension|size|width)s? (?:is |of |= ?)?{_L}", "embedding"),
        (rf"{_L}-dimensional embeddings?\b", "embedding"),
        (rf"{_L} (?:is|for|be|denotes)? ?(?:the )?(?:embedding (?:dimension|length|size|width)|(?:dimension|length|size) of (?:an |the |each )?embeddings?)\b", "embedding"),
        (rf"{_L} test(?:ing)?(?: (?:images|examples|points|pictures|samples))?\b", "test"),
        (rf"{_L} (?:is|for|denotes|be) (?:the )?number of test (?:images|examples|points)", "test"),
        (rf"\bnumber of test (?:images|examples|points)(?: is| be|:| =)? {_L}", "test"),
        (rf"{_L} (?:is |be )?that of (?:the |all )?(?:training|stored)\b", "training"),
        (rf"{_L} (?:is |be )?that of (?:the |all )?test\b", "test"),
        (rf"{_L} (?:stored |train(?:ing)? )(?:images|examples|points|pictures|samples|vectors|features)\b", "training"),
        (rf"{_L} training\b", "training"),
        (rf"{_L} (?:is|for|denotes|be) (?:the )?number of training (?:images|examples|points)", "training"),
        (rf"{_L}[- ](?:nearest|NN\b|neighbou?rs)", "neighbours"),
        (rf"\b[Aa]t width {_L}|\b(?:features?|stored|training|test)(?: vectors?)? of (?:width|length|dimension) {_L.replace('letter', 'other')}", "width"),
        (rf"{_L} queries\b", "queries"),
        (rf"{_L} keys\b", "keys"),
    )
)  # fmt: skip
DOMAINS = {
    "attention": ("N", "D", "M", "L", "R", "queries", "keys"),
    "triplets": ("batch", "embedding"),
    "depth": ("test", "training", "neighbours", "width"),
    "network": (),
}
TRUSTED = frozenset({"N", "D", "M", "L", "C", "R", "D_random", "D_rand", "d_v", "d_k", "D_v", "D_k", "d_phi", "D_phi", "n", "d"})  # fmt: skip


def declared_sizes(text: str) -> dict[str, frozenset[str]]:
    """The letters of a text that stand for sizes, with the sizes they may be.

    >>> {letter: min(sizes) for letter, sizes in declared_sizes("E is B × d; there are T test and n training images.").items()}
    {'B': 'batch', 'd': 'embedding', 'T': 'test', 'n': 'training'}
    """
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for pattern, size in DECLARED:
        domain = next(domain for domain, sizes in DOMAINS.items() if size in sizes)
        for found in pattern.finditer(text):
            letter = next(one for one in found.groups() if one)
            # what is said later of a letter is a claim
            first[letter, domain] = min(first.get((letter, domain), (len(text), size)), (found.start(), size))
    # a size that has its letter gets no second one
    owner = {size: letter for (letter, _), (_, size) in sorted(first.items(), key=lambda one: -one[1][0])}
    return {
        letter: frozenset(
            size for (other, _), (_, size) in first.items() if other == letter and owner[size] == letter
        )
        for letter, _ in first
    }


@dataclass(frozen=True)
class Letters:
    """What letters stand for where something is said: the whole document's sizes, and the course's names."""

    declared: Mapping[str, frozenset[str]]
    aliases: Mapping[str, str]
    random_features: bool = False

    def values(self, domain: str) -> dict[str, Fraction]:
        """For each letter that has one meaning in a domain, its prime."""
        sizes = DOMAINS[domain]
        out: dict[str, Fraction] = {}
        if domain == "attention":
            out |= {
                letter: Fraction(PRIMES[size])
                for letter, size in self.aliases.items()
                if letter in TRUSTED and size in PRIMES
            }
        if domain == "depth" and "k" not in self.declared:
            out["k"] = Fraction(PRIMES["neighbours"])
        for letter, meant in self.declared.items():
            mine = meant & set(sizes)
            if len(mine) == 1 and (letter not in out or mine & {"queries", "keys"} == mine):
                size = min(mine)
                if size in {"queries", "keys"} and letter in out:
                    continue  # N queries and N keys
                out[letter] = Fraction(PRIMES[size])
            elif len(mine) > 1:
                out.pop(letter, None)
        return out


# -- shapes in running text ------------------------------------------------------------------------------------------

SIZE = r"(?:\d{1,3}(?:,\d{3})+|(?:\d{1,2}\s?[·*]?\s?)?(?!\b[aAI] [a-z])[A-Za-z](?:_\{?(?:\\(?:mathrm|text)\s?\{)?\w+\}{0,2})?(?:²|\^\{?2\}?)?(?![A-Za-z'’(_^]|ᵀ)|\d{1,6}(?![\d.]*\d))"
BY = r"\s*(?:×|x(?=[\s\d])|by|-by-)\s*"
SPACE = r"(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|\\R\b|(?<![A-Za-z])R)\s*\^\s*"
NAMES = r"(?:matri(?:x|ces)|vectors?|arrays?|tables?|tensors?|lists?|grids?|columns?|rows?)"
UNITS = r"(?:entries|components?|coordinates?|elements|numbers|values|features|scalars|dimensions|bins|counts|items|maps|logits|distances|indices|losses|labels|norms|terms|ones)"
SIDES = rf"(?:{SPACE}\{{?\s*)?\(?(?P<sides>{SIZE}(?:{BY}{SIZE}){{1,3}})\)?\}}?"
SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<maps>{SIZE}) (?:feature |activation )?(?:maps|channels|planes)(?: (?:each )?of(?: size| shape)?|,? each(?: of(?: size)?)?,?| with) {SIZE.replace('(?:', '(?P<high>', 1)}{BY}{SIZE.replace('(?:', '(?P<wide>', 1)}",
        rf"{SIDES}(?:[- ](?:dimensional )?{NAMES}\b)?",
        rf"\((?P<tuple>{SIZE}\s*,\s*(?:{SIZE}(?:\s*,\s*{SIZE}){{0,2}})?)\)",
        rf"(?P<rows>{SIZE}) rows?(?: and (?P<columns>{SIZE}) columns?)?\b",
        rf"(?P<columns>{SIZE}) columns?(?: and (?P<rows>{SIZE}) rows?)?\b",
        rf"(?:{SPACE})\{{?\s*(?P<long>{SIZE})\s*\}}?",
        rf"(?:\b{NAMES} )?(?:of |with |has |have )?\b(?:length|dimension) (?P<length>{SIZE})",
        rf"(?P<dimensional>{SIZE})[- ]dimensional\b",
        rf"(?P<count>{SIZE}) (?:single |scalar |real |different |such )?(?P<unit>{UNITS})\b",
        r"\b(?:a|one|1|single) (?:single |plain |real |positive |non-?negative )?(?P<scalar>scalar|number)\b(?! (?:of|for|per|between|that|which|times|in)\b)",
        r"\b(?:one|1|a single|a) (?P<each>number|entry|value|scalar|component|distance|loss|label|weight|count|sum|norm) (?:per|for each|for every|each for) (?:of the )?(?P<per>token|position|query|key|image|anchor|embedding|picture|face|example|test image|direction|projection|feature)\b",
    )
)  # fmt: skip
# in "φ(q) = (1, 1)" stand the entries of a vector, in "E.shape = (64, 128)" sizes
OF_SIZES = re.compile(r"(?:shape|size|dim(?:ension)?)s?\b[^;,]*$", re.I)
OF_EACH = {
    "token": "N", "position": "N", "query": "queries", "key": "keys", "anchor": "batch", "embedding": "batch", "picture": "batch", "face": "batch",
    "test image": "test", "direction": "R", "projection": "R", "feature": "L",
}  # fmt: skip


@dataclass(frozen=True)
class Stated:
    """A shape in running text: sizes as written, what of the thing they measure, and where they stand."""

    start: int
    end: int
    sizes: tuple[str, ...]
    measure: str = "shape"  # or "length", "rows", "columns", "entries", "per"
    unit: str = ""


def shapes_in(text: str) -> Iterator[Stated]:
    """The shapes that a text names, from left to right.

    >>> [(one.sizes, one.measure) for one in shapes_in("S is C × M, Z has length C, and V' has N rows and M columns.")]
    [(('C', 'M'), 'shape'), (('C',), 'length'), (('N', 'M'), 'shape')]
    """
    at = 0
    while True:
        found = [one for pattern in SHAPES if (one := pattern.search(text, at)) is not None]
        if not found:
            return
        first = min(found, key=lambda one: (one.start(), -one.end()))
        groups = first.groupdict()
        before = text[: first.start()]
        at = first.end()
        entries = (
            groups.get("tuple") is not None
            and not re.search(r"[A-Za-z]", groups["tuple"])
            and before.rstrip().endswith("=")
            and not OF_SIZES.search(before)
        )
        if entries or before[-1:].isalnum() or re.search(r"[\w)][·*/^+−=-]\s?$|[\\_{]$", before):
            at = first.start() + 1
            continue
        start = first.start()
        if groups.get("maps"):
            yield Stated(start, at, (groups["maps"], groups["high"], groups["wide"]))
        elif groups.get("sides"):
            yield Stated(start, at, tuple(re.split(BY, groups["sides"])))
        elif groups.get("tuple"):
            yield Stated(start, at, tuple(one.strip() for one in groups["tuple"].split(",") if one.strip()))
        elif groups.get("rows") and groups.get("columns"):
            yield Stated(start, at, (groups["rows"], groups["columns"]))
        elif groups.get("rows") or groups.get("columns"):
            rows = groups.get("rows")
            yield Stated(start, at, (rows or groups["columns"],), "rows" if rows else "columns")
        elif groups.get("long") or groups.get("length") or groups.get("dimensional"):
            long = groups.get("long") or groups.get("length") or groups["dimensional"]
            yield Stated(start, at, (long,), "length")
        elif groups.get("count"):
            yield Stated(start, at, (groups["count"],), "entries", groups["unit"])
        elif groups.get("scalar"):
            yield Stated(start, at, ())
        else:
            yield Stated(start, at, (OF_EACH.get(groups["per"], ""),), "per")


def size_value(written: str, values: Mapping[str, Fraction]) -> Fraction | None:
    """What a size such as `2R` or `64` amounts to; None where a letter has no meaning.

    >>> size_value("2R", {"R": Fraction(5)})
    Fraction(10, 1)
    """
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", written.replace("²", "^2").strip())
    plain = re.sub(r"\\(?:mathrm|text)\s?|[{}](?!\d)|(?<!\^)[{}]", "", plain)
    plain = re.sub(r"(?<=\d)\s*[·*]\s*(?=[A-Za-z])", "", plain)
    try:
        tree = read_expression(plain)
    except Unreadable:
        return None
    return value_at(tree, values) if names(tree) <= set(values) else None


def named_sizes(values: Sequence[Fraction], letters: Mapping[str, Fraction]) -> str:
    """`N×M`, with the text's own letters for the sizes."""
    shown = {value: letter for letter, value in sorted(letters.items(), reverse=True)}
    shown |= {2 * value: f"2{letter}" for letter, value in letters.items()}
    by_prime = {Fraction(prime): name for name, prime in PRIMES.items()}
    return "×".join(shown.get(one) or by_prime.get(one) or str(one) for one in values)


def elliptic(text: str, end: int, like: Stated) -> Stated | None:
    """A shape that leaves out what the one before it has said: `..., accuracy by depth only 10`.

    >>> elliptic("and avgpool 512.", 11, Stated(0, 5, ("64",), "entries", "numbers"))
    Stated(start=12, end=15, sizes=('512',), measure='entries', unit='numbers')
    """
    found = BARE.match(text, end)
    if found is None:
        return None
    sizes = tuple(re.split(BY, found.group("sizes")))
    if len(sizes) != max(len(like.sizes), 1) and len(sizes) == 1 and like.measure in {"shape", "length"}:
        return Stated(found.start("sizes"), found.end("sizes"), sizes, "entries", "numbers")
    return Stated(found.start("sizes"), found.end("sizes"), sizes, like.measure, like.unit)


BARE = re.compile(
    rf"\s*(?:(?:then|finally|only|just|also|even|again|merely|still|of course|has|have|gives?|is|delivers?|returns?|yields?|gets?|to|another|further|:)\s+)*(?P<sizes>{SIZE}(?:{BY}{SIZE}){{0,2}})(?: (?:again|too|of them|each|only|in total))?(?=\s*(?:[.,;)]|$|and\b|while\b|whereas\b|but\b))"
)


__all__ = [
    "BY",
    "PRIMES",
    "SIZE",
    "Letters",
    "Stated",
    "declared_sizes",
    "elliptic",
    "named_sizes",
    "shapes_in",
    "size_value",
]
