# ruff: noqa: E501 -- a pattern or a table row stays on one line
"""How many numbers are held: by the matrices of attention, by S and Z, by a cache; each formula by what its words name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified
from grader.verify.costs.count_formulas import added, many_times
from grader.verify.costs.count_parts import Part, count_of, part_of
from grader.verify.costs.count_reading import VALUE, Read, read_counts
from grader.verify.costs.exact_counts import ROUGH, SHIFTED
from grader.verify.costs.surroundings import Surroundings
from grader.verify.reading.plain_signs import Flat
from grader.verify.scope.growth import Cost, Polynomial, Same, exactly, same_growth, substituted

PHI = r"[φψ](?:_\w+)?\s?"
HELD: tuple[Part, ...] = (
    part_of("the S of every position", r"\b(?:[Ee]very|[Aa]ll|[Ee]ach) (?:of the |the |N )?S(?:_[a-z])?(?![\w(])|\b(?:[Aa]ll|[Ee]very) (?:the |N )?states?\b", "N F M", "N states of F×M numbers", ("N F M + N F",)),
    part_of("S and Z", r"\bS(?:_[a-z])?(?:,? and|,) [Zz](?:_[a-z])?(?![\w(])(?: together)?|(?<!hidden )(?<!cell )\b(?:[Rr]unning |[Rr]ecurrent |[Cc]arried )?state\b|\b(?:both|two|running) sums\b|\b[Uu]pdat\w+ (?:\w+ ){0,3}in place\b|\b[Ii]n[- ]place updat\w+|\b[Rr]ecursive (?:method|form|version|variant)|\b[Rr]ecurrent (?:method|form|version|variant)|\b[Rr]ecursion\b", "F M + F", "S is F×M and Z has F entries", ("F M",)),
    part_of("S", r"(?<![\w(×·+=])S(?:_[a-z])?(?![\w('ᵀ²]|\s?·)|" + PHI + r"\(\s?K\s?\)\s?ᵀ\s?V", "F M", "S is F×M"),
    part_of("Z", r"(?<![\w(×·+=])[Zz](?:_[a-z])?(?![\w('ᵀ²]|\s?·)|" + PHI + r"\(\s?K\s?\)\s?ᵀ\s?1", "F", "Z has one entry for each feature"),
    part_of("the cache", r"(?:\b(?:KV|kv|[Kk]ey[- ][Vv]alue)[- ]?)?\b[Cc]ache\b|\b[Kk]eys and values\b|\bK and V\b", "N D + N M", "N keys of length D and N values of length M"),
    part_of("the weights", r"\b(?:[Ss]oftmax |[Aa]ttention )?(?:[Ww]eight|[Ss]core|[Aa]ttention) matri(?:x|ces)\b|\b(?:[Aa]ttention|[Ss]oftmax) (?:weights|scores)\b|\b(?:[Aa]ll )?(?:the )?(?:scores|QKᵀ)(?!\w)", "N^2", "one number for each pair of tokens"),
    part_of("features of queries and keys", r"\bfeatures of (?:all )?(?:the )?(?:queries and (?:the )?keys|keys and (?:the )?queries)|" + PHI + r"\(\s?Q\s?\) and " + PHI + r"\(\s?K\s?\)", "2 N F", "N queries and N keys with F features each", halves="N F"),
    part_of("features of all queries or keys", PHI + r"\(\s?[QK]\s?\)(?!\s?[(ᵀSZzφψ])|\bfeatures of (?:all )?(?:the |N )?(?:queries|keys)\b", "N F", "N vectors of F features"),
    part_of("one feature vector", r"\b(?:[Oo]ne|[Aa]|[Ee]ach|[Ee]very|[Ss]ingle|[Tt]he) feature vector\b|\bfeatures of (?:a|one|each) (?:single )?(?:token|query|key|vector)\b|" + PHI + r"\(\s?[xqk](?:_[a-z])?\s?\)(?!\s?[ᵀ(SZzφψ])", "F", "F features"),
    part_of("the denominators", r"\b(?:[Aa]ll (?:the )?|[Tt]he (?:N )?)denominators\b", "N", "one denominator for each query"),
    part_of("the directions", r"\b[Mm]atrix of (?:the )?(?:random )?(?:frequencies|directions|projections)\b|\b(?:[Rr]andom|[Ff]requency|[Pp]rojection) matrix\b|(?<![\w(×·+=QKX] )(?<![\w(×·+=QKX])W(?![\w('ᵀ²]|\s?·)", "R D", "W is R×D"),
    part_of("Q, K and V", r"\bQ, K(?:,)? and V\b", "2 N D + N M", "Q and K are N×D and V is N×M"),
    part_of("Q and K", r"\bQ and K\b(?! matri)", "2 N D", "Q and K are N×D", halves="N D"),
    part_of("the values", r"(?<![\w(×·+=ᵀ)])(?<![×·+=ᵀ)] )V(?![\w('ᵀ²]|\s?·)|\b[Vv]alue matrix\b", "N M", "V is N×M"),
    part_of("the output", r"\b(?:[Tt]he|[Aa]n|[Ii]ts) outputs?\b(?! of)|\b[Oo]utput matrix\b", "N M", "one row of M numbers for each query"),
)  # fmt: skip
NOUN = re.compile(
    rf"^{VALUE}\s*(?:more |real |of them |float32 |floating[- ]point )?(?:numbers|floats|entries|scalars|values|elements|reals)\b",
    re.I,
)
NUMBERS_BEFORE = re.compile(
    r"\b(?:floats|numbers|entries)\b[^.]{0,120};[^.;]*\b(?:needs?|takes?|keeps?|holds?) (?:only |just )?$",
    re.I,
)
WITH_MORE = re.compile(r"^[^,;.]{0,30}\b(?:with|including|plus|besides|for (?:all|the whole))\b", re.I)
OF_NUMBERS = re.compile(r"\b(?:numbers|entries|floats|scalars|values held)\b", re.I)
STORED = re.compile(
    r"\b(?:hold|holds|held|stor(?:e|es|ed|ing)|occup\w+|fills?|keeps?|kept|keeping|memory|numbers (?:held|stored)|entries|size)\b",
    re.I,
)
# numbers of several things at once, or of something else beside them
ELSE = re.compile(
    r"\b(?:heads?|layers?|batch|bytes|bits|[kKMG]i?B|per|plus|max(?:imum|ima)?|counter|extra|besides|LSTM|GRU|RNN|sequences|gradient\w*|parameters?|first|last|half|columns?|rows?|differ\w*|product of|times|operations|multiplications?|mults|time|costs?|additions|ratio|factor|than|pairs|mask\w*|causal (?:mask|softmax)|one token|new token|gains?|grows?|growth|sum of|projections)\b",
    re.I,
)
STACKED = re.compile(
    r"\bsines? and (?:a |one )?cosines?|[LCF]\s?=\s?2\s?[RrSsm]\b|length (?:is |of |= ?)?2|2R\s?[×·]|[×·]\s?2R|[sS]in.{0,20}[cC]os"
)


TO_THE_NEXT = re.compile(
    r"\b(?:from|between) (?:one|each|a|every) (?:token|step|position) (?:to|and) the (?:next|following)(?: one)?\b",
    re.I,
)
HEADS = re.compile(r"\b(?:\d+|two|three|four|eight|several|all) heads\b", re.I)  # each has scores of its own


def held_counts(flat: Flat, around: Surroundings) -> Iterator[Spanned]:
    """(start, end, ruling) of each count of numbers that are held, in flattened text.

    >>> from grader.verify.reading.plain_signs import flattened
    >>> told = Surroundings("", "", {}, True)
    >>> [judged.says for *_, judged in held_counts(flattened("The state S and Z needs 2RM + M numbers."), told)]
    ['S and Z: S is 2R×M and Z has 2R entries: 2RM + 2R numbers, not 2RM + M']
    """
    flat = _by_tokens(flat)
    for one in read_counts(flat, around.named, HELD):
        behind = flat.text[one.at.end :]
        noun = bool(NOUN.match(behind)) or (
            flat.text[: one.at.start].rstrip().endswith("|") and bool(OF_NUMBERS.search(around.title[-60:]))
        )
        noun = noun or bool(NUMBERS_BEFORE.search(flat.text[: one.at.start]))
        if not one.parts or not (
            noun or STORED.search(f"{one.words} {around.title if '|' in flat.text else ''}")
        ):
            continue
        if FOR_ONE.search(flat.text[: one.at.start]) and not one.each:
            continue
        if ELSE.search(TO_THE_NEXT.sub(" ", one.words)) or HEADS.search(flat.text):
            continue
        if len(one.parts) > 1 and re.search(r"=[^.;]*=|\bis an?\b|\bmatri(?:x|ces)\b", one.words):
            continue  # "S = … is a 2R×M matrix and Z = … has 2R entries" counts the last alone
        if len(one.parts) == 1 and PAIR.search(flat.text[: one.at.start]):
            continue  # of which only one has been read
        judged = _judged(one, flat, around, noun=noun and not WITH_MORE.match(behind))
        if judged is not None:
            yield one.start, one.end, judged


PAIR = re.compile(r"[(\[]\s*S(?:_\w)?\s*,\s*[Zz](?:_\w)?\s*[)\]][^.;]*$")  # "the state (S, Z)"
# "for one query the output has M numbers"
FOR_ONE = re.compile(
    r"\b(?:for|per|with|of) (?:one|a single|each|every|any|an?|a given|a fixed)(?: (?:fixed|given|new|single))? (?:query|token|position|key|row)\b[^.;]*$|\bper (?:query|token|position|key|row)\b[^.;]*$",
    re.I,
)
ITH = re.compile(
    r"\b(?:token|step|position|row)s? (?P<a>[it])\b|\b(?P<b>[it])-?th (?:token|step|position)|\b(?P<c>[it]) (?:tokens|steps|positions)\b"
)


def _by_tokens(flat: Flat) -> Flat:
    """`i(D + M)` after token i: there are i tokens then, as there are N in the end."""
    ith = ITH.search(flat.text)
    if ith is None:
        return flat
    letter = next(one for one in ith.groups() if one)
    return replace(flat, text=re.sub(rf"(?<![A-Za-z_\\]){letter}(?=\s?\(|[DM](?![a-z]))", "N", flat.text))


def _without_members(parts: Sequence[Part]) -> Sequence[Part]:
    """The parts without S and Z where both together are named: "the running sums S and Z"."""
    if any(part.name == "S and Z" for part in parts):
        return [part for part in parts if part.name not in {"S", "Z"}]
    return parts


def _judged(one: Read, flat: Flat, around: Surroundings, *, noun: bool) -> Judged | None:
    cost, names = one.cost, set(one.cost.variables)
    about = f"{around.before[-1500:]} {around.title} {flat.text}"
    parts = _without_members(one.parts)
    if "R" in names and SHIFTED.search(about):
        return None
    stacked = around.stacked or bool(STACKED.search(about)) or bool(re.match(r"2\s?[Rr]", one.at.source))
    by_directions = "R" in names or (
        "L" not in names and bool(re.search(r"\brandom\b|frequenc|directions", one.words))
    )
    features = "2 R" if by_directions else "L"

    def counted(formula: str) -> Cost:
        made = count_of(formula, features)
        wide: dict[str, Polynomial] = {"M": {(("D", Fraction(1)),): Fraction(1)}}
        return Cost("", substituted(made.terms, wide)) if around.one_width and "M" not in names else made

    rights = [counted(part.halves if one.each and part.halves else part.right) for part in parts]
    wanted = rights if one.each or len(rights) == 1 else [added(*rights)]
    says = "; ".join(
        f"{part.name}: {re.sub(r'(?<![A-Za-z])F(?![A-Za-z])', features.replace(' ', ''), part.says)}"
        for part in parts
    )
    if all(exactly(cost, right) for right in wanted):
        return verified(Kind.DIMENSION, f"{says}: {cost} numbers", Method.COUNT)
    featured = any("F" in part.right for part in parts)
    if (
        len(wanted) != 1
        or not noun
        or ROUGH.search(one.words)
        or (featured and by_directions and not stacked)
    ):
        return None
    if featured and not names & {"R", "L"} and not re.search(r"[φψ]|feature|\bstate\b|\b[SZ]\b", one.words):
        return None
    others = [
        *rights,
        *(counted(also) for part in parts for also in part.also),
        counted("N F M"),
        counted("N F"),
    ]
    right = wanted[0]
    if parts[0].name == "S and Z" and exactly(many_times(cost, 2), others[-3]):
        return None  # RM may tell the order
    if any(
        exactly(cost, other)
        for other in others
        if not exactly(other, right) and len(parts) == 1 and parts[0].also
    ):
        return None
    if "R" in names and same_growth(cost, right).verdict is Same.SAME and not re.search(r"2\s?[Rr]", about):
        return None
    return refuted(
        Kind.DIMENSION, f"{says}: {right} numbers, not {cost}", Method.COUNT, {"numbers": str(right), "stated": str(cost)}
    )  # fmt: skip


__all__ = ["STACKED", "held_counts"]
