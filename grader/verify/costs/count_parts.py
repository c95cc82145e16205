# ruff: noqa: E501 -- a pattern or a table row stays on one line
"""What texts count multiplications of: the parts of softmax attention and of attention with features, and how many each takes.

F stands for the length of a feature vector: 2R with a sine and a cosine for each of R directions, L where the text
gives a map of that length. Patterns read flattened text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.verify.scope.growth import Cost, read_cost


@dataclass(frozen=True)
class Part:
    """Something that is counted: how texts name it, and its number of multiplications for the whole sequence."""

    name: str
    pattern: re.Pattern[str]
    right: str
    says: str
    also: tuple[str, ...] = ()  # other sensible recipes: neither verified nor refuted
    halves: str = ""  # each of two things that it names


def part_of(
    name: str, pattern: str, right: str, says: str, also: tuple[str, ...] = (), halves: str = ""
) -> Part:
    return Part(name, re.compile(pattern), right, says, also, halves)


PHI = r"[φψ](?:_\w+|̃|')?\s?"
OF_K, OF_Q = r"\(\s?K\s?\)", r"\(\s?Q\s?\)"
OF_KEY, OF_QUERY = r"\(\s?k_[a-z]\s?\)", r"\(\s?q_[a-z]\s?\)"
SUM = r"Σ(?:_\S{1,12}?)?\s?"
KEY_SUM = rf"{PHI}{OF_K}\s?ᵀ\s?V(?!\w)|{SUM}(?:e_j\s?)?{PHI}{OF_KEY}\s?(?:ᵀ\s?v_[a-z]|v_[a-z]\s?ᵀ)"
NUMERATOR = rf"{PHI}{OF_Q}\s?·?\s?S(?![\w(])|{PHI}{OF_QUERY}\s?ᵀ?\s?·?\s?S(?:_[a-z])?(?![\w(])|S(?:_[a-z])?\s?ᵀ\s?{PHI}{OF_QUERY}"
DENOMINATOR = rf"{PHI}{OF_Q}\s?·?\s?[Zz](?:\s?ᵀ)?(?![\w(])|{PHI}{OF_QUERY}\s?ᵀ?\s?·?\s?[Zz](?:_[a-z])?(?:\s?ᵀ)?(?![\w(])|[Zz](?:_[a-z])?\s?ᵀ\s?{PHI}{OF_QUERY}"
NO_LAYER = (
    r"(?<!output )(?<!query )(?<!key )(?<!value )(?<!linear )(?<!input )(?<!learned )(?<!of )(?<!random )"
)
FEATURES_OF_KEYS = rf"(?:{PHI}(?:{OF_K}|{OF_KEY})|(?:the )?(?:keys?['’]s? |key )(?:random )?features?|(?:the )?features of the keys)"

PARTS: tuple[Part, ...] = (
    part_of("left order", rf"\(\s?{PHI}{OF_Q}\s?·?\s?{PHI}{OF_K}\s?ᵀ\s?\)\s?·?\s?V", "N^2 F + N^2 M", "φ(Q)φ(K)ᵀ takes N²F, its product with V takes N²M"),
    part_of("right order", rf"{PHI}{OF_Q}\s?·?\s?\(\s?{PHI}{OF_K}\s?ᵀ\s?V\s?\)", "2 N F M", "φ(K)ᵀV and φ(Q) times it take N·F·M each", ("N F M",)),
    part_of("pairs of features", rf"{PHI}{OF_Q}\s?·?\s?{PHI}{OF_K}\s?ᵀ", "N^2 F", "N² inner products of length F"),
    part_of("key weights", rf"(?:[Kk]ey )?[Ww]eights?(?: \w+| e_j)?(?: of the keys)?,? (?:times|on|onto|to|into|with|in) {FEATURES_OF_KEYS}|(?:[Ww]eight|[Ss]cal|[Mm]ultiply)(?:ing|s|e)? (?:of )?{FEATURES_OF_KEYS}(?: (?:with|by|times) (?:the |their )?(?:key |scalar )?(?:weights?|e_j|factors?))?|[Kk]ey weights? (?:·|×) {PHI}{OF_K}|[Ww]eight(?:ing|s)? (?:of )?(?:the )?keys\b|e_j\s?·?\s?{PHI}{OF_KEY}|[Kk]ey weights\b|[Kk]ey factors?\b(?: e_j)?(?: times (?:each of |all )?(?:the )?features(?: of k_j)?)?|[Ww]eights of the keys\b",
          "N F", "one multiplication for each of F features of N keys", ("N M",)),
    part_of("projections", r"\b[QK]\s?Wᵀ(?:,? and|,) [QK]\s?Wᵀ|\bw_[a-z]\s?ᵀ\s?[qk](?:_[a-z])?(?:,? and|,) w_[a-z]\s?ᵀ\s?[qk](?:_[a-z])?|" + NO_LAYER + r"\b[Pp]roject(?:ions? of|ing) (?:all |the )?(?:N )?(?:queries and (?:the )?keys|keys and (?:the )?queries)",
          "2 N R D", "N queries and N keys of length D on R directions", ("N R D",), halves="N R D"),
    part_of("one projection", r"\b[QKX]\s?Wᵀ|" + NO_LAYER + r"\b[Pp]roject(?:ions? of|ing) (?:all |the )?(?:N )?(?:queries|keys)\b", "N R D", "N vectors of length D on R directions", ("R D",)),
    part_of("projections", NO_LAYER + r"\b[Pp]rojecti(?:ons?|ng)\b(?! matri)", "2 N R D", "N queries and N keys of length D on R directions", ("N R D", "R D"), halves="N R D"),
    part_of("S and numerators", r"\b(?:[Tt]wo|[Bb]oth) (?:matrix |large |big )?products with S\b", "2 N F M", "φ(K)ᵀV and φ(Q)S take N·F·M each", ("N F M",), halves="N F M"),
    part_of("S", KEY_SUM + rf"|(?<![\w(]){PHI}{OF_KEY}\s?(?:ᵀ\s?v_[a-z]|v_[a-z]\s?ᵀ)|\b[Oo]uter products?\b|\b[Kk]ey-value (?:matrix|product|sums?)\b|\b(?:[Bb]uild|[Ff]orm|[Cc]omput|[Aa]ccumulat|[Mm]ak|[Ff]ill)(?:ing|es?|s)? (?:the )?(?:matrix |sum )?S\b(?! and)(?!_)", "N F M", "an F×N matrix times an N×M matrix"),
    part_of("numerators", NUMERATOR + r"|(?<!of the )\b[Nn]umerators?\b(?!\s(?:is|equals|=|comes to)\s)", "N F M", "an N×F matrix times an F×M matrix"),
    part_of("denominators", DENOMINATOR + r"|(?<!by the )(?<!by its )(?<!by )\b[Dd]enominators?\b|\b[Nn]ormali[sz]ers?\b", "N F", "an inner product of length F for each query"),
    part_of("S", r"(?<![\w(×·+=])S(?![\w(_'ᵀ²]|\s?(?:and|,) [Zz]\b)", "N F M", "an F×N matrix times an N×M matrix"),
    part_of("scores", r"\bQ\s?·?\s?Kᵀ|\b(?:[Aa]ttention )?[Ss]core(?:s| matrix)\b|\b[Ll]ogits\b|\b(?:[Aa]ll |[Pp]airwise )?(?:inner|dot) products of (?:all )?queries (?:and|with) (?:all )?keys\b", "N^2 D", "N² inner products of length D"),
    part_of("averages", r"\b(?:[Ww]eights|[Pp]robabilities|[Aa]ttention matrix|[Aa]ttention weights|A|P)(?:,? (?:times|and|by|with|·|×)|·|×)? ?(?:the )?(?:V\b(?!_)|values\b)|\b[Ww]eighted (?:sums?|averages?|means?)(?: of (?:the |all )?values)?\b|\b(?:[Aa]verag|[Mm]ix|[Cc]ombin)\w* (?:of )?(?:the |all )?values\b|\b[Mm]ultiply\w* (?:the )?weights (?:into|with|by|onto) (?:the )?(?:V\b|values)|\bscores? (?:times|by) V\b|\b[Pp]roduct with V\b|\bAV\b|\b[Aa]veraging\b", "N^2 M", "an N×N matrix times an N×M matrix"),
)  # fmt: skip

LEFT, RIGHT = (next(part for part in PARTS if part.name == name) for name in ("left order", "right order"))
_OF_THEM = (
    r"(?:bracketing|brackets|order|way|grouping|side|version|form|parenthesi[sz]ation|association|variant)"
)


def parts_in_order(before: str) -> Sequence[Part]:
    """The parts, with "the first bracketing" and "the second" where a text has written both orders out."""
    left, right = LEFT.pattern.search(before), RIGHT.pattern.search(before)
    if left is None or right is None:
        return PARTS
    first, second = (LEFT, RIGHT) if left.start() < right.start() else (RIGHT, LEFT)
    return (
        replace(first, pattern=re.compile(rf"\b(?:[Tt]he )?(?:first|former)(?: {_OF_THEM})?\b")),
        replace(second, pattern=re.compile(rf"\b(?:[Tt]he )?(?:second|latter|other)(?: {_OF_THEM})?\b")),
        *PARTS,
    )


SOFTMAX = r"soft-?max(?: attention| layer| products?| version)?|(?:[Ss]tandard|[Oo]rdinary|[Uu]sual|[Ff]ull|[Vv]anilla|[Ee]xact) (?:self-)?attention"
RANDOM = r"[Rr]andom[- ](?:[Ff]ourier )?[Ff]eatures?(?: attention| version| recipe)?|\bRFF\b|\bRFA\b|\b[Rr]ecipe\b|[Rr]andom(?:ized)? version"
GIVEN = r"[Kk]ernel(?:ized|ised)? (?:attention|form|version|method)|[Ll]inear(?:ized|ised)? (?:attention|form|version)|[Ff]eature(?:-map)? (?:form|version)"
POLYNOMIAL = (
    r"[Pp]olynomial(?: (?:attention|version|map|kernel|features|method))?|[Qq]uadratic (?:map|features)"
)


@dataclass(frozen=True)
class Way:
    """A whole way to attention: its number of multiplications in all."""

    name: str
    pattern: re.Pattern[str]
    total: str
    says: str
    also: tuple[str, ...] = ()


def _way(name: str, pattern: str, total: str, says: str, also: tuple[str, ...] = ()) -> Way:
    return Way(name, re.compile(pattern, re.I), total, says, also)


WAYS: tuple[Way, ...] = (
    _way("random", RANDOM, "2 N R D + 4 N R M + 4 N R", "2NRD for the projections, 2NR for the key weights, 2NRM for each of S and φ(Q)S, 2NR for φ(Q)Z",
         ("2 N R D + 4 N R M + 2 N R", "2 N R D + 4 N R M", "4 N R M + 2 N R", "4 N R M + 4 N R", "4 N R M", "N R D + N R M")),
    _way("polynomial", POLYNOMIAL, "2 N L M + N L", "NLM for S, NLM for the numerators, NL for the denominators", ("2 N L M", "N L M", "2 N L M + 2 N L", "2 N L M + N L + N M")),
    _way("given", GIVEN, "2 N L M + N L", "NLM for S, NLM for the numerators, NL for the denominators", ("2 N L M", "N L M", "2 N L M + 2 N L", "2 N L M + N L + N M")),
    _way("softmax", SOFTMAX, "N^2 D + N^2 M", "N²D for QKᵀ, N²M for the weights times V",
         ("N^2 D + N^2 M + N^2", "N^2 D + N^2 M + N M", "N^2 D + N^2 M + 2 N^2", "N^2 D", "N^2 M", "N^2", "1/2 N^2 D + 1/2 N^2 M + 1/2 N D + 1/2 N M")),
)  # fmt: skip
NAMED = {way.name: way for way in WAYS}


@dataclass(frozen=True)
class Mention:
    """A part or a way that a text names."""

    start: int
    end: int
    what: Part | Way


def mentions_in(text: str, table: Sequence[Part] = PARTS) -> list[Mention]:
    """The parts that a flattened text names, in order; of two that overlap the first of the table."""
    found: list[Mention] = []
    for part in table:
        for one in part.pattern.finditer(text):
            if not any(mention.start < one.end() and one.start() < mention.end for mention in found):
                found.append(Mention(one.start(), one.end(), part))
    return sorted(found, key=lambda mention: mention.start)


def ways_in(text: str) -> list[Mention]:
    """The ways to attention that a flattened text names, in order."""
    found: list[Mention] = []
    for way in WAYS:
        for one in way.pattern.finditer(text):
            if not any(mention.start < one.end() and one.start() < mention.end for mention in found):
                found.append(Mention(one.start(), one.end(), way))
    return sorted(found, key=lambda mention: mention.start)


def count_of(formula: str, features: str) -> Cost:
    """A count of the tables with the length of the features filled in."""
    return read_cost(formula.replace("F", features), {})


__all__ = [
    "NAMED",
    "PARTS",
    "Mention",
    "Part",
    "Way",
    "count_of",
    "mentions_in",
    "part_of",
    "parts_in_order",
    "ways_in",
]
