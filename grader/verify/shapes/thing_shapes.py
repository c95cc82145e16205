# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Shapes that a sentence or a table's row states of the course's things (`things`), in the document's letters (`thing_sizes`).

What stands between a thing and its shape must be read word by word; a letter that the document does not declare, or
sizes that may stand the other way round where vectors are columns, leave the statement unjudged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.networks.stages import OTHER_LAYOUT
from grader.verify.scope.named_letters import ATTENTION, DEPTHS, TRIPLETS
from grader.verify.shapes.shape_phrases import FACTORS
from grader.verify.shapes.thing_sizes import (
    BY,
    PRIMES,
    SIZE,
    Letters,
    Stated,
    elliptic,
    named_sizes,
    shapes_in,
    size_value,
)
from grader.verify.shapes.things import THINGS, Sizes, longest, part_of, products_in

SUBJECT = {
    "attention": ATTENTION,
    "triplets": re.compile(rf"{TRIPLETS.pattern}|\bembeddings?\b|\bbatch(?:es)?\b", re.I),
    "depth": re.compile(rf"{DEPTHS.pattern}|\btest images\b|\bconv1\b", re.I),
}
# the stages of the homework's network are known for its own images
SIDE = re.compile(r"(?<!\d)32\s*(?:×|x|by|\\times)\s*32(?!\d)")
OTHER_SIDE = re.compile(
    rf"{OTHER_LAYOUT.pattern}|\b(?:224|64|96|128|256)\s*(?:×|x|by|\\times)\s*(?:224|64|96|128|256)\b(?=\$?[ -](?:[a-z]+ )?(?:images?|inputs?|pictures?|pixels?))|\bResNet-?(?:34|50|101|152)\b|\bupsampl|\bresiz",
    re.I,
)
RESNET = re.compile(r"\bResNet-?18\b", re.I)
REACH = 2500
NOTHING_TOLD: Mapping[str, Fraction] = {}
WORD = r"(?:is|are|was|were|be|being|becomes?|has|have|having|forms?|makes?|gives?|yields?|comes?|turns|out|as|up|to|fits?|fills?|in|into|holds?|contains?|consists?|of|comprises?|possess(?:es)?|counts?|needs?|takes?|must|should|will|would|then|therefore|thus|so|hence|indeed|again|also|now|still|just|only|exactly|together|all|altogether|both|each|an?|the|matrix|array|table|vector|tensor|list|column|row|shape|sizes?|dimensions?|length|with|itself|themselves|always|simply|total|stored|kept|collected|finally|returns?|delivers?|produces?|measures?|emits?|outputs?|leaves?|halves|shrinks|reduces|turns|turned|mapped|transformed|sent|lifted|gets|this|it|them|finally|which|that|too|single|big|large|small|square|plain|boolean|symmetric|dense|short|long|resulting|whole|full|other|words|itself|end|one)"
OWNERS = r"(?:queries|query|keys?|tokens?|positions?|batch|embeddings?|images?|anchors?|test|training|features?|values?|pairs?|triplets?|points?|probes?|layer|homework|attention|softmax|sentence|sequence|E|these|conventions?|convention|here|i-th|key|user|case|form|version)"
LINKED = rf"(?:\d+ ?(?:×|x|by) ?\d+ (?:[a-z]+ )?(?:images?|inputs?|pictures?)\b|[\s,:|`*()→—–=]|⟶|->|(?:of|for|in|over|across|against|between|per|at|from|to) (?:(?:all|the|every|each|one|a|its|our|this|that|these|i-th|causal|single|whole|different|N|T|B|n) )*{OWNERS}\b|(?:the )?(?:same )?shape (?:of|as) [A-Z]\b,?|{WORD}\b)"
CLEAN = re.compile(rf"(?:\s*\(?[A-Z](?:_\{{?\w+\}}?)?['′]?\)?(?=[\s,:|]))?{LINKED}*", re.I)
# "mixes rows of V and so has length M": the verb before is another's business
COORDINATED = re.compile(
    rf"\s[a-z]+s\b[^,;:.|()]{{1,50}}\band (?:so |thus |hence |therefore |also )?(?:(?:has|is|have|are) {LINKED}*)?"
)
LINKS = re.compile(
    r"\b(?:is|are|has|have|be|being|becomes?|forms?|makes?|gives?|yields?|comes?|fits?|fills?|holds?|contains?|consists?|comprises?|possess(?:es)?|counts?|needs?|takes?|returns?|delivers?|produces?|measures?|emits?|outputs?|leaves?|halves|shrinks|reduces|of|turns|stored|with)\b|[:|(→=,]"
)
BEHIND = re.compile(
    r"\s*(?:(?:big |large |dense |square |single |boolean |full |whole )*(?:matrix|array|table|tensor|vector) (?:of |for )?)?(?:of |for )?(?:all |the |pairwise |its )*$",
    re.I,
)
# "it forms the N × N matrix of scores" says that it is formed
ONE_OF_THEM = re.compile(r"(?:one|each|every|a single|single|an?|outer|summand)\b", re.I)
SINES = re.compile(
    r"\bsines?\b[^.;]{0,30}\bcosines?\b|\bcosines?\b[^.;]{0,30}\bsines?\b|\bsin\b[^.;]{0,60}\bcos\b"
)
HAVING = re.compile(
    r"\b(?:has|have|with|is|are|gives?|yields?|gets?)\s+(?:an?|the)?\s*$|^\W*(?:an?\s+)?$", re.I
)
QUALIFIED = re.compile(
    r"(?:\b(?:(?:matrix|array|table|vector|list|tensor|stack) of|the|an?|its|their|all|our|each|every|whole|full|resulting|final|this|that|these|one|such|finished|big|same|corresponding)\s+)+$",
    re.I,
)
OF_OTHERS = re.compile(
    r"\b(?:of|per|for|from|by|over|than|into|between|against|times|to|in|on|at|via|using|without|rows|columns|number|plus|minus|or|like|not|no|never|summing(?: up)?|averaging|adding(?: up)?|counting|concatenating|flattening|splitting|reshaping|squaring)\s*$",
    re.I,
)
HEADS = re.compile(r"\b(?:shape|size|dimensions?|length)s? of (?:(?:the|an?|all|our|each|every) )*$", re.I)
ROW_OF = re.compile(
    r"(?:\b(?:each|every|one|a|the|any|its|an)\s+)?(?:(?:i-th|single|first|last|j-th|t-th)\s+)?\b(?P<which>row|column|transpose)(?: [ijtn])?,? of (?:(?:the|an?|all|our)\s+)*$",
    re.I,
)
ITS = re.compile(
    r"(?<!\w)(?:its|their|each of its|every one of its) (?:(?:i-th|single|first|last|j-th|t-th|every) )?(?P<which>row|column|transpose)s?\b",
    re.I,
)
GOES_ON = re.compile(
    r"\s*(?:times\b|[·+*^/−(→]|-\s|per\b|for (?:each|every|one)\b|plus|minus|more\b|fewer|smaller|larger|instead|blocks?\b|matrices of|(?:grey |gray |RGB |input |test |training |colou?r )?(?:images?|inputs?|pictures?)\b|patch|kernel|conv|filter|window|pixels?\b|heads?\b|(?:in|on) (?:BERT|GPT)|(?:in)?to \d)",
    re.I,
)
OF_ONE = re.compile(
    r"\b(?:one|a single|single|each|every|per|i-th|one fixed) (?:query|token|position|test image|image|key)\b|\b(?:one|a single|single|each|every) anchor\b|\b(?:query|token|position|image) [a-z]\b|\bq_\{?i|\bper (?:query|token|position|image)",
    re.I,
)
# "one row per query" tells how the whole is laid out
ONE_FOR_EACH = re.compile(
    r"\b(?:one|an?|1|single) (?:row|column|line|entry|vector|output|number|value|weight)s? (?:per|for (?:each|every|one)) \w+|\b(?:row|column|line)s? = \w+",
    re.I,
)
OTHER_ATTENTION = re.compile(r"\bheads?\b|multi-?head|\bpapers?\b|\boriginal\b|\bTransformers?\b", re.I)
# the output has the width of the keys where a sentence gives it to the values
AS_WIDE = re.compile(
    r"(?<![A-Za-z])(?:M\s*=\s*D|D\s*=\s*M)(?![A-Za-z])|\bvalues?(?: vectors?)? (?:of|with) (?:width|length|dimension|size) \$?[Dd]\b|(?<![A-Za-z])V\b[^.;]{0,40}?N\s?(?:×|x|\\times)\s?D(?![A-Za-z_])[^.;]*\boutput",
)
TOLD_APART = re.compile(
    r"(?<![A-Za-z\\])[A-Z] queries and (?:[A-Z] )?keys|[A-Z] keys and [A-Z] queries|[A-Z] queries, [A-Z] keys"
)
# "the output (2, 3)" may be what it is and not how large
VALUES = re.compile(r"\$?\(\s?\d+\s?,\s?\d+\s?\)")
SHAPED = re.compile(r"\b(?:shapes?|sizes?|dimensions?|form|rows?|columns?)\b[^.;]*$", re.I)
LONGEST_SHAPE = 2  # sizes that a list's shape may be said to have; with more they are its entries
WHOLE_UNITS = frozenset(
    {
        "entries",
        "entry",
        "elements",
        "numbers",
        "values",
        "components",
        "coordinates",
        "scalars",
        "dimensions",
    }
)


@dataclass(frozen=True)
class _Named:
    """A thing that a sentence names: where, by which words, and the shapes it may have."""

    start: int
    end: int
    shapes: tuple[Sizes, ...]
    domain: str
    turns: bool
    itself: bool = True  # whether it is named in this sentence


def thing_shapes(
    sentence: str,
    before: str,
    letters: Letters,
    *,
    rows: bool,
    stacks: bool,
    told: Mapping[str, Fraction] = NOTHING_TOLD,
) -> Iterator[Spanned]:
    """(start, end, ruling) of each shape that a sentence states of one of the course's things.

    `rows` is whether the text's matrices hold the tokens as rows, `stacks` whether its features are sines and cosines;
    `told` holds the sizes that the text has set in numbers.

    >>> told, letters = "In softmax attention the score matrix is N × N.", Letters({}, {"N": "N", "D": "D"})
    >>> [j.says for *_, j in thing_shapes(told, "", letters, rows=True, stacks=False)]
    ['score matrix is N×N']
    >>> [j.says for *_, j in thing_shapes("Its i-th row has length D.", told[21:], letters, rows=True, stacks=False)]
    []
    """
    around = f"{before[-REACH:]} {sentence}"
    about = {domain for domain, words in SUBJECT.items() if words.search(around)}
    if (
        SIDE.search(around)
        and not OTHER_SIDE.search(around)
        and "depth" in about | ({"depth"} if RESNET.search(around) else set())
    ):
        about.add("network")
    if OTHER_ATTENTION.search(sentence) or AS_WIDE.search(sentence):
        about.discard("attention")
    shapes = list(shapes_in(sentence))
    if not about or not shapes:
        return
    stacks = stacks or SINES.search(sentence) is not None
    named = _named_in(sentence, before, about)
    yield from _multiplied(sentence, letters, about)
    decided: list[tuple[int, Stated]] = []
    for stated in shapes:
        thing = _subject(sentence, stated, named)
        if (
            thing is not None
            and len(stated.sizes) > LONGEST_SHAPE
            and all(len(one) < 2 for one in thing.shapes)
        ):
            continue  # "the histogram (150, 90, 60, 120)": its entries
        goes_on = GOES_ON.match(sentence, stated.end)
        if FACTORS.match(sentence, stated.end):
            continue
        if thing is None or (
            goes_on is not None
            and not (thing.domain == "network" and goes_on.group().strip().startswith("per"))
            and not (
                goes_on.group().strip().startswith(("per", "for"))
                and ONE_OF_THEM.match(sentence, thing.start)
            )
        ):
            continue
        judged = _judged(sentence, stated, thing, letters, rows=rows, stacks=stacks, around=around, told=told)
        passing = thing.end > stated.end and not HAVING.search(sentence[: stated.start])
        if judged is not None and not (passing and judged.ruling is Ruling.VERIFIED):
            yield min(thing.start, stated.start), max(stated.end, thing.end), judged
        decided.append((max(stated.end, thing.end), stated))
    for thing in named:
        before_it = [stated for end, stated in decided if end <= thing.start]
        again = elliptic(sentence, thing.end, before_it[-1]) if before_it else None
        if again is None or any(one.start <= again.start < one.end for one in shapes):
            continue
        if OF_OTHERS.search(QUALIFIED.sub("", sentence[: thing.start])):
            continue
        judged = _judged(sentence, again, thing, letters, rows=rows, stacks=stacks, around=around, told=told)
        if judged is not None:
            yield thing.start, again.end, judged


def _multiplied(sentence: str, letters: Letters, about: set[str]) -> Iterator[Spanned]:
    """`N × N times M × N`: a product whose inner sizes differ is none."""
    for found in TIMES.finditer(sentence) if "attention" in about else ():
        inner = [found.group("left"), found.group("right")]
        values = letters.values("attention")
        sizes = [size_value(one, values) for one in inner]
        if None not in sizes and sizes[0] != sizes[1] and not TOLD_APART.search(sentence):
            says = f"the inner sizes differ: {inner[0]} columns meet {inner[1]} rows"
            yield (
                found.start(),
                found.end(),
                refuted(Kind.DIMENSION, says, Method.COUNT, {"inner sizes": inner}),
            )


TIMES = re.compile(
    rf"{SIZE}{BY}{SIZE.replace('(?:', '(?P<left>', 1)} (?:times|multiplied (?:by|with)) (?:an? |the )?{SIZE.replace('(?:', '(?P<right>', 1)}{BY}{SIZE}"
)


def _named_in(sentence: str, before: str, about: set[str]) -> list[_Named]:
    found = [
        (one.start(), one.end(), thing)
        for thing in THINGS
        if thing.domain in about and thing.is_meant(sentence)
        for one in thing.pattern.finditer(sentence)
    ]
    single = OF_ONE.search(ONE_FOR_EACH.sub(" ", sentence)) is not None
    # "for each anchor the mask of triplets is B × B": what one of them has is known of some things only
    found = [
        one
        for one in found
        if not single
        or one[2].domain == "network"
        or one[2].single is not None
        or all(len(shape) < 2 for shape in one[2].shapes)
    ]
    out = [
        _Named(
            start,
            end,
            (thing.single,) if single and thing.single is not None else thing.shapes,
            thing.domain,
            thing.turns,
        )
        for start, end, thing in longest(found)
    ]
    if "attention" in about:
        products = [one for one in products_in(sentence) if one[2] is not None]
        out = [one for one in out if not any(a <= one.start < b for a, b, _ in products)]
        out += [_Named(a, b, (sizes,), "attention", True) for a, b, sizes in products if sizes is not None]
    whole = []
    for one in sorted(out, key=lambda item: item.start):
        owner = ROW_OF.search(sentence[: one.start])
        if owner is None:
            whole.append(one)
            continue
        parts = [part_of(sizes, owner.group("which").lower()) for sizes in one.shapes if len(sizes) > 1]
        if parts and all(part is not None for part in parts):
            shapes = tuple(part for part in parts if part is not None)
            whole.append(_Named(owner.start(), one.end, shapes, one.domain, one.turns))
    its = ITS.search(sentence)
    if its is not None:
        earlier = [one for one in whole if one.end <= its.start()] or _subjects_before(before, about)
        wide = [sizes for one in earlier[:1] for sizes in one.shapes if len(sizes) > 1]
        parts = [part_of(sizes, its.group("which").lower()) for sizes in wide]
        if len(earlier) == 1 and parts and all(part is not None for part in parts):
            shapes = tuple(part for part in parts if part is not None)
            whole.append(_Named(its.start(), its.end(), shapes, earlier[0].domain, earlier[0].turns))
    return whole


def _subjects_before(before: str, about: set[str]) -> list[_Named]:
    """What the sentence before is about: the thing with which it begins."""
    last = re.split(r"(?<=[.!?;])\s+(?=[A-ZÀ-Ýφ$(\\])", before.strip())[-1]
    found = [
        (one.start(), one.end(), thing)
        for thing in THINGS
        if thing.domain in about and thing.is_meant(last)
        for one in thing.pattern.finditer(last)
    ]
    return [
        _Named(start, end, thing.shapes, thing.domain, thing.turns)
        for start, end, thing in longest(found)
        if len(QUALIFIED.sub("", last[:start]).strip()) == 0
    ]


def _subject(sentence: str, stated: Stated, named: Sequence[_Named]) -> _Named | None:
    """The thing whose shape is stated at a place: the nearest before it with nothing unread between, else the one right behind."""
    behind = [
        one for one in named
        if one.start > stated.start and one.end > stated.end and stated.measure == "shape" and len(stated.sizes) > 1
        and BEHIND.match(sentence[stated.end : max(one.start, stated.end)])
    ]  # fmt: skip
    if behind:
        return behind[0]
    before = [one for one in named if one.end <= stated.start]
    if not before:
        return None
    nearest = max(before, key=lambda one: one.end)
    gap = sentence[nearest.end : stated.start]
    lead = sentence[: nearest.start]
    plain = QUALIFIED.sub("", lead)
    if OF_OTHERS.search(plain) and not HEADS.search(lead):
        return None
    opened = lead.count("(") > lead.count(")") and not plain.rstrip().endswith("(")
    if opened and gap.count(")") > gap.count("("):
        return None  # "φ(q) S / (φ(q) Z), which is 1 × M" speaks of the whole formula
    clean = CLEAN.fullmatch(gap) or COORDINATED.fullmatch(gap)
    linked = LINKS.search(gap + sentence[stated.start : stated.start + 4]) or stated.measure == "per"
    return nearest if clean and linked else None


def _judged(
    sentence: str,
    stated: Stated,
    thing: _Named,
    letters: Letters,
    *,
    rows: bool,
    stacks: bool,
    around: str,
    told: Mapping[str, Fraction],
) -> Judged | None:
    in_numbers = _judged_in_numbers(sentence, stated, thing, letters, told, rows=rows, stacks=stacks)
    if in_numbers is not None:
        return in_numbers
    values = letters.values(thing.domain)
    apart = thing.domain != "attention" or bool(TOLD_APART.search(around[-700:]))
    if thing.domain == "attention" and not apart:
        same = {Fraction(PRIMES["queries"]), Fraction(PRIMES["keys"])}
        values = {
            letter: Fraction(PRIMES["N"]) if value in same else value for letter, value in values.items()
        }
    sizes = [
        (Fraction(_prime(one, apart)) if one in PRIMES else None)
        if stated.measure == "per"
        else size_value(one, values)
        for one in stated.sizes
    ]
    if any(size is None for size in sizes):
        return None
    said = [size for size in sizes if size is not None]
    truths = [
        [Fraction(_prime(one, apart)) if isinstance(one, str) else Fraction(one) for one in shape]
        for shape in thing.shapes
    ]
    shown = dict(values)
    subject = " ".join(sentence[thing.start : thing.end].split())
    truth = " or ".join(_shown(one, shown) for one in truths)
    length = Fraction(PRIMES["L"])
    fitting = [_fits(said, one, stated, letters, stacks) for one in truths]
    if True in fitting:
        return verified(Kind.DIMENSION, f"{subject} is {truth}", Method.TABLE)
    if None in fitting:
        return None
    counts = {Fraction(one) for shape in thing.shapes for one in shape if isinstance(one, int)}
    numbers = [one for one in said if one not in values.values() and one != 1 and one not in counts]
    lettered = any(isinstance(one, str) for shape in thing.shapes for one in shape)
    placed = all(
        len(shape) == len(said)
        and all(size not in numbers or isinstance(true, int) for size, true in zip(said, shape, strict=True))
        for shape in thing.shapes
    )
    if (
        lettered
        and numbers
        and not placed
        and any(one.strip().replace(",", "").isdigit() for one in stated.sizes)
    ):
        return None  # sizes in numbers are those of an example
    if thing.turns and not rows and any(sorted(said) == sorted(one) for one in truths):
        return None
    if (
        stacks
        and any(length in one for one in truths)
        and Fraction(PRIMES["R"]) in said
        and re.search(r"\bangles?\b|\bphases?\b", sentence, re.I)
    ):
        return None
    if not lettered and any(one and said[1:] == one for one in truths):
        return None  # a batch of a layer's outputs
    claimed = "×".join(one.strip() for one in stated.sizes) or "a scalar"
    return refuted(
        Kind.DIMENSION,
        f"{subject} is {truth}, not {claimed}",
        Method.TABLE,
        {"shape": truth, "stated": claimed},
    )


def _judged_in_numbers(
    sentence: str,
    stated: Stated,
    thing: _Named,
    letters: Letters,
    told: Mapping[str, Fraction],
    *,
    rows: bool,
    stacks: bool,
) -> Judged | None:
    """Whether a shape in numbers is the thing's at the sizes that the text has set: 5 queries and 9 keys."""
    sizes = [size_value(one, {}) for one in stated.sizes]
    said = [size for size in sizes if size is not None]
    lettered = all(isinstance(one, str) for shape in thing.shapes for one in shape)
    if thing.domain != "attention" or not lettered or not said or len(said) < len(sizes):
        return None
    known = {"queries": told["N"], "keys": told["N"], **told} if "N" in told else dict(told)
    if "R" in told and (stacks or letters.random_features):
        known.setdefault("L", 2 * told["R"])
    shapes = [tuple(str(one) for one in shape) for shape in thing.shapes]
    if not all(one in known for shape in shapes for one in shape):
        return None
    truths = [[known[one] for one in shape] for shape in shapes]
    fitting = [_fits(said, one, stated, letters, stacks) for one in truths]
    subject = " ".join(sentence[thing.start : thing.end].split())
    truth = " or ".join("×".join(map(str, one)) or "a scalar" for one in truths)
    if True in fitting:
        return verified(Kind.DIMENSION, f"{subject} is {truth} at the sizes set", Method.COUNT)
    if None in fitting or (thing.turns and not rows and any(sorted(said) == sorted(one) for one in truths)):
        return None
    if 0 in said or (VALUES.match(sentence, stated.start) and not SHAPED.search(sentence[: stated.start])):
        return None
    claimed = "×".join(one.strip() for one in stated.sizes)
    if stated.measure in {"rows", "columns"}:
        claimed = f"{claimed} {stated.measure}"
    return refuted(
        Kind.DIMENSION,
        f"{subject} is {truth} at the sizes set, not {claimed}",
        Method.COUNT,
        {"shape": truth, "stated": claimed},
    )


def _prime(size: str, apart: bool) -> int:
    return PRIMES["N"] if size in {"queries", "keys"} and not apart else PRIMES[size]


def _shown(truth: Sequence[Fraction], letters: Mapping[str, Fraction]) -> str:
    return named_sizes(truth, letters) if truth else "a scalar"


def _fits(
    said: Sequence[Fraction], truth: Sequence[Fraction], stated: Stated, letters: Letters, stacks: bool
) -> bool | None:
    """Whether stated sizes are those of a shape; None where the text leaves it open."""
    if stated.measure in {"rows", "columns"}:
        if len(truth) != 2:
            return None
        return _same(said[0], truth[stated.measure == "columns"], letters, stacks)
    if len(truth) > 1 and len(said) == 1 and stated.measure in {"entries", "length"}:
        # the key features have length C: each of them
        if stated.measure == "length" or stated.unit not in WHOLE_UNITS or said[0] == truth[-1]:
            return True if said[0] == truth[-1] and len(truth) == 2 else None
        return said[0] == prod(truth, start=Fraction(1))
    if stated.measure == "per" and len(truth) > 1:
        return None
    if not said:
        return not truth or (None if len(truth) == 1 and stated.unit else False)
    left, right = [one for one in said if one != 1], [one for one in truth if one != 1]
    if len(left) != len(right):
        return False
    agree = [_same(one, other, letters, stacks) for one, other in zip(left, right, strict=True)]
    return False if False in agree else None if None in agree else True


def _same(said: Fraction, truth: Fraction, letters: Letters, stacks: bool) -> bool | None:
    """Whether a size is the right one: the features may number C, 2R or what the polynomial map has."""
    length, directions = Fraction(PRIMES["L"]), Fraction(PRIMES["R"])
    if truth != length:
        return said == truth
    if said == length:
        return True
    if (letters.random_features or stacks) and said == 2 * directions:
        return True
    if said == directions:
        return False if stacks else None
    return False if said in {Fraction(PRIMES[one]) for one in ("N", "M")} or said == 1 else None


__all__ = ["AS_WIDE", "thing_shapes"]
