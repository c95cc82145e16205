# ruff: noqa: E501 -- a pattern stays on one line
"""How the counts of a batch of P classes with K images each grow with P and K: `doubling P doubles the triplets`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.triplets.batch_counts import count_of
from grader.verify.triplets.embeddings import Classes

_P = r"\$?P\$?(?![\w(])|(?:the number of |twice as many |more )?(?:people|persons|classes|identities)(?: (?:in|per) (?:a|the) batch)?"
_K = r"\$?K\$?(?![\w(])|(?:the number of )?(?:images|photos|pictures|faces|examples) (?:per|of each|for each|of every) (?:person|class|identity)"
THINGS = (
    ("triplets", r"(?:valid |possible )*triplets"),
    ("positive pairs", r"(?:anchor[- –]positive|positive) pairs"),
    ("negative pairs", r"negative pairs"),
    ("negatives", r"negatives (?:per|for each|of each|of an|for an|for every) anchor"),
    ("anchors", r"anchors"),
)
_THING = "|".join(f"(?P<t{place}>{words})" for place, (_, words) in enumerate(THINGS))
FACTORS = {"doubles": 2, "triples": 3, "quadruples": 4, "octuples": 8}
STEPS = {"doubling": 2, "tripling": 3, "quadrupling": 4}
STEP = re.compile(
    rf"\b(?P<step>{'|'.join(STEPS)}) (?:the )?(?:(?P<p>{_P})|(?P<k>{_K}))(?:,? (?:at|with|for|keeping|while)(?: a| the)? ?(?:fixed|constant|same|unchanged)? ?\$?[PK]?\$?(?: (?:is )?(?:fixed|constant))?,?)? (?:also |exactly |roughly |about |more than |simply |then )*(?P<verb>{'|'.join(FACTORS)}|multiplies) (?:the )?(?:number of )?(?:{_THING})(?: by (?P<by>\d+|two|four|eight))?",
    re.I,
)
GROWS = re.compile(
    rf"\bnumber of (?:{_THING})\s+(?:(?:grows?|is|rises?|increases?|goes) )(?:only |even )?(?P<how>linear(?:ly)?|proportional(?:ly)?|quadratic(?:ally)?|cubic(?:ally)?|like the square|with the square|like the cube|with the cube)(?: (?:in|with|to|of|as))*\s+(?:(?P<p>{_P})|(?P<k>{_K}))",
    re.I,
)
DEGREES = {"linear": 1, "propor": 1, "quadra": 2, "cubic": 3, "square": 2, "cube": 3}
OTHER = re.compile(
    r"\b(?:if|would|could|not|never|active|hard|semi-?hard|loss|batch size|together with)\b|\?|n['’]t\b", re.I
)
WORDS = {"two": 2, "four": 4, "eight": 8}
BASE = (8, 4)
REACH = 1500


def batch_growth(sentence: str, before: str) -> Iterator[Spanned]:
    """(start, end, ruling) of each statement of growth, by counts at two sizes.

    >>> [j.says for *_, j in batch_growth("Doubling P at fixed K doubles the number of valid triplets.", "")]
    ['8 classes of 4 have 2,688 triplets, 16 of 4 have 11,520: 4.29 times as many']
    """
    if OTHER.search(sentence) or not re.search(
        r"triplet|anchor|batch", f"{before[-REACH:]} {sentence}", re.I
    ):
        return
    for found in STEP.finditer(sentence):
        what = _what(found)
        step = STEPS[found["step"].lower()]
        p, k = BASE
        sizes = (p * step, k) if found["p"] else (p, k * step)
        first, second = _many(p, k, what), _many(*sizes, what)
        verb = found["verb"].lower()
        by = found["by"] or ""
        stated = FACTORS.get(verb) or WORDS.get(by.lower()) or (int(by) if by.isdigit() else None)
        if stated is None:
            continue
        rate = Fraction(second, first)
        says = f"{p} classes of {k} have {first:,} {what}, {sizes[0]} of {sizes[1]} have {second:,}: {float(rate):.3g} times as many"
        loosely = re.search("roughly|about", found.group(), re.I) is not None
        if (
            rate == stated
            or (loosely and step ** _degree(what, found) == stated)
            or (re.search("more than", found.group(), re.I) and stated < rate)
        ):
            yield *found.span(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            witness = {
                "classes": [p, sizes[0]],
                "images each": [k, sizes[1]],
                what: [first, second],
                "stated": f"{stated} times",
            }
            yield *found.span(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)
    for found in GROWS.finditer(sentence):
        what = _what(found)
        how = found["how"].lower()
        stated = next(degree for word, degree in DEGREES.items() if word in how)
        exact, letter = _degree(what, found), "P" if found["p"] else "K"
        p, k = 10**3, 10**3
        larger = _many(*((2 * p, k) if letter == "P" else (p, 2 * k)), what)
        says = f"at large {letter} twice as large a {letter} gives {round(larger / _many(p, k, what))} times as many {what}: they grow like {letter}^{exact}"
        if stated == exact:
            yield *found.span(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif "propor" not in how or exact > 1:
            yield (
                *found.span(),
                refuted(Kind.ARITHMETIC, says, Method.COUNT, {"power": exact, "stated": stated}),
            )


def _many(p: int, k: int, what: str) -> int:
    return count_of(Classes((k,) * p), what, unordered=False)[0]


def _what(found: re.Match[str]) -> str:
    return next(what for place, (what, _) in enumerate(THINGS) if found[f"t{place}"])


def _degree(what: str, found: re.Match[str]) -> int:
    """The power of P or K with which a count grows, read off two large batches."""
    large = 10**3
    sizes = (2 * large, large) if found["p"] else (large, 2 * large)
    rate = _many(*sizes, what) / _many(large, large, what)
    return round(rate).bit_length() - 1


__all__ = ["batch_growth"]
