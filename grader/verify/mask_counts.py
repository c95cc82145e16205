# ruff: noqa: E501 -- a pattern stays on one line
"""How many pairs of N tokens a causal mask leaves, in numbers: N(N + 1)/2 with the diagonal, N(N − 1)/2 without."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.lettered import letters_given

NUMBER = r"\d{1,3}(?:,\d{3})+|\d{1,9}"
THINGS = r"(?:pairs|entries|scores|weights|positions|inner products|products|of them|combinations)"
MASK = re.compile(
    r"\bcausal|\bmask(?:ed|ing|s)?\b|\blower triang|\bj\s*(?:≤|<=|\\le)\s*i\b|\btriangle\b", re.I
)
LEFT = re.compile(
    rf"\b(?P<verb>leaves?|keeps?|kept|left|remain|remains|allows?|allowed|retains?|has|have|needs?|are computed|survive)\s+(?:only\s+|just\s+|exactly\s+)?(?:[\d·*/() +−-]{{3,24}}=\s*)?(?P<many>{NUMBER})(?![\d.,]*\d|\s*(?:[·*/+×^%−]|tokens|dimensions|heads|layers|bytes))(?P<things>\s+{THINGS})?(?:\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?(?P<all>{NUMBER}))?"
    rf"|(?<![\w.,/=·*×+−^-])(?P<many2>{NUMBER})\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?(?P<all2>{NUMBER})\s+{THINGS}\s+(?:remain|survive|are left|are kept|are allowed|are computed|stay)\b"
)
# without the diagonal, or what the mask removes
STRICT = re.compile(
    r"diagonal|strict|j\s*<\s*i\b|\\lt|without|itself|remov\w*|hid\w*|mask(?:ed|s) out|cut|drop\w*|zero\w*|forbid\w*|excluding|minus|not\b|n['’]t\b|pass(?:es)?|per|each|every|token \d|row|query|first|last|window|band|instead|would|if",
    re.I,
)


PAIRS = re.compile(
    rf"\b(?:leaves?|keeps?|kept|retains?|allows?|there (?:are|remain))\s+(?:only\s+|just\s+|exactly\s+)?\$?\\?(?:[td]?frac\s*\{{\s*)?(?P<n>N|n|T)\s*(?:\\cdot\s*|·\s*)?\(\s*(?P=n)\s*(?P<sign>[+−-])\s*1\s*\)\s*(?:\}}\s*\{{\s*2\s*\}}|/\s*2)\$?\s+(?:\w+ )?{THINGS}"
)


def mask_formulas(sentence: str, before: str) -> Iterator[Spanned]:
    """`a causal mask keeps N(N + 1)/2 pairs`: with the diagonal.

    >>> [j.ruling.value for *_, j in mask_formulas("The causal mask keeps N(N-1)/2 pairs.", "")]
    ['refuted']
    """
    found = PAIRS.search(sentence) if re.search(r"\bcausal|\bmask(?:ing)?\b", sentence, re.I) else None
    if found is None:
        return
    says = "N tokens have N(N + 1)/2 pairs with j ≤ i"
    if found.group("sign") == "+":
        yield found.start(), found.end(), verified(Kind.IDENTITY, says, Method.COUNT)
    elif not STRICT.search(sentence) and not STRICT.search(before[-200:]):
        witness = {"N": 2, "pairs": 3, "stated": 1}
        yield found.start(), found.end(), refuted(Kind.IDENTITY, says, Method.COUNT, witness)


LEAVES = re.compile(r"\b(?:leaves?|left|keeps?|kept|remains?|allow(?:s|ed)?|retains?|survive)\b")


def mask_counts(sentence: str, before: str) -> Iterator[Spanned]:
    """`for N = 100 the mask leaves 5050 of 10,000`: counted.

    >>> [j.says for *_, j in mask_counts("For N = 100 the causal mask leaves 4950 of 10,000 pairs.", "")]
    ['100 tokens have 100·101/2 = 5,050 pairs with j ≤ i, not 4,950']
    """
    if not MASK.search(sentence):
        return
    with_diagonal = False
    for found in LEFT.finditer(sentence):
        every = found.group("all") or found.group("all2")
        if every is None and found.group("things") is None:
            continue
        n = _tokens(sentence, found.start())
        if n is None:
            continue
        many = int((found.group("many") or found.group("many2")).replace(",", ""))
        if every is not None and int(every.replace(",", "")) != n * n:
            continue
        exact = n * (n + 1) // 2
        says = f"{n} tokens have {n}·{n + 1}/2 = {exact:,} pairs with j ≤ i"
        if many == exact:
            with_diagonal = True
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif (
            many < n * n
            and LEAVES.search(found.group())
            and not STRICT.search(sentence)
            and (with_diagonal or not STRICT.search(before[-200:]))
        ):
            witness = {"N": n, "pairs": exact, "stated": many}
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, f"{says}, not {many:,}", Method.COUNT, witness),
            )


def _tokens(sentence: str, until: int) -> int | None:
    """The number of tokens that a sentence gave last before a place, else its only one."""
    given = letters_given(sentence[:until]).get("N") or letters_given(sentence).get("N", ())
    if given:
        return int(given[-1]) if given[-1].denominator == 1 else None
    told = re.findall(rf"\b({NUMBER})\s+tokens\b", sentence[:until])
    return int(told[-1].replace(",", "")) if told else None


__all__ = ["mask_counts", "mask_formulas"]
