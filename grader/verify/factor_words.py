# ruff: noqa: E501 -- a pattern stays on one line
"""Which factor of random-feature attention cancels between numerator and denominator, in words: the query's, not the key's.

exp(‖q_i‖²/(2σ²)) stands before both sums over j and cancels; exp(‖k_j‖²/(2σ²)) differs from term to term and stays
(Peng et al. 2021, equation 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified

THING = r"(?:factor|weight|prefactor|pre-factor|term|exponential|scale factor|scaling|norm factor)"
LETTER = r"(?:\\?exp|e\s*\^)(?:[^A-Za-z.;]|\\[lr]?Vert|\\left|\\t?frac)*(?P<letter>[qk])(?:_\{?\w\}?)?\s*(?:‖|\|\||\\\||\\[lr]?Vert|\\right)"
WHO = re.compile(
    rf"\b(?:(?P<who>query|queries|key|keys)(?:['’]s?|[- ]side|[- ]dependent)?\s+(?:own\s+)?{THING}s?\b"
    rf"|(?:{THING}|one)s?\s+(?:of|for|with|from|(?:that|which) (?:depends|depend) on)\s+(?:the\s+|each\s+|a\s+)?(?P<who2>query|queries|key|keys|\$?[qk]_\{{?[ij]\}}?\$?)(?!\w)"
    rf"|{THING}s?\s+\$?{LETTER})",
    re.I,
)
VERB = r"(?P<cancels>cancels?(?:\s+out)?|drops?\s+out|falls?\s+out|divides?\s+out)|(?P<stays>stays?|remains?|survives?|(?:is|are)\s+kept|must\s+(?:be\s+kept|stay)|has\s+to\s+(?:be\s+kept|stay))"
CLAIM = re.compile(
    rf"(?P<gap>[^.;:]{{0,90}}?)(?<![a-z])(?P<not>(?:does|do)(?:\s+not|n['’]t)\s+|cannot\s+|never\s+)?(?:{VERB})\b",
    re.I,
)
BROKEN = re.compile(
    r"\b(?:not|no|nor|neither|other|both|sum|but|while|whereas|than|difference|cross|keys?|query|queries|values?|exponents?|square)\b|n['’]t\b",
    re.I,
)
# "stays positive", "cancel each other": another statement
OTHERWISE = re.compile(
    r"\s*(?:each other|one another|positive|bounded|finite|small|large|unchanged|frozen|trainable|equal|non|below|above|between|constant|in the (?:exponent|kernel)|against|for\b|the same|as\b|fixed|close|near|under|within|at\b|with\b)",
    re.I,
)
ABOUT = re.compile(r"attention|softmax|numerator|denominator|quotient|normali[sz]", re.I)
KERNEL = re.compile(r"gauss|random|\bRFA\b|\\exp|\bexp\b|kernel", re.I)
# with keys of one length the key's factor does cancel; without the quotient nothing does
CONDITION = re.compile(
    r"\b(?:if|when|only|unless|except|constant|same (?:norm|length)|equal (?:norm|length)|unit|normali[sz]ed keys|would|could|one might|without|before|in the numerator alone|as long as|kernel itself|wrong|mistake)\b",
    re.I,
)


def factor_claims(sentence: str, before: str) -> Iterator[Spanned]:
    """`the query factor cancels, the key factor stays`.

    >>> told = "In the attention with the Gaussian kernel the key factor cancels."
    >>> [judged.ruling.value for _, _, judged in factor_claims(told, "")]
    ['refuted']
    """
    around = f"{before[-1200:]} {sentence}"
    if not ABOUT.search(around) or not KERNEL.search(around) or CONDITION.search(sentence):
        return
    for named in WHO.finditer(sentence):
        found = CLAIM.match(sentence, named.end())
        if found is None or BROKEN.search(found.group("gap")) or WHO.search(found.group("gap")):
            continue
        if OTHERWISE.match(sentence, found.end()):
            continue
        whose = next(filter(None, (named.group(key) for key in ("who", "who2", "letter")))).strip("$").lower()
        query = whose.startswith("q")
        cancels = bool(found.group("cancels")) != bool(found.group("not"))
        start, end = named.start(), found.end()
        if query == cancels:
            which = "is the same in every term of both sums" if query else "differs from key to key"
            says = f"exp of {'‖q‖' if query else '‖k‖'}² {which}, so it {'cancels' if query else 'stays'}"
            yield start, end, verified(Kind.FACT, says, Method.SYMBOLIC)
            continue
        if query:
            says = "exp(‖q‖²/(2σ²)) stands before both sums and cancels in their quotient"
            witness: dict[str, object] = {"numerator": "c·(1·v_1 + 2·v_2)", "denominator": "c·(1 + 2)", "quotient": "(v_1 + 2·v_2)/3 for every c"}  # fmt: skip
        else:
            says = "exp(‖k_j‖²/(2σ²)) differs from key to key, so it weighs the terms and stays"
            witness = {"values": [0, 1], "kernel of both keys": 1, "key factors": [1, 3], "with the factors": 0.75, "without": 0.5}  # fmt: skip
        yield start, end, refuted(Kind.FACT, says, Method.SYMBOLIC, witness)


__all__ = ["factor_claims"]
