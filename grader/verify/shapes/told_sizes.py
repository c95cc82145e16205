# ruff: noqa: E501 -- a pattern stays on one line
"""The sizes in numbers that a text sets, in letters or in words: `D = 64`, `5 queries and 9 keys`, `values of width 4`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from grader.verify.passage import Passage
from grader.verify.reading.document import Block
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.plain_signs import flattened, readable
from grader.verify.scope.said_sizes import OWN_KEYS

ATOM = r"(?:[Dd]_(?:random|rand|[rRkvKV])(?![A-Za-z])|[NTDMRLCFndmprsh](?!_))(?:²|³|\^2|\^3)?"
GIVEN = re.compile(
    rf"(?<![\w^_\\/(·*×+−-])(?<!\b[A-Z\d]\s)(?P<names>{ATOM}(?:\s*=\s*(?:{ATOM}|[A-Za-z]))*)\s*=\s*(?P<value>\d{{1,3}}(?:,\d{{3}})+|\d+)(?!\w|[.,]\d|\s*(?:[·*/+^×%!²]|\((?![a-z]+\s)|[−-]\s*[\dA-Z(]))"
)
CHANGED = re.compile(
    rf"\b(?:[Rr]ais|[Ii]ncreas|[Ll]ower|[Rr]educ|[Cc]hang|[Dd]oubl|[Ss]ett)\w*\s(?P<names>{ATOM})(?: from \d+)? to (?P<value>\d{{1,3}}(?:,\d{{3}})+|\d+)(?![\w.,]\d)"
)
TOKENS = re.compile(
    r"\b(?:to|sequences? of(?: length)?|for|with|has|at)\s(?P<value>\d{1,3}(?:,\d{3})+|\d{3,}) tokens\b"
)
_N = r"(?P<value>\d{1,3}(?:,\d{3})+|\d+)"
_WIDE = r"(?:width|length|dimension|size|dimensionality)"
IN_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w.,/^×-])(?:{pattern})", re.I), size)
    for pattern, size in (
        (rf"{_N} quer(?:y|ies)\b", "queries"),
        (rf"{_N} (?:keys|key[-–]value pairs)\b", "keys"),
        (rf"sequences? of (?:length )?{_N}(?: (?:tokens|rows|words|vectors|positions))?(?![\w.]*\d|-)", "N"),
        (rf"sequence length(?: of| is| =)? {_N}(?![\w.]*\d)", "N"),
        (rf"(?:with|have|has|take|on|over) {_N} (?:tokens|positions)\b", "N"),
        (rf"(?:queries|keys|tokens|inputs)(?:,? (?:and|or) (?:keys|queries))? (?:have|has|of|with|are of) (?:an? )?{_WIDE} {_N}(?![\w.]*\d)", "D"),
        (rf"{_N}-dimensional (?:queries|keys|tokens|inputs)\b", "D"),
        (rf"key (?:and query )?{_WIDE}(?: of| is| =)? {_N}(?![\w.]*\d)", "D"),
        (rf"values? (?:vectors? )?(?:have|has|of|with|are of) (?:an? )?{_WIDE} {_N}(?![\w.]*\d)", "M"),
        (rf"{_N}-dimensional values?\b", "M"),
        (rf"value {_WIDE}(?: of| is| =)? {_N}(?![\w.]*\d)", "M"),
        (rf"{_N} (?:random |drawn |Gaussian )*(?:directions|frequencies|frequency vectors|draws|projections|random vectors)\b", "R"),
    )
)  # fmt: skip
USUAL: Mapping[str, str] = {
    "N": "N", "n": "N", "T": "N", "D": "D", "d": "D", "d_k": "D", "D_k": "D", "d_K": "D", "D_K": "D", "M": "M", "d_v": "M", "D_v": "M", "d_V": "M", "D_V": "M",
    "R": "R", "r": "R", "D_random": "R", "D_rand": "R", "D_r": "R", "D_R": "R", "d_random": "R", "d_r": "R", "L": "L", "C": "L", "F": "L",
}  # fmt: skip
TITLE = re.compile(rf"{ATOM}(?:\s*=\s*{ATOM})*")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
SIZES = frozenset("NDMRL")
KEYS = "keys"  # as many as the queries unless a text has a letter or a number of its own for them


def letters_of_document(used: Sequence[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """What each letter of a document counts: as the document says, else as is usual; `m` what no other letter does.

    >>> letters_of_document(("n", "d", "M", "R", "m"), {"d": "D", "m": "own m"})["m"]
    'L'
    """
    out = {name: aliases[name] for name in used if aliases.get(name) in SIZES}
    out |= {name: KEYS for name, size in aliases.items() if size == OWN_KEYS}
    # a letter beside the one that has its usual meaning counts something else
    apart = {name for name in used if aliases.get(name, "").startswith("own ") and name != "m"}
    out |= {name: aliases[name] for name in apart - set(out)}
    out |= {name: USUAL[name] for name in used if name not in out and name in USUAL}
    taken = {size for name, size in out.items() if name != "m"}
    if "m" in used and out.get("m") != KEYS and (out.get("m") is None or out["m"] in taken):
        out.pop("m", None)
        free = [size for size in "MRL" if size not in taken]
        return {**out, "m": free[0]} if free else out
    return out


def letters_for(used: frozenset[str], named: Mapping[str, str]) -> dict[str, str] | None:
    """What the letters of one formula count, each another size; None if that is open.

    >>> letters_for(frozenset({"n", "r", "d", "m"}), {})["m"]
    'M'
    """
    out = {name: named[name] for name in used if name in named}
    out |= {name: USUAL[name] for name in used if name not in out and name in USUAL}
    others = [size for name, size in out.items() if name != "m"]
    if "m" in used and out.get("m") in {None, *others} and "M" not in others and {"R", "L"} & set(others):
        out["m"] = "M"
    one_each = len(set(out.values())) == len(
        out
    )  # two letters for one size: one of them counts something else
    return out if one_each and set(out) == set(used) and set(out.values()) <= SIZES else None


def sizes_in(text: str, named: Mapping[str, str]) -> list[tuple[int, str, Fraction]]:
    """(place, size, value) of each size that a flattened text sets, in order."""
    out = [
        (found.start(), "N", Fraction(found.group("value").replace(",", "")))
        for found in TOKENS.finditer(text)
    ]
    for found in [*GIVEN.finditer(text), *CHANGED.finditer(text)]:
        value = Fraction(found.group("value").replace(",", ""))
        letters = re.findall(ATOM, found.group("names"))
        roles = letters_for(frozenset(letters), named)
        for letter in letters:
            size = (roles or {}).get(letter) or named.get(letter) or USUAL.get(letter)
            if size in SIZES or size == KEYS:
                out.append((found.start(), str(size), value))
    return sorted(out)


def lengths_apart(text: str, named: Mapping[str, str]) -> tuple[Fraction, Fraction] | None:
    """The numbers of queries and of keys that a flattened text speaks of last, where they are not the same."""
    told = [
        *sizes_in(text, named),
        *(
            (found.start("value"), size, Fraction(found.group("value").replace(",", "")))
            for pattern, size in IN_WORDS
            if size in {"queries", KEYS}
            for found in pattern.finditer(text)
        ),
    ]
    queries = [(at, value) for at, size, value in sorted(told) if size in {"N", "queries"}]
    keys = [(at, value) for at, size, value in sorted(told) if size == KEYS]
    if not queries or not keys or queries[-1][1] == keys[-1][1]:
        return None
    # "12 queries and 30 keys. Now N = 2048": another example
    over = [
        at
        for at, size, _ in told
        if size == "N" and at > keys[-1][0] and text[keys[-1][0] : at].strip().count(".")
    ]
    return None if over else (queries[-1][1], keys[-1][1])


def sizes_before(passage: Passage, start: int, named: Mapping[str, str]) -> list[tuple[str, Fraction]]:
    """The sizes that the document sets before a sentence, in order; what sets several at once holds longer."""
    blocks = passage.text.blocks
    place = next(number for number, one in enumerate(blocks) if one is passage.block)
    alone: list[tuple[str, Fraction]] = []
    together: list[tuple[str, Fraction]] = []
    for one in blocks[:place]:
        told = " ; ".join(map(passage.text.spelled, (*one.header, one.text)))
        cells = ", ".join(_under_letters(passage, one))
        found = _sizes_set(f"{told} ; {cells}", tuple(named.items()))
        (together if len({size for size, _ in found}) > 1 else alone).extend(found)
    here = sizes_in(flattened(passage.in_block_before(start)).text, named)
    return [*alone, *together, *((size, value) for _, size, value in here)]


def _under_letters(passage: Passage, row: Block) -> Iterator[str]:
    """What a table's row sets under titles that are letters: `N = 512`, `D = M = 64`."""
    for title, cell in zip(row.header, row.cells, strict=False):
        letters = passage.text.spelled(title).strip("$ *")
        number = passage.text.spelled(cell).strip("$ *")
        if TITLE.fullmatch(letters) and NUMBER.fullmatch(number):
            yield f"{letters} = {number}"


@lru_cache(maxsize=4096)
def _sizes_set(spelled: str, named: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Fraction], ...]:
    """The sizes that a block sets: every sentence after it asks for them."""
    return tuple((size, value) for _, size, value in sizes_in(flattened(spelled).text, dict(named)))


def settled_sizes(passage: Passage, end: int) -> dict[str, Fraction]:
    """The sizes that are set once: in the block up to a place, else in all that stands before it."""
    named = letters_of_document(passage.context.used, passage.context.aliases)
    blocks = passage.text.blocks
    place = next(number for number, one in enumerate(blocks) if one is passage.block)
    before = [
        pair
        for one in blocks[:place]
        for pair in _all_set(
            " ; ".join(map(passage.text.spelled, (*one.header, one.text))), tuple(named.items())
        )
    ]
    here = list(_all_set(passage.in_block_before(end), tuple(named.items())))
    values = {size: {value for other, value in here if other == size} for size, _ in here}
    if "N" in values:
        before = [pair for pair in before if pair[0] not in {"queries", "keys"}]  # another example's
    values = {size: {value for other, value in before if other == size} for size, _ in before} | values
    return {size: min(found) for size, found in values.items() if len(found) == 1}


@lru_cache(maxsize=4096)
def _all_set(spelled: str, named: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Fraction], ...]:
    """The sizes that a piece of text sets, in letters and in words."""
    text = in_digits(*readable(spelled))[0]
    in_words = [
        (size, Fraction(found.group("value").replace(",", "")))
        for pattern, size in IN_WORDS
        for found in pattern.finditer(text)
    ]
    return (*_sizes_set(spelled, named), *in_words)


__all__ = [
    "ATOM",
    "USUAL",
    "lengths_apart",
    "letters_for",
    "letters_of_document",
    "settled_sizes",
    "sizes_before",
    "sizes_in",
]
