# ruff: noqa: E501 -- a pattern stays on one line
"""How many features the square of (q·k + 1) or q·k has, all of them or a part, in letters or for a given D.

Which count is meant is read from the words around it: equal products merged or kept, the squares, the mixed products,
the linear ones. A count is told by a formula in one letter, or by a number where the sentence gives the letter's value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from math import comb
from typing import TypeAlias

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.grammar.reader import read_expression
from grader.verify.grammar.syntax import Expression, Unreadable, names
from grader.verify.numbers.lettered import value_at

NOUN = r"(?:(?:different |distinct |polynomial )?(?:features?|entries|monomials|components|dimensions|coordinates|columns)|of them)"
PLUS_ONE = re.compile(
    r"\+\s*1\s*(?:\\right)?\)\s*(?:\^\s*\{?\s*2|²)|\(\s*1\s*\+[^()]{1,25}\)\s*(?:\^\s*\{?\s*2|²)|\bsquare of (?:one|1) plus\b|\bone plus the (?:dot|inner|scalar) product\b"
)
WITHOUT_ONE = re.compile(r"\(\s*(?:q|x|\\langle)[^()+]{1,25}\)\s*(?:\^\s*\{?\s*2|²)|\bhomogeneous\b")
POLYNOMIAL = re.compile(
    r"\bpolynomial (?:kernel|feature|map|attention)|\bpolynomial,? (?:of )?degree[- ]?(?:2|two)\b|\bmonomial (?:feature )?map\b|\b(?:quadratic|degree[- ](?:2|two)) (?:kernel|feature|map)",
    re.I,
)
OTHER = re.compile(
    r"\b(?:random|cubic|degree[- ]?(?:[3-9]|three|four|p)|third|per head|parameters|fewer|no exact|more(?! than)|saves?|saved|Gaussian|cos(?:ine)?s?|images?|tokens? (?:are|is)|multiplications?|memory|costs?|time)\b|\)\s*(?:\^\s*\{?\s*[3-9p]\b|[³⁴])|(?<![A-Za-z])[OΘΩ]\s?\(",
    re.I,
)
NOT_MERGED = r"\b(?:not|n['’]t|without|before|un|no)\s?-?(?:being |any |equal |the )?merg\w*|\b(?:when|if) (?:they|these) are(?: not|n['’]t)\b"
KEPT = re.compile(
    rf"\b(?:(?:all|both|everything|are|is|being) kept(?! once)|keep(?:ing)?|(?<!without )(?<!no )(?:repeats?|repeated|duplicates?)|twice|separately|unmerged|lazy|na[iï]ve)\b|\bwith (?:repetitions?|them)\b|\bordered (?:pairs?|products?)\b|{NOT_MERGED}|⊗|\\otimes|\bouter product\b|\b(?:list|listing|listed|all) (?:all )?(?:ordered )?products\b(?! (?:once|of degree))|\bvec\(|\bKronecker\b",
    re.I,
)
NO_REPEATS = re.compile(r"\bwithout (?:any |the )?(?:repe\w+|duplicat\w+)", re.I)
MERGED = re.compile(
    r"\bmerg\w*|\bdistinct\b|\bdifferent\b|\bwithout (?:any |the )?(?:repe\w+|duplicat\w+|multiplicity|(?:double|equal) (?:entries|products|monomials|terms|features))\b|\bsmallest\b|\bminimal\b|\bcombin\w*|\bcollect\w*|\beach (?:product|monomial) (?:only )?once\b|\bcompact\b|\bunordered\b|\bno more than\b|\b(?:is|are) enough\b|\bsuffic\w+",
    re.I,
)
LETTER = r"[A-Za-z](?:_\{?[a-z]\}?)?"
RUN = re.compile(
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+|(?<![A-Za-z\\]){LETTER}(?![a-z′'’A-Z])|[()+/·^²{{}}−*-]|\\[dt]?frac|\\[dt]?binom|\\cdot|\\,|\\left|\\right|\s)+"
)
PART = r"(?P<part>(?:mixed|cross|off-diagonal)(?: (?:products?|terms?|ones|monomials|entries|features))?|products of (?:two )?(?:different|distinct) (?:coordinates|entries|variables)|squares|pure squares|squared (?:coordinates|entries)|linear(?: (?:ones|terms|features|entries|coordinates|monomials))?|quadratic(?: (?:ones|terms|features|entries|monomials))?|(?:of )?degree (?:2|two)(?: (?:terms|monomials))?|constants?)\b"
LEAD = re.compile(
    r"(?:\b(?:has|have|needs?|gives?|makes?|with|are|is|or|and|of|to|gets?|contains?|length|dimension|dimensionality|just|only|exactly|one|leaves?|uses?|comprises?|than|keeps?|yields?|be|count|number|by|those|requires?|total|do|leaving)\s*:?\s*|^\W*|[,;:(|]\s*|(?<![A-Za-z])[CLPF]\s*=\s*)\$?$"
)
# "the products of two coordinates alone are D²" counts a part of the features; their two factors are no count
PAIRS = re.compile(
    r"\bproducts of (?:two|2) (?:coordinates|entries|variables|components)(?: alone| only| themselves)? (?:are|number)\s+\$?$"
    r"|\ball (?:the )?(?:ordered |pairwise )?products\b[^.;:]{0,30}\b(?:which|that) (?:have|has|are|number)\s+\$?$",
    re.I,
)
FACTORS = re.compile(r"\b(?:products?|pairs?) of $", re.I)
TERM_OF_SUM = re.compile(r"[\s)}]*(?:²|\^\s*\{?2\}?)?\s*\+")
BEHIND = re.compile(
    rf"\$?\s*(?:(?:real |scalar |such |different |distinct |further |extra )?{NOUN}\b|{PART.replace('<part>', '<after>')}|(?:are|of (?:them|these)(?: are)?) (?:the )?{PART.replace('<part>', '<said>')}|when\b|if\b|once\b|after\b|in the\b|without\b|with (?:them|rep)|for\b|at\b|in all\b|in total\b|(?:distinct|different) ones|[|→⇒—]|as soon\b|\(with|\(if|[.,;)]|$|and\b|while\b|whereas\b|but\b|against\b|or\b|are enough|suffice)"
)
SPEAKS = re.compile(
    rf"\b{NOUN}\b|\bC\s*=|\b(?:length|dimension|count|size|number)\b|\bof them\b|\b(?:version|map)\b|\bmerg\w*|\brepetitions?\b|\bcoordinates\b",
    re.I,
)
GIVEN = re.compile(
    rf"(?<![\w.])(?P<letter>{LETTER})\s*=\s*(?P<size>\d{{1,4}})(?![\d.]*\d|\s*[·*/+^×])|\b[Ii]n (?P<in>\d{{1,4}}) dimensions"
)
PIECES = re.compile(
    r",?\s+(?:and|while|whereas|but|or|against)\s+(?=[\d(\\A-Za-z])|\s+or,?\s+(?=after|if|when|once)|;\s+|,\s+(?=\d|D\b)"
)
ROOTED = re.compile(r"(?:⊗|\\otimes).*(?:√|\\sqrt)|(?:√|\\sqrt).*(?:⊗|\\otimes)")
COUNT_STATED = re.compile(
    r"(?:²|\^\s*\{?2\}?)\s*\+\s*[A-Za-z]\w*\s*\+\s*1|\+\s*2\s*\)\s*\}?\s*/?\s*\{?\s*2|binom|\(\s*[A-Za-z]\s*\+\s*1\s*\)\s*(?:\^|²)"
)
WHOLE = re.compile(
    r"\b(?:map|kernel|vector|\)²|\)\^\{?2\}?)\b[^,;:.]{0,60}?\b(?:has|have|needs?|gives?|can do with|gets? along with|contains?|comprises?|possesses|with|of)\s+(?:just |only |exactly )?\$?$",
    re.I,
)
Counts: TypeAlias = dict[str, Callable[[Fraction], Fraction]]
WIDTHS = frozenset({"D", "d", "d_k", "d_q", "D_k"})
POINTS = (Fraction(3), Fraction(5), Fraction(11))
PARTS: Mapping[str, Counts] = {
    "mixed": {"D(D − 1)/2": lambda d: d * (d - 1) / 2},
    "squares": {"D": lambda d: d},
    "linear": {"D": lambda d: d},
    "quadratic": {"D(D + 1)/2": lambda d: d * (d + 1) / 2},
    "constant": {"1": lambda d: d**0},
}
KEPT_PARTS: Mapping[str, Counts] = {
    **PARTS,
    "mixed": {"D(D − 1)": lambda d: d * (d - 1)},
    "quadratic": {"D²": lambda d: d * d},
}


def feature_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each count of features of a squared kernel.

    >>> told = "The kernel is (q·k + 1)²."
    >>> [j.says for *_, j in feature_counts("Its map has 10 entries for D = 3 when equal products are merged and 12 when they are not.", told)]
    ['(D + 1)(D + 2)/2, with D = 3: 10', 'D² + D + 1 or (D + 1)², with D = 3: 13 or 16, not 12']
    >>> [j.ruling.value for *_, j in feature_counts("Of its features, D(D + 1)/2 are mixed products, D are squares.", told)]
    ['refuted', 'verified']
    """
    about = f"{before[-1500:]} {sentence}"
    plus_one = bool(PLUS_ONE.search(about)) or bool(POLYNOMIAL.search(about))
    if not (plus_one or WITHOUT_ONE.search(sentence)) or not SPEAKS.search(f"{before[-160:]} {sentence}"):
        return
    sizes = {
        (one.group("letter") or "D", int(one.group("size") or one.group("in")))
        for one in GIVEN.finditer(sentence)
    }
    start, kept_before, merged_before = 0, False, False
    for end in [*(cut.start() for cut in PIECES.finditer(sentence)), len(sentence)]:
        piece = sentence[start:end]
        if piece.count("(") > piece.count(")") and end < len(sentence):
            continue  # the comma of "(x, 1)"
        kept, merged = (
            bool(KEPT.search(NO_REPEATS.sub(" ", piece))),
            bool(MERGED.search(re.sub(f"(?i:{NOT_MERGED})", " ", piece))),
        )
        if re.search(r"\b(?:when|if) (?:they|these) are(?: not|n['’]t)\b", piece):
            kept, merged = not kept_before, False
        elif re.search(r"\bwith them\b", piece):
            kept, merged = merged_before, False
        elif not kept and not merged and start and re.match(r"\W*(?:[A-Z(\d]|\\)", piece) is not None:
            kept, merged = kept_before and not merged_before, merged_before and not kept_before
        kept_before, merged_before = kept, merged
        if not (kept and merged) and not OTHER.search(piece):
            mine = {
                (one.group("letter") or "D", int(one.group("size") or one.group("in")))
                for one in GIVEN.finditer(piece)
            }
            named = SPEAKS.search(sentence if mine or sizes else piece) is not None
            yield from _counts(
                piece,
                start,
                (kept, merged),
                partial(_is_squared, sentence, end),
                mine or sizes,
                named=named,
                rooted=ROOTED.search(sentence) is not None,
                open_=COUNT_STATED.search(before[-900:]) is None,
            )
        start = end


def _counts(
    piece: str,
    start: int,
    meant: tuple[bool, bool],
    squared_at: Callable[[int], bool],
    sizes: set[tuple[str, int]],
    *,
    named: bool,
    rooted: bool,
    open_: bool,
) -> Iterator[Spanned]:
    kept, merged = meant
    for begin, end, text, behind in _formulas(piece):
        whole = WHOLE.search(piece[:begin]) is not None and re.match(rf"\$?\s*{NOUN}", piece[end:])
        said = behind.group("after") or behind.group("said")
        if said is None and PAIRS.search(piece[:begin]):
            continue
        if said is not None:
            part = _part(said)
            allowed = dict((KEPT_PARTS if kept else PARTS)[part])
            if part == "quadratic" and not (kept or merged):
                allowed |= KEPT_PARTS[part]
        else:
            allowed = _allowed(kept, merged, squared_at(start + begin))
            if rooted:
                # √2 x in front of x ⊗ x stands there once
                allowed.pop("(D + 1)²", None)
        judged = _judged(
            text,
            open_=open_,
            told=kept or merged or said is not None,
            part=said is not None or bool(whole),
            named=named,
            allowed=allowed,
            sizes=sizes,
        )
        if judged is not None:
            yield start + begin, start + max(end, behind.end()), judged


def _formulas(piece: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    """(start, end, text, what follows) of what may be a count: numbers and formulas that stand where a count stands."""
    given = [one.span() for one in GIVEN.finditer(piece)]
    for run in RUN.finditer(piece):
        text = run.group()
        begin, end = run.start() + len(text) - len(text.lstrip()), run.start() + len(text.rstrip())
        while (
            begin < end
            and piece[begin] == "("
            and piece.count("(", begin, end) > piece.count(")", begin, end)
        ):
            begin += 1
        while (
            begin < end
            and piece[end - 1] in ")-−"
            and (piece[end - 1] != ")" or piece.count(")", begin, end) > piece.count("(", begin, end))
        ):
            end -= 1
        behind = BEHIND.match(piece, end)
        inside = any(a < end and begin < b for a, b in given)
        nested = any(piece.count(a, 0, begin) > piece.count(b, 0, begin) for a, b in ("()", "[]"))
        if (
            begin < end
            and behind is not None
            and not inside
            and not nested
            and LEAD.search(piece[:begin])
            and not FACTORS.search(piece[:begin])
        ):
            yield begin, end, piece[begin:end], behind


def _is_squared(sentence: str, end: int, place: int) -> bool:
    """Whether a count at a place is of (q·k)²: the kernel that is named last before it, else behind it in its piece."""
    named = [
        (one.start(), pattern is WITHOUT_ONE)
        for pattern in (PLUS_ONE, WITHOUT_ONE)
        for one in pattern.finditer(sentence, 0, end)
        # in (q·k + 1)² = (q·k)² + 2q·k + 1 it is a term, and in 1 + 2q·k + (q·k)²
        if pattern is PLUS_ONE
        or not (TERM_OF_SUM.match(sentence, one.end()) or sentence[: one.start()].rstrip().endswith("+"))
    ]
    before = [one for one in named if one[0] < place]
    return max(before or [min(named, default=(0, False))])[1]


def _part(said: str) -> str:
    """Which part of the features some words name."""
    for name, words in (
        ("mixed", r"mixed|cross|off|different|distinct"),
        ("squares", "square"),
        ("linear", "linear"),
        ("constant", "constant"),
    ):
        if re.search(words, said, re.I):
            return name
    return "quadratic"


def _judged(
    text: str,
    *,
    told: bool,
    open_: bool,
    part: bool,
    named: bool,
    allowed: Counts,
    sizes: set[tuple[str, int]],
) -> Judged | None:
    """A ruling on one count; `told` is whether the words say which of the counts is meant, `open_` whether no formula does."""
    plain = re.sub(r"(?<=[A-Za-z)])²", "^2", text.strip().removesuffix("\\,"))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain).replace("−", "-")
    try:
        tree = read_expression(plain)
    except Unreadable:
        return None
    letters = names(tree)
    if len(letters) > 1 or (not letters and (len(sizes) != 1 or not (told or open_))):
        return None
    letter, points = (next(iter(letters)), POINTS) if letters else (min(sizes)[0], (Fraction(min(sizes)[1]),))
    stated = [value_at(tree, {letter: point}) for point in points]
    if any(one is None for one in stated) or (letters and letter not in WIDTHS):
        return None
    if text.strip() == "a":
        return None  # an article
    if not letters and not named:
        return None
    truths = {form: [count(point) for point in points] for form, count in allowed.items()}
    shown = " or ".join(re.sub(r"\bD\b", letter, form) for form in truths)
    with_size = (
        ""
        if letters
        else f", with {letter} = {points[0]}: {' or '.join(str(one[0]) for one in truths.values())}"
    )
    if stated in truths.values():
        return verified(Kind.DIMENSION, f"{shown}{with_size}", Method.COUNT)
    if not letters and not told:
        return None
    if not part and not _is_whole(tree, letter, points, told):
        return None
    if not told and not named:
        return None
    witness = {
        letter: int(points[0]),
        "features": [int(one[0]) for one in truths.values()],
        "stated": str(stated[0]),
    }
    return refuted(Kind.DIMENSION, f"{shown}{with_size}, not {text.strip()}", Method.COUNT, witness)


def _is_whole(tree: Expression, letter: str, points: tuple[Fraction, ...], told: bool) -> bool:
    """Whether a count grows like the square of the letter, and is no part of the features, so that it speaks of all."""
    if points != POINTS:
        return True
    small, large = (value_at(tree, {letter: Fraction(size)}) for size in (1000, 2000))
    square = (
        small is not None and large is not None and small > 0 and Fraction(3) < large / small < Fraction(5)
    )
    if told or not square:
        return square
    known = [
        count
        for counts in (*PARTS.values(), *KEPT_PARTS.values(), _allowed(False, False, True))
        for count in counts.values()
    ]
    stated = [value_at(tree, {letter: point}) for point in POINTS]
    return all(stated != [count(point) for point in POINTS] for count in known)


def _allowed(kept: bool, merged: bool, squared: bool) -> Counts:
    """The right counts by their formulas; `squared` is the kernel (q·k)² without the 1."""
    whole: Counts = (
        {"D²": lambda d: d * d}
        if squared
        else {"D² + D + 1": lambda d: d * d + d + 1, "(D + 1)²": lambda d: (d + 1) ** 2}
    )
    once: Counts = (
        {"D(D + 1)/2": lambda d: d * (d + 1) / 2}
        if squared
        else {"(D + 1)(D + 2)/2": lambda d: (d + 1) * (d + 2) / 2}
    )
    return whole if kept else once if merged else once | whole


# -- other kernels ---------------------------------------------------------------------------------------------------

CHOOSE = re.compile(
    r"(?:\\[dt]?binom\s*\{?|\bbinom\(|\bC\(|\(?)\s*(?P<over>[A-Za-z] ?\+ ?[A-Za-z](?: ?[−-] ?1)?|[A-Za-z])(?:\}\s*\{|\s*,\s*| choose )(?P<under>[A-Za-z])\s*[})]?(?= (?:monomials|features|entries|products|coordinates)| of them)"
)
DEGREE = re.compile(
    r"\bdegree (?P<bound>(?:at most |up to |≤ ?)?)(?P<p>[a-z])\b|\bdegree (?:of )?(?P<q>[a-z])\b", re.I
)
EXACTLY = re.compile(r"\bexactly\b|\bhomogeneous\b|\(q ?· ?k\)\^?p", re.I)
UP_TO = re.compile(r"\bup to\b|\bat most\b|≤|\+ ?1\)", re.I)
GAUSSIAN = re.compile(
    r"\bGaussian(?: kernel)?\b(?:(?!random|approximat|sampl|Fourier|truncat|Taylor)[^.;]){0,60}?\bexact(?:ly)?\b(?:(?!random|approximat|sampl|infinite)[^.;]){0,50}?\b(?:of|with|has|in) (?:a )?(?:finite |(?:dimension|length|size)s? )+(?P<size>(?:\d{1,6}|[A-Z]²?|[A-Z]\^2|2[A-Z])\b|(?:number|many))?",
    re.I,
)


def kernel_counts(sentence: str) -> Iterator[Spanned]:
    """Counts of monomials of degree p, and a finite map that is said to give the Gaussian kernel exactly.

    >>> [j.ruling.value for *_, j in kernel_counts("There are binom(D + p, p) monomials of degree at most p in D variables.")]
    ['verified']
    """
    degree = DEGREE.search(sentence)
    for found in CHOOSE.finditer(sentence) if degree else ():
        p = (degree.group("p") or degree.group("q")) if degree else ""
        over = found.group("over").replace(" ", "").replace("−", "-")
        letters = set(re.findall(r"[A-Za-z]", over))
        if p not in letters or len(letters) != 2 or found.group("under") not in letters:
            continue
        d = min(letters - {p})
        exactly, up_to = bool(EXACTLY.search(sentence)), bool(UP_TO.search(sentence))
        if exactly == up_to:
            continue
        points = [(3, 2), (4, 3), (5, 2)]
        true = [comb(a + b, b) if up_to else comb(a + b - 1, b) for a, b in points]
        stated = [
            comb(a + b - (1 if over.endswith("-1") else 0), a if found.group("under") == d else b)
            for a, b in points
        ]
        says = f"{'binom(D + p, p)' if up_to else 'binom(D + p − 1, p)'} monomials {'up to' if up_to else 'of'} degree p"
        if stated == true:
            yield found.start(), found.end(), verified(Kind.DIMENSION, says, Method.COUNT)
        else:
            witness = {d: 3, p: 2, "monomials": true[0], "stated": stated[0]}
            yield found.start(), found.end(), refuted(Kind.DIMENSION, says, Method.COUNT, witness)
    for found in GAUSSIAN.finditer(sentence) if not re.search(r"\bno\b", sentence) else ():
        if found.group("size"):
            says = "the Gaussian kernel has no exact feature map of finite length: its Taylor series has terms of every degree"
            yield found.start(), found.end(), refuted(Kind.DIMENSION, says, Method.TABLE, {"length": "infinite", "stated": found.group("size")})  # fmt: skip


__all__ = ["feature_counts", "kernel_counts"]
