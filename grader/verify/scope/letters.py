# ruff: noqa: E501 -- a pattern stays on one line
"""A document in its own letters for sizes -> the same document in the course's, character for character.

Texts call the number of tokens n or T, the width of queries and keys d, p or h, that of values r or d_v, the number of
random directions m, s or F. What a letter stands for is taken from what the text itself says of it: the sets in which
it puts queries, values and directions, the roots under which it divides, and its words ("s random frequencies"). The
renamed text has every character at its old place, so that what is found there is quoted from the original.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.verify.reading.document import MATHEMATICS, PLACE, Block, Text
from grader.verify.scope.formula_reading import sides
from grader.verify.scope.named_letters import (
    BANDWIDTH,
    GREEK,
    KEYS,
    VARIANCE,
    VECTOR_WORDS,
    Named,
    Part,
    named_in,
    parts_of,
    plain_letter,
    without_guesses,
)
from grader.verify.scope.named_letters import (
    no_counts as no_counts_in,
)
from grader.verify.worlds.settings import SIZE_NAMES

COURSE = ("N", "D", "M", "L", "R")


TOKEN = re.compile(
    r"\\(?:text|mathrm|operatorname|mathit|label|tag|begin|end|textbf|emph)\*?\s*\{[^{}]*\}|\\[A-Za-z]+|\\.|[ℓρβλτγδμν]"
    r"|[A-Za-z](?:_(?:\{(?:\\(?:text|mathrm)\{\w+\}|\w+)\}|\w))?"
)
DRESSED = re.compile(r"\\(?:hat|tilde|bar|vec|mathbf|boldsymbol|bm|mathcal|mathbb|mathsf|mathfrak)\s*\{?\s*$")
BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm)")
OF_SIZES = re.compile(
    r"\s*(?:\\left)?\(\s*[A-Za-z0-9_{}]+(?:\s*(?:[+−-]|\\cdot|·)\s*[A-Za-z0-9_{}]+)+\s*(?:\\right)?\)"
)
PLAIN_GROWTH = re.compile(r"(?<![A-Za-z])[OΘΩ]\((?:[^()]|\([^()]*\))*\)")
GREEK_SIZES = "ρδμνℓ"
PLAIN_LETTER = re.compile(
    rf"(?<![A-Za-z{GREEK_SIZES}\\_^'’.-])[A-Za-z{GREEK_SIZES}](?:_\w)?(?![A-Za-z{GREEK_SIZES}_'’^-]|\.[a-z])"
)
PLAIN_PRODUCT = re.compile(
    rf"(?<![A-Za-z{GREEK_SIZES}\d.\\_])\d*(?:[A-Za-z{GREEK_SIZES}][²³]?){{2,4}}(?![A-Za-z{GREEK_SIZES}(_'’])"
)
NO_PRODUCTS = frozenset({"Mr", "Dr", "Md", "nd", "rd", "cd", "mm", "TM", "RT", "ML"})


def in_course_letters(text: Text) -> Text:
    """The document with the sizes in the course's letters; itself where nothing is to be renamed.

    >>> from grader.verify.reading.document import read_text
    >>> told = read_text("Attention: $q_i, k_j \\\\in \\\\mathbb{R}^p$ for $n$ tokens. All scores cost $O(n^2 p)$.")
    >>> [rows[0].text for rows in in_course_letters(told).formulas.values()][-1]
    'O(n^2 D)'
    """
    parts = parts_of(text)
    no_counts = no_counts_in(text.source)
    said = [one for one in named_in(text, parts) if one.size != KEYS and one.letter not in no_counts]
    named = sorted(without_guesses(said), key=lambda one: one.line)
    if any(one.size == "N" and one.letter != "t" for one in named):
        # "after t tokens" of T counts, and names no size
        named = [one for one in named if one.letter != "t"]
    own = {one.letter for one in named if one.letter == one.size}
    # a letter that one line gives two meanings keeps its own
    meant = {(one.line, one.letter, one.size) for one in named}
    own |= {
        letter
        for line, letter, size in meant
        for at, same, other in meant
        if (at, same) == (line, letter) and size != other
    }
    foreign = {one.letter for one in named if SIZE_NAMES.get(one.letter) != one.size} - own
    if not foreign:
        return text
    renamable = [one for one in named if one.letter in foreign]
    of_part = {part: _mapping(text, part, renamable, parts) for part in set(parts)}
    if not any(of_part.values()):
        return text
    mappings = [of_part[part] for part in parts]
    formulas = dict(text.formulas)
    blocks = []
    for block, letters in zip(text.blocks, mappings, strict=True):
        if letters:
            for place in PLACE.finditer(" ".join((*block.header, block.text))):
                number = int(place.group(1))
                formulas[number] = tuple(
                    replace(row, text=renamed(row.text, letters)) for row in text.formulas.get(number, ())
                )
        blocks.append(_renamed_block(block, letters) if letters else block)
    return Text(text.name, _renamed_source(text, mappings), tuple(blocks), formulas, text.cells)


def quoted(found: str, block: Block, original: Text, changed: Text, own: Block) -> str:
    """What the author typed where `found` stands in the block of the text that was judged.

    The letters are the author's own again, and so are the commands. A text that is put together from several places,
    the two ends of a derivation, is translated side by side.
    """
    mine = [row for _, rows in original.formulas_of(own) for row in rows]
    if block is own and not any(row.typed for row in mine):
        return found
    judged = [row for _, rows in changed.formulas_of(block) for row in rows]
    spelled, source = changed.spelled(block.text), original.spelled(own.text)
    at = spelled.find(found)
    whole = at >= 0 and len(spelled) == len(source)
    out = source[at : _end_of_command(source, at + len(found))] if whole else found
    for before, after in [] if whole else zip(judged, mine, strict=True):
        out = _replaced(out, before.text, after.text)
    for row in mine:
        out = _replaced(out, row.text, row.typed or row.text)
    return out


def _end_of_command(source: str, end: int) -> int:
    """The end of a piece, or of the command that it cuts in two."""
    cut = re.search(r"\\[A-Za-z]+$", source[:end])
    rest = re.match(r"[A-Za-z]*", source[end:]) if cut else None
    return end + rest.end() if rest else end


def _replaced(text: str, before: str, after: str) -> str:
    """A text with a formula in it, or with whole sides of it, written otherwise."""
    if before == after:
        return text
    whole, parts = (
        (before.strip(" .,;&"), after.strip(" .,;&")),
        zip(sides(before), sides(after), strict=False),
    )
    for left, right in (whole, *parts):
        if len(left.strip(" .,;")) > 2:
            text = text.replace(left.strip(" .,;"), right.strip(" .,;"))
    return text


def explained(says: str, found: str, quote: str) -> str:
    """A reason in the course's letters, with what the author's own letters are called in it.

    >>> explained("QKᵀ takes N²D", "O(N^2 D)", "O(n^2 p)")
    'QKᵀ takes N²D (n is called N here, p is called D)'
    """
    if len(found) != len(quote):
        return says
    called: dict[str, str] = {}
    for place, (course, own) in enumerate(zip(found, quote, strict=True)):
        if course == own:
            continue
        command = re.match(r"\\[A-Za-z]+", quote[place:])
        name = command.group() if command else own
        if (course in COURSE and re.search(rf"{course}(?![a-z])", says)) or (
            course in VECTOR_WORDS and own.isalpha() and re.search(rf"(?<![A-Za-z]){course}(?![a-z])", says)
        ):
            called[name] = course
        elif found.startswith((BANDWIDTH, VARIANCE), place) and re.search("σ|sigma", says):
            called[name] = "σ²" if course == "(" else BANDWIDTH
    told = [f"{own} is called {course}" for own, course in called.items()]
    return f"{says} ({', '.join([f'{told[0]} here', *told[1:]])})" if told else says


def renamed(formula: str, letters: Mapping[str, str]) -> str:
    """A formula with its letters replaced, padded to its old length.

    >>> renamed("O(n^2 p)", {"p": "D"})
    'O(n^2 D)'
    >>> renamed("p(x) + d_h", {"p": "D", "d_h": "M"})
    'p(x) + M  '
    """
    angles = {letter for letter in letters if letters[letter] in VECTOR_WORDS and _is_angle(letter, formula)}
    kept = {letter: one for letter, one in letters.items() if letter not in angles}
    return TOKEN.sub(lambda found: _renamed_token(found, formula, kept), formula)


def _is_angle(letter: str, formula: str) -> bool:
    """Whether a formula takes the sine or the cosine of a letter, which is no vector then: sin a sin b."""
    return re.search(rf"(?:sin|cos)\s*(?:\\left)?\(?\s*{letter}(?![A-Za-z_^])", formula) is not None


def _renamed_token(found: re.Match[str], formula: str, letters: Mapping[str, str]) -> str:
    token = found.group()
    name = plain_letter(token)
    if token.startswith("\\"):
        fits = name in GREEK and len(letters.get(name, token)) <= len(token)
        return letters.get(name, token).ljust(len(token)) if fits else token
    after = formula[found.end() :]
    dress = DRESSED.search(formula[: found.start()])
    if dress and not (letters.get(name[:1]) in VECTOR_WORDS and BOLD.match(dress.group())):
        return token
    if name in letters and len(letters[name]) <= len(token):
        called = re.match(r"\s*(?:\\left)?\(", after) and not OF_SIZES.match(after)
        return token if called or after[:1] in {"'", "_", "["} else letters[name].ljust(len(token))
    base, mark, below = token.partition("_")
    if mark and letters.get(base) in VECTOR_WORDS:
        return f"{letters[base]}_{below}"
    inside = below.strip("{}")
    if mark and inside in letters and base in {"w", "k", "q", "v", "x", "I"}:
        return f"{base}_{below.replace(inside, letters[inside].ljust(len(inside)))}"
    return token


def _renamed_block(block: Block, letters: Mapping[str, str]) -> Block:
    return replace(
        block,
        text=_renamed_prose(block.text, letters),
        cells=tuple(_renamed_prose(cell, letters) for cell in block.cells),
        header=tuple(_renamed_prose(cell, letters) for cell in block.header),
    )


def _renamed_prose(prose: str, letters: Mapping[str, str]) -> str:
    """Plain words with the letters that stand alone in them replaced, and those in growth classes and products."""

    def of_product(found: re.Match[str]) -> str:
        parts = re.sub(r"[\d²³]", "", found.group())
        if parts in NO_PRODUCTS:
            return found.group()
        sized = all(plain_letter(letter) in letters or letter in SIZE_NAMES for letter in parts)
        return renamed(found.group(), letters) if sized else found.group()

    prose = PLAIN_GROWTH.sub(lambda found: renamed(found.group(), letters), prose)
    prose = PLAIN_PRODUCT.sub(of_product, prose)
    return PLAIN_LETTER.sub(
        lambda found: letters.get(plain_letter(found.group()), found.group()).ljust(len(found.group())), prose
    )


def _renamed_source(text: Text, mappings: Sequence[Mapping[str, str]]) -> str:
    """The source with the formulas of renamed blocks renamed."""
    starts = sorted(
        ((block.line, letters) for block, letters in zip(text.blocks, mappings, strict=True)),
        key=lambda one: one[0],
    )

    def letters_at(line: int) -> Mapping[str, str]:
        return next((letters for start, letters in reversed(starts) if start <= line), {})

    def replaced(found: re.Match[str]) -> str:
        letters = letters_at(text.source.count("\n", 0, found.start()) + 1)
        return renamed(found.group(), letters) if letters else found.group()

    return MATHEMATICS.sub(replaced, text.source)


def _mapping(text: Text, part: Part, named: Sequence[Named], parts: Sequence[Part]) -> dict[str, str]:
    """The letters to be renamed in a part: by what was said last before its end, else first after it."""
    if not part[1]:
        return {}
    blocks = [block for block, own in zip(text.blocks, parts, strict=True) if own == part]
    end = max(block.line for block in blocks)
    rows = [
        row for block in blocks for row in (text.formulas[n] for n in _numbers(block) if n in text.formulas)
    ]
    formulas = " ; ".join(row.text for group in rows for row in group)
    present = {
        plain_letter(found.group())
        for found in TOKEN.finditer(formulas)
        if not DRESSED.search(formulas[: found.start()])
    }
    out: dict[str, str] = {}
    for letter in sorted({one.letter for one in named}):
        mine = [one for one in named if one.letter == letter]
        size = ([one for one in mine if one.line <= end] or mine[:1])[-1].size
        index = re.search(
            rf"_\s*\{{?\s*{re.escape(letter)}\s*(?:=|\\in|\\le)|\bfor (?:all |each |every )?\$?{re.escape(letter)}\$? ?=",
            formulas,
        )
        of_kernel = size in {BANDWIDTH, VARIANCE}
        taken = (
            (of_kernel and ("sigma" in present or "σ" in formulas))
            or size.lstrip("\\") in present
            or any(name.startswith(f"{size}_") for name in present if size in VECTOR_WORDS)
        )
        if SIZE_NAMES.get(letter) == size or index or taken:
            continue
        if size not in out.values():
            out[letter] = size
    return out


def _numbers(block: Block) -> list[int]:
    return [int(place.group(1)) for place in PLACE.finditer(block.text)]


__all__ = ["explained", "in_course_letters", "quoted", "renamed"]
