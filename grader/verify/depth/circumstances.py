# ruff: noqa: E501 -- a pattern stays on one line
"""Whether a sentence speaks of other images, networks or settings than those whose numbers stand before it."""

from __future__ import annotations

import re

_OTHER = r"(?:second|third|another|other|different|new|next|previous|earlier|following|larger|smaller|bigger|wider|untrained|pre-?trained|pruned|original|real|actual)"
_THING = r"(?:sets?|samples?|batch(?:es)?|networks?|models?|runs?|seeds?|layers?|probes?|images?|photos?|pictures?|tests?|data(?:sets?)?|histograms?|examples?|definition|convention|architectures?)"
OTHER_THINGS = re.compile(rf"\b{_OTHER} (?:\w+ )?{_THING}\b", re.I)
OTHER_CASE = re.compile(
    rf"{OTHER_THINGS.pattern}|\b(?:training|validation|train) (?:set|images?|data|examples|accuracy)\b|\bamong the training\b"
    r"|\bwith (?:k\s*=|more\b|fewer\b|less\b|noise\b|weights\b|weighting\b|augmentation\b|dropout\b|(?:an? )?(?:larger|smaller|different|second|other)\b)|\bwithout (?!having\b|an? |any\b|more\b|half\b)"
    r"|\bafter (?!all\b|that\b|conv|layer|max|avg|the (?:max|average|first conv))|\bwhen(?:ever)?\b|\bonce\b|\bweighted by (?:the )?distance|\bdistance-weighted|\bby distance\b"
    r"|\b(?:ris(?:es?|ing)|fall(?:s|ing)?|drop(?:s|ping)?|grow(?:s|ing)?|increas(?:es?|ing)|decreas(?:es?|ing)|rose|fell) (?:up |down )?(?:to|from|by)\b|\b(?:goes|go|went) (?:up|down) (?:to|from|by)\b"
    r"|\bpaper\b|\bBaldock\b|\bimagenet\b|\bon average over\b|\bseeds?\b|\bif\b|\bwould\b|\bexcept\b|\bleft out\b|\bleaving out\b|\bwrong(?:ly)? (?:classified )?(?:ones|images)\b",
    re.I,
)
WHOLE_SET = re.compile(
    r"\b(?:full|whole|entire|complete|real) (?:test )?(?:set|data|sample)\b|\ball (?:test )?images\b|\bon average\b|\bin general\b",
    re.I,
)


def elsewhere(sentence: str) -> bool:
    """Whether what a sentence says may hold under other circumstances than those of the numbers before it.

    >>> [elsewhere(one) for one in ("With k = 1 the median is 2.", "So the median is 2.")]
    [True, False]
    """
    return OTHER_CASE.search(sentence) is not None


__all__ = ["OTHER_CASE", "OTHER_THINGS", "WHOLE_SET", "elsewhere"]
