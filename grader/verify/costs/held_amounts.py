# ruff: noqa: E501 -- a pattern stays on one line
"""How many numbers, or bytes, a thing of attention holds at sizes that the text has set: "S has 16384 entries", "256 MiB".

The thing is what the words before the amount name: in its own piece of the sentence, else what that piece goes on
with. How many numbers it has is the product of its sides (`steps`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Ruling, Spanned, refuted, verified
from grader.verify.costs.amounts import POLYNOMIAL_LENGTH
from grader.verify.costs.cost_nouns import Thing, read_things
from grader.verify.costs.count_formulas import cost_read, count_at
from grader.verify.costs.exact_counts import ROUGH, SHIFTED
from grader.verify.costs.held_counts import STACKED
from grader.verify.costs.steps import NUMBERS, STEPS, cost_from, numbers_of
from grader.verify.costs.surroundings import Surroundings, choices_of
from grader.verify.numbers.memory_amounts import Amount, amounts_in, types_in
from grader.verify.numbers.reckoning import shown
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import Flat
from grader.verify.shapes.told_sizes import sizes_in

NOUN = r"(?:more |real |single |of them |float32 |floating[- ]point |such )?(?:numbers|floats|entries|scalars|values|elements|reals|components|coordinates|weights)\b"
WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
COUNT = re.compile(
    rf"(?<![\w.,/^·*×+−²³])(?<![·*×+−/^]\s)(?:(?P<rows>{WHOLE})\s?(?:×|·|x|by)\s?(?P<columns>{WHOLE})|2(?:\^\s?(?P<power>\d{{1,2}})|(?P<raised>[⁰¹²³⁴-⁹]{{1,2}}))|(?P<plain>{WHOLE}))(?P<noun>\s+(?:only |just )?{NOUN})?(?![\w%]|[.,]\d|\s?[·*×/+^=]|\s?−\s?\d|\s?(?:[kKMGT]i?B|bytes)\b)"
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
HOLDS = re.compile(
    r"\b(?:has|have|had|holds?|holding|hold|contains?|takes?|takes up|needs?|occup(?:y|ies)|fills?|stores?|keeps?|consists? of|comprises?|is|are|counts?|carr(?:y|ies)|requires?)\b(?: (?:only|just|exactly|still|up|of|a total of|all of|as many as|already|about|then|therefore))*\s*$|[:=→]\s*$",
    re.I,
)
VERB = re.compile(
    r"\b(?:is|are|has|have|holds?|takes?|needs?|fills?|contains?|keeps?|stores?|occup\w+|costs?)\b"
)
PIECES = re.compile(
    r"[;:]\s|,?\s(?:and|but|while|whereas|or|against)\s+(?=(?:(?:the|a|an|one|its|at|all|each|every|only|softmax|in)\s|[A-ZφψSZ]\S{0,12}\s|that|this|it\b))|,\s(?:or|i\.e\.|that is|so|hence)\s|\.\s|—|–"
)
SET = re.compile(
    r"\b(?:with|for|at|where|if|when)?\s*(?<![A-Za-z])[A-Za-z](?:_\w+)?(?:\s*=\s*[A-Za-z](?:_\w+)?)*\s*=\s*[\d,]+(?:\s*(?:,|and)\s*(?=[A-Za-z](?:_\w+)?\s*=))?"
)
ASIDE = re.compile(r",\s[^,.;]{2,25},\s")  # "the matrix W, one direction per row, holds"
DEFINED = re.compile(
    r"(?<![A-Za-z])(?P<name>[SZA])(?:_[a-z])?\s*=\s*[^,;:]*?(?=\s(?:with|has|have|holds|takes|is|are|of|in|for)\b|,|$)"
)
OTHER = re.compile(
    r"\b(?:heads?|layers?|batch(?:es)?|per|plus|gradient\w*|parameters?|half|rows?|columns?|bits|extra|besides|LSTM|GRU|RNN|network|images?|faces?|embeddings?|training|optimi[sz]er|together with the|mask\w*|pairs|more than|less than|at least|at most|if\b.{0,30}\bhad\b)\b",
    re.I,
)
SINGLE = re.compile(
    r"φ\s?\(\s?[xqk](?:_\w)?\s?\)|\bfeature vector\b|\b(?:one|each|every|a single)\b[^,;]{0,20}\bfeatures?\b",
    re.I,
)
ALL_STATES = re.compile(
    r"\b(?:all|every|each)(?: of)? (?:the |single |N |running |these )*(?:S_[a-z]|states?|prefix (?:sums?|matri(?:x|ces)|states?)|running sums?|partial sums?)|\b(?:all|every) (?:N )?(?:S_?[ijt]?)(?![\w(])",
    re.I,
)
HELD_THINGS = frozenset(
    {Thing.WEIGHTS, Thing.SCORES, Thing.SIMILARITIES, Thing.CACHE, Thing.S, Thing.Z, Thing.SUMS, Thing.STATE, Thing.DIRECTIONS, Thing.OUTPUTS, Thing.FEATURES, Thing.WEIGHING, Thing.DISTANCES}
)  # fmt: skip
PASSED_OVER = frozenset({Thing.TOTAL, Thing.CAUSAL, Thing.WHOLE, Thing.SOFTMAX, Thing.LINEAR, Thing.RANDOM, Thing.POLYNOMIAL, Thing.MASK, Thing.RIGHT, Thing.UPDATE})  # fmt: skip
SQUARED = re.compile(r"polynomial|degree[- ]?(?:2|two)|\+\s*1\)²|quadratic", re.I)
LEAST = 10
SET_TO = re.compile(r"[A-Za-z]\s?=\s?$")  # "with M = 30 it has"
TIMES_A_LETTER = re.compile(r"\s?[A-Z]\b(?!\s?=)")  # "32 N numbers"
WIDTHS = (1, 2, 4, 8)  # bytes of a number
FEWEST_DIGITS = 4  # of an amount: a number with less of them may be a size


@dataclass(frozen=True)
class _Held:
    """A thing, with how many numbers it has in sizes."""

    name: str
    numbers: str
    says: str
    also: tuple[str, ...] = ()


def held_amounts(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """(start, end, ruling) of each amount of numbers or of memory that a thing is said to hold, in flattened text."""
    text = flat.text
    if SHIFTED.search(f"{around.before[-600:]} {text}"):
        return
    said_noun = False
    for start, end, found in _amounts(text):
        own, piece = _piece(text, start)
        counted = not isinstance(found, Amount)
        noun = bool(found.group("noun")) if not isinstance(found, Amount) else False
        holds = bool(HOLDS.search(text[:start]))
        sided = not isinstance(found, Amount) and found.group("rows") is not None
        if counted and not (noun or ((said_noun or sided) and holds)):
            continue
        if counted and (SET_TO.search(text[:start]) or TIMES_A_LETTER.match(text, end)):
            continue
        said_noun = said_noun or noun
        behind = re.split(r"[.;,]", text[end:])[0][:40]
        own = HOW_MANY.sub(" ", ASIDE.sub(" ", own))
        if OTHER.search(f"{own} {behind}") or (ROUGH.search(own) and not isinstance(found, Amount)):
            continue
        held = _shaped(own, piece, around) or _held(own, piece, around, behind)
        if held is None:
            continue
        sizes = {**around.sizes_until(text, start), **_batch(f"{around.before} {text}")}
        if held.numbers == NUMBERS[Thing.CACHE][0]:
            sizes |= _tokens_so_far(re.split(r"[.;]\s|,\s", text[end:])[0]) | _tokens_so_far(text[:start])
        if isinstance(found, Amount):
            judged = _bytes_ruled(found, held, own, text, sizes, around)
        else:
            judged = _count_ruled(found, held, text, sizes, around)
        if "N" in held.numbers and around.apart(text) is not None:
            judged = _of_pairs(found, held, text, sizes, around)
        if judged is not None and judged.ruling is Ruling.REFUTED and _has_unread_member(own):
            continue
        if judged is not None and judged.ruling is Ruling.REFUTED and MANY_TIMES.search(text[:start]):
            judged = _in_all(found, held, text, start, sizes, around)
        if judged is not None:
            yield start, end, judged


def _has_unread_member(own: str) -> bool:
    """Whether one of several things that hold an amount together is not read: "the matrix ψ(Y)ᵀU and the vector Z"."""
    members = re.split(r"\s(?:and|plus|with)\s|\s[+&]\s", SET.sub(" ", own))
    signs = [
        one for one in members if re.search(r"(?<![A-Za-z])[A-Zφψ](?![a-z])|\b(?:matrix|vector|sums?)\b", one)
    ]
    return len(members) > 1 and any(not read_things(one).things for one in signs)


STATED_SHAPE = re.compile(
    r"\b(?:shape|size|is an?|are|dimensions?)\s+(?P<rows>(?:2\s?)?[NDMRLCn])\s?(?:×|x|by)\s?(?P<columns>(?:2\s?)?[NDMRLCn])(?![\w(])\W*(?:matri(?:x|ces)\W*)?$"
)
AGAIN = re.compile(
    r"^\W*(?:(?:i\.e\.|that is|so|hence|which (?:is|are|makes)|with|or|thus|it has|it holds|has|holds|is|are)\W*)*$",
    re.I,
)


def _shaped(own: str, before: str, around: Surroundings) -> _Held | None:
    """What has the shape that stands right before: `S has shape 2R × M, i.e. 16,384 numbers`."""
    shape = STATED_SHAPE.search(re.sub(r"\W*(?:\b(?:i\.e\.|that is|so|hence|or)\W*)?$", "", before))
    if shape is None or not AGAIN.match(own):
        return None
    cost = cost_read(f"{shape.group('rows')} {shape.group('columns')}", around.named)
    if cost is None:
        return None
    return _Held(shape.group(0).strip(), str(cost).replace("²", "^2"), "the product of its sides")


def _of_pairs(
    found: re.Match[str] | Amount, held: _Held, text: str, sizes: Mapping[str, Fraction], around: Surroundings
) -> Judged | None:
    """A number of scores where the keys are not as many as the queries; anything else is left open."""
    value = None if "L" in held.numbers else around.of_pairs(cost_from(held.numbers), text, sizes)
    if value is None or isinstance(found, Amount) or value != _number(found):
        return None
    says = f"{held.name}: one entry for each pair of a query and a key, {shown(value)}"
    return verified(Kind.ARITHMETIC, says, Method.COUNT)


# how many sequences, heads or layers there are, each with a thing of its own
MANY_TIMES = re.compile(r"\b(?:batch(?:es)?|heads?|layers?|sequences)\b|(?<![A-Za-z\\_])[BbHh]\s?=", re.I)
HOW_MANY = re.compile(
    r"\bbatch(?:es)?(?: size)?(?: of| is| =)? (?P<batch>\d+)(?![\d.,]*\d)|(?<![\d.,])(?P<of>\d+) (?:attention )?(?:heads|sequences|layers)\b|(?<![A-Za-z\\_])[BbHh]\s?=\s?(?P<letter>\d+)(?![\d.,]*\d)"
)


def _in_all(
    found: re.Match[str] | Amount,
    held: _Held,
    text: str,
    start: int,
    sizes: Mapping[str, Fraction],
    around: Surroundings,
) -> Judged | None:
    """An amount for all sequences and heads that the sentence names before it; another is left open."""
    if set(re.findall("[A-Z]", held.numbers)) != {"N"}:
        return None  # heads may share the width
    many = Fraction(1)
    for one in HOW_MANY.finditer(in_digits(text[:start], range(start + 1))[0]):
        many *= int(next(filter(None, one.groups())))
    values = [value * many for value in _values(held, text, sizes, around)]
    told = types_in(text) or types_in(around.before[-1500:])
    if isinstance(found, Amount):
        width = next(iter(told)) if len(told) == 1 else 4
        right = [value for value in values if found.is_of(value * width)]
    else:
        right = [value for value in values if value == _number(found)]
    says = (
        f"{held.name}: {held.says}; {shown(many)} times at these sizes that is {shown(right[0])}"
        if right
        else ""
    )
    return verified(Kind.ARITHMETIC, says, Method.COUNT) if right else None


SO_FAR = re.compile(
    rf"\b(?:step|position|token|time)\s(?:number )?(?P<at>{WHOLE})(?![\w.,]*\d)|\b(?:after|past|over|for|of|from)\s(?:all |the )?(?P<after>{WHOLE}) (?:earlier |past |previous |generated )?(?:steps|tokens|positions)\b",
    re.I,
)


def _tokens_so_far(text: str) -> dict[str, Fraction]:
    """The number of tokens that a cache has seen where a sentence names its step: "step 1000", "after 300 tokens"."""
    told = [found.group("at") or found.group("after") for found in SO_FAR.finditer(text)]
    return {"N": Fraction(told[-1].replace(",", ""))} if told else {}


BATCH = re.compile(r"(?<![A-Za-z\\_])B\s?=\s?(?P<many>\d[\d,]*)")


def _batch(text: str) -> dict[str, Fraction]:
    """The size of a batch that a text sets last."""
    told = BATCH.findall(text)
    return {"B": Fraction(told[-1].replace(",", ""))} if told else {}


def _amounts(text: str) -> Iterator[tuple[int, int, re.Match[str] | Amount]]:
    """The counts and the amounts of memory of a text, in order."""
    out: list[tuple[int, int, re.Match[str] | Amount]] = [
        (one.start, one.end, one) for one in amounts_in(text)
    ]
    for found in COUNT.finditer(text):
        if not any(a < found.end() and found.start() < b for a, b, _ in out):
            out.append((found.start(), found.end(), found))
    yield from sorted(out, key=lambda one: one[0])


def _piece(text: str, start: int) -> tuple[str, str]:
    """The piece of the sentence in which an amount stands, and the sentence before that piece."""
    cut = 0
    for one in PIECES.finditer(text, 0, start):
        # "S and Z have": what is joined before a verb is one subject
        if not re.match(r",?\s(?:and|or)\s", one.group()) or VERB.search(text[cut : one.start()]):
            cut = one.end()
    return text[cut:start], text[:cut]


def _held(own: str, before: str, around: Surroundings, behind: str) -> _Held | None:
    """The one thing that is spoken of: in the amount's own piece, behind it, or where that piece goes on from."""
    here = _things(own)
    if not here and re.match(r"\s*(?:\w+ )?(?:for|in|of|to (?:hold|store|keep))\s", behind):
        here = _things(behind)
    if not here and not _says_more(own):
        pieces = [one for one in PIECES.split(before) if one.strip()] or [
            re.split(r"(?<=[a-z0-9)])[.!?]\s", around.before.strip())[-1]
        ]
        told = re.sub(r"\b(?:it|they|this|that|these)\b", "", own, flags=re.I) != own
        for piece in reversed(pieces[-2:]):
            here = _things(piece)
            if here or _says_more(piece):
                break
        if not here and told:
            here = _things(around.before[-160:])[-1:]
    return here[0] if len({one.numbers for one in here}) == 1 else None


def _says_more(own: str) -> bool:
    """Whether a piece names something that is not known."""
    return bool(read_things(SET.sub(" ", own)).unknown_but(KNOWN_HERE))


_KNOWN = (
    "memory float32 float64 float16 bytes byte each numbers entries total totals altogether kept stored there here remedy "
    "reference case symbols precision single double half occupies fills length tokens sizes such really even many have at "
    "would could for only"
)
KNOWN_HERE = frozenset(_KNOWN.split())


def _things(words: str) -> list[_Held]:
    """What some words name that holds numbers."""
    if ALL_STATES.search(words):
        return [_Held("every S_i", "N L M", STEPS[Thing.ALL_STATES].kept)]
    plain = SET.sub(" ", DEFINED.sub(lambda found: found.group("name") + " ", words))
    things = [thing for thing in dict.fromkeys(read_things(plain).things) if thing not in PASSED_OVER]
    if any(thing not in HELD_THINGS for thing in things):
        return []
    if {Thing.S, Thing.Z} <= set(things):
        things = [thing for thing in things if thing is not Thing.Z and thing is not Thing.SUMS]
        things = [Thing.SUMS if thing is Thing.S else thing for thing in things]
    return [_as_held(thing, plain) for thing in things]


def _as_held(thing: Thing, words: str) -> _Held:
    if thing is Thing.FEATURES:
        if SINGLE.search(words):
            return _Held("one feature vector", "L", "a feature vector has L entries")
        return _Held("the features of all tokens", "N L", STEPS[thing].kept)
    says = NUMBERS[thing][1] if thing in NUMBERS else STEPS[thing].kept
    also = ("L M",) if thing in {Thing.SUMS, Thing.STATE} else ()
    return _Held(thing.value, numbers_of(thing), says, also)


def _values(held: _Held, text: str, sizes: Mapping[str, Fraction], around: Surroundings) -> list[Fraction]:
    """How many numbers a thing may have at these sizes, the first by what the text says of its features."""
    out: list[Fraction] = []
    for formula in (held.numbers, *held.also):
        for length in _lengths(formula, text, around):
            cost = cost_from(formula.replace("L", f"({length})") if length else formula)
            value = count_at(around.as_wide(cost), sizes)
            if value is not None:
                out.append(value)
    return out


def _lengths(formula: str, text: str, around: Surroundings) -> Sequence[str]:
    """The lengths that features may have, the likeliest first; one empty text where none is needed."""
    if "L" not in formula:
        return ("",)
    about = f"{around.title} {around.before[-400:]} {text}"
    if SQUARED.search(text) or (SQUARED.search(around.title) and not re.search("random", text, re.I)):
        return (POLYNOMIAL_LENGTH, "L")
    stacked = around.stacked or STACKED.search(about)
    return ("2 R", "L") if stacked else ("L", "2 R", "R")


def _number(found: re.Match[str]) -> Fraction:
    if found.group("rows"):
        rows, columns = (Fraction(found.group(side).replace(",", "")) for side in ("rows", "columns"))
        return rows * columns
    power = found.group("power") or (found.group("raised") or "").translate(RAISED)
    return Fraction(2) ** int(power) if power else Fraction(found.group("plain").replace(",", ""))


def _count_ruled(
    found: re.Match[str], held: _Held, text: str, sizes: Mapping[str, Fraction], around: Surroundings
) -> Judged | None:
    number = _number(found)
    values = _values(held, text, sizes, around)
    if number < LEAST or not values or (number in values and _is_turned(found, held, sizes)):
        return None
    says = f"{held.name}: {held.says}; at these sizes {shown(values[0])}"
    if number in values:
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    if number in _elsewhere(held, text, sizes, around) or not _sizes_near(held, text, around):
        return None
    witness = {"numbers": shown(values[0]), "stated": found.group().strip()}
    return refuted(Kind.ARITHMETIC, f"{says}, not {found.group().strip()}", Method.COUNT, witness)


def _is_turned(found: re.Match[str], held: _Held, sizes: Mapping[str, Fraction]) -> bool:
    """Whether a shape may stand the other way round: its first side is not the thing's first size."""
    first = held.numbers.split(" ")[0]
    if not found.group("rows") or "+" in held.numbers or first not in sizes:
        return False
    return Fraction(found.group("rows").replace(",", "")) != sizes[first]


def _bytes_ruled(
    one: Amount, held: _Held, own: str, text: str, sizes: Mapping[str, Fraction], around: Surroundings
) -> Judged | None:
    told = (
        types_in(own + text[one.start :])
        or types_in(text)
        or types_in(around.before[-1500:])
        or types_in(around.title)
    )
    if len(told) > 1:
        return None
    size = next(iter(told), 4)
    values = _values(held, text, sizes, around)
    if not values:
        return None
    says = f"{held.name}: {held.says}; at these sizes {shown(values[0])} numbers of {size} bytes, {shown(values[0] * size)} bytes"
    if any(one.is_of(value * size) for value in values):
        return verified(Kind.ARITHMETIC, says, Method.COUNT)
    others = [*values, *_elsewhere(held, text, sizes, around)]
    near = any(
        abs(value * size / scale / one.number - 1) < Fraction(1, 12)
        for value in values
        for scale in one.scales
        if one.number
    )
    if (
        not told
        or near
        or any(one.is_of(value * size) for value in others)
        or any(one.is_of(value * width) for value in _counts_told(text) for width in WIDTHS)
        or not _sizes_near(held, text, around)
    ):
        return None
    return refuted(
        Kind.ARITHMETIC, f"{says}, not {one.text}", Method.COUNT, {"bytes": shown(values[0] * size), "stated": one.text}
    )  # fmt: skip


def _counts_told(text: str) -> list[Fraction]:
    """The amounts of numbers that a sentence states itself, in digits: `2048² = 4,194,304 numbers`."""
    numbers = (found.group().replace(",", "") for found in re.finditer(WHOLE, text))
    return [Fraction(one) for one in numbers if len(one) >= FEWEST_DIGITS]


def _elsewhere(held: _Held, text: str, sizes: Mapping[str, Fraction], around: Surroundings) -> list[Fraction]:
    """How many numbers it has at other sizes that the text has set."""
    counted = "".join((held.numbers, *held.also, "DR" if "L" in held.numbers else ""))
    used = [name for name in "NDMRL" if name in sizes and name in counted]
    own = {size for _, size, _ in sizes_in(text, around.named)}
    free = [name for name in used if name not in own]
    out: list[Fraction] = []
    for choice in choices_of(free, sizes, text, around):
        out += _values(held, text, {**choice, **{name: sizes[name] for name in own if name in sizes}}, around)
    return out


def _sizes_near(held: _Held, text: str, around: Surroundings) -> bool:
    """Whether the sizes that count are set near by, so that none is another part's."""
    told = {size for _, size, _ in sizes_in(f"{around.before[-900:]} {text}", around.named)}
    values = {size: {value for name, value in around.sizes if name == size} for size in "NDMRL"}
    if told <= {"N"} and all(len(one) <= 1 for one in values.values()):
        told = told | {size for size, one in values.items() if one}  # each has one value in the whole text
    needed = {"R", "L"} if "L" in held.numbers else set()
    return (not needed or bool(needed & told)) and (not ({"N", "M"} & set(held.numbers)) or bool(told))


__all__ = ["held_amounts"]
