# ruff: noqa: E501 -- a pattern stays on one line
"""What the causal form costs beside the form without a mask: the same order, whatever the way to attention."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Kind, Method, Spanned, refuted, verified

CAUSAL = re.compile(
    r"\b(?:the |a )?(?:causal|masked|autoregressive|recurrent) (?:form|version|variant|case|one|attention|recursion|pass|model|mask)\b|\bcausality\b|\bmasking\b|\bprefix sums\b",
    re.I,
)
OTHER = re.compile(
    r"\b(?:non-?causal|not causal|bidirectional|unmasked|full|plain|ordinary|other|non-?masked)(?: (?:form|version|variant|case|one|attention))?\b|\bwithout (?:the |a )?mask\b",
    re.I,
)
SPENDS = r"\b(?:costs?|takes?|needs?|is|requires?|adds?|makes it|multiplies the (?:cost|time|work))\b"
MORE = re.compile(
    rf"{SPENDS}(?: (?:therefore|thus|then|still|only|about|by|up))*(?: a)? (?:factor (?:of )?\$?[NnT]\b(?: (?:more|as much|slower|dearer|worse))?|\$?[NnT]\$? times (?:as (?:much|long|many|expensive|dear)|more|the (?:time|cost|work))|quadratically more|(?:an )?(?:additional|extra) factor (?:of )?\$?[NnT]\b)",
    re.I,
)
SAME = re.compile(
    rf"{SPENDS}(?: (?:therefore|thus|then|still|only|about|also|exactly|asymptotically|just))* (?:(?:no|nothing) (?:more|extra|dearer|slower)|the same(?: (?:order|time|cost|amount|work|number of multiplications))?|as (?:much|cheap|fast|expensive|dear|long|many)|just as (?:much|cheap|fast|long)|at most a constant factor more|equally (?:cheap|dear|expensive))\b",
    re.I,
)
ELSE = re.compile(
    r"\b(?:memory|storage|stor\w+|kept|keeps?|na[iï]ve\w*|scratch|recomput\w+|afresh|anew|rebuil\w+|parallel\w*|GPU|laptop|seconds|measured|in practice|loop|half|twice|per token|each token|parameters?)\b",
    re.I,
)
DENIED = re.compile(r"\b(?:not|never|n['’]t|no longer|wrong|false)\b|\?", re.I)
SAYS = "each token adds to sums of a fixed size, or meets the keys before it: the order is that of the form without a mask"


def causal_costs(text: str) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of the causal form's cost beside the other's.

    >>> [judged.ruling.value for *_, judged in causal_costs("The causal form costs a factor N more than the non-causal one.")]
    ['refuted']
    """
    causal = CAUSAL.search(text)
    if (
        causal is None
        or ELSE.search(text)
        or not (OTHER.search(text) or re.search(r"\bthan before\b|\bas before\b", text))
    ):
        return
    for pattern, right in ((MORE, False), (SAME, True)):
        found = pattern.search(text, causal.end())
        if found is None or DENIED.search(text[causal.start() : found.start()]):
            continue
        end = len(text.rstrip(" .;"))
        if right:
            yield causal.start(), end, verified(Kind.COMPLEXITY, SAYS, Method.COUNT)
        else:
            yield (
                causal.start(),
                end,
                refuted(Kind.COMPLEXITY, SAYS, Method.COUNT, {"factor": "constant", "stated": "N"}),
            )
        return


__all__ = ["causal_costs"]
