# ruff: noqa: E501 -- a pattern stays on one line
"""Which of several named images is deeper: `image C is the deepest`, `B has a larger depth than A`, `A and D have the same depth`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from grader.verify.claim import Kind, Method, Spanned, refuted, verified
from grader.verify.depth.votes import Votes

_IMAGE = r"(?:the |an? )?(?:image |picture |example |photo )?"
DEEPEST = r"deepest|hardest|most difficult|largest (?:prediction )?depth|greatest (?:prediction )?depth|highest (?:prediction )?depth"
SHALLOWEST = r"shallowest|easiest|smallest (?:prediction )?depth|lowest (?:prediction )?depth|least difficult"
DEEPER = r"deeper|harder|more difficult|larger (?:prediction )?depth|greater (?:prediction )?depth|higher (?:prediction )?depth"
SHALLOWER = r"shallower|easier|less difficult|smaller (?:prediction )?depth|lower (?:prediction )?depth"
OTHERWISE = re.compile(
    r"\b(?:not|never|if|would|could|might|second|unless|accura\w*|label)\b|n['’]t\b|\?", re.I
)


def image_orders(text: str, votes: Sequence[Votes]) -> Iterator[Spanned]:
    """(start, end, ruling) of each comparison of the depths of images whose votes have been given.

    >>> told = [Votes(("1", "1", "2"), name="A"), Votes(("2", "2", "2"), name="B")]
    >>> [judged.says for *_, judged in image_orders("Image B is the deepest of all; A is deeper than B.", told)]
    ['the depths are A 2, B 0', 'A has depth 2, B has depth 0']
    """
    depths = {one.name: one.depth for one in votes if one.name and one.depth is not None}
    if len(depths) < 2 or len({one.name for one in votes if one.name}) != len(depths):
        return
    known = {name: depth for name, depth in depths.items() if depth is not None}
    name = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
    at = 0
    for piece in re.split(r"(?<=[!?;])(?=\s)|(?<=[\w%)]\.)(?=\s+[A-Z])", text):
        if not OTHERWISE.search(piece):
            for start, end, judged in (*_extremes(piece, known, name), *_pairs(piece, known, name)):
                yield at + start, at + end, judged
        at += len(piece)


def _extremes(piece: str, known: Mapping[str, int], name: str) -> Iterator[Spanned]:
    listed = ", ".join(f"{one} {depth}" for one, depth in known.items())
    for found in re.finditer(
        rf"(?<!\w){_IMAGE}(?P<a>{name})(?!\w)\s+(?:(?:is|has|was|gets)\s+(?:by far )?(?:the )?|the )(?:(?P<up>{DEEPEST})|(?P<down>{SHALLOWEST}))\b"
        rf"|\b(?:(?P<up2>{DEEPEST})|(?P<down2>{SHALLOWEST}))\b(?:\s+(?:of (?:them|all|the \w+|these)|one|image|picture|example))*\s*(?:is|:|belongs to|has|was|goes to)\s+(?:that of )?{_IMAGE}(?P<b>{name})(?!\w)",
        piece,
    ):
        one = found.group("a") or found.group("b")
        up = bool(found.group("up") or found.group("up2"))
        best = max(known.values()) if up else min(known.values())
        says = f"the depths are {listed}"
        if known[one] == best:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, says, Method.COUNT, {"depths": listed, "stated": one}),
            )


def _pairs(piece: str, known: Mapping[str, int], name: str) -> Iterator[Spanned]:
    for found in re.finditer(
        rf"(?<!\w){_IMAGE}(?P<a>{name})(?!\w)\s+(?:is|has|was|settles)\s+(?:an? )?(?:(?P<up>{DEEPER})|(?P<down>{SHALLOWER}))\s+than\s+(?:that of )?{_IMAGE}(?P<b>{name})(?!\w)"
        rf"|(?<!\w){_IMAGE}(?P<c>{name})(?!\w) and {_IMAGE}(?P<d>{name})(?!\w) (?:have|share|are of) (?P<same>(?:the same|an equal|one) (?:prediction )?depth)",
        piece,
    ):
        one, other = (found.group("a") or found.group("c")), (found.group("b") or found.group("d"))
        first, second = known[one], known[other]
        holds = (
            first == second
            if found.group("same")
            else first > second
            if found.group("up")
            else first < second
        )
        says = f"{one} has depth {first}, {other} has depth {second}"
        if holds:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, says, Method.COUNT, {one: first, other: second}),
            )


__all__ = ["image_orders"]
