# ruff: noqa: E501 -- a pattern stays on one line
"""Sides of images on their way through layers: `turns 32 into 28`, stages of a ResNet, pixels that stacked layers see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.networks.layers import PADDING, STRIDE, kernel_of, output_side
from grader.verify.reading.numerals import value_of

BY = r"\s?(?:×|x)\s?"
SQUARE = r"(?P<{0}>\d{{1,4}})(?:{by}(?P={0}))?(?!\d|\.\d|\s?[×x]\s?\d)"


def _side(name: str) -> str:
    return SQUARE.format(name, by=BY)


WHAT = r"(?:an? |the )?(?:side (?:length )?of |(?:square )?(?:image|input|map|picture|size|width) (?:of )?)?"
TURNS = re.compile(
    rf"\b(?:turns?|maps?|takes?|shrinks?|reduces?|brings?|transforms?|changes?|converts?)\s+{WHAT}{_side('a')}(?: [a-z]+)?\s+(?:in)?to\s+{WHAT}{_side('b')}"
)
AND_TURNS = re.compile(rf"\s*(?:,|and|, and)\s+{WHAT}{_side('a')}\s+(?:in)?to\s+{WHAT}{_side('b')}")
KERNEL = re.compile(
    rf"(?<![\d×x])(?P<k>\d{{1,2}}){BY}(?P=k)(?![\d×x])[ -]?(?:stride-\d )?(?:kernels?|filters?|windows?|conv\w*|(?:(?:max|average|avg)[- ]?)?pool\w*)",
    re.I,
)
UNCLEAR = re.compile(
    r"\bdilat|transposed|deconv|upsampl|depthwise|separable|\bceil|'?same'? padding|\b1-?D\b|\b3-?D\b|\beach layer|followed by|\btwo (?:conv|layers|such)|\btwice\b|\bstacked?\b",
    re.I,
)
MOST_STRIDE = 4


def turned_sides(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of `a 5×5 convolution without padding turns 32×32 into 28×28`."""
    at = 0
    for piece in re.split(r"(?<=;)\s", sentence):
        start, at = sentence.index(piece, at), sentence.index(piece, at) + len(piece)
        yield from ((start + first, start + last, judged) for first, last, judged in _turned(piece))


def _turned(piece: str) -> Iterator[tuple[int, int, Judged]]:
    pairs: list[tuple[int, int, int, int]] = []
    for found in TURNS.finditer(piece):
        pairs.append((found.start(), found.end(), int(found.group("a")), int(found.group("b"))))
        while (more := AND_TURNS.match(piece, pairs[-1][1])) is not None:
            pairs.append((more.start("a"), more.end(), int(more.group("a")), int(more.group("b"))))
    if not pairs or UNCLEAR.search(piece):
        return
    rest = piece
    for first, last, _, _ in pairs:
        rest = rest[:first] + " " * (last - first) + rest[last:]
    kernels: set[int | None] = {int(found.group("k")) for found in KERNEL.finditer(rest)}
    kernels = kernels or {kernel_of(rest)}
    strides = {int(one.group("value") or one.group("other")) for one in STRIDE.finditer(rest)}
    paddings = {
        0 if one.group("none") else int(one.group("value") or one.group("other"))
        for one in PADDING.finditer(rest)
    }
    kernel = kernels.pop() if len(kernels) == 1 else None
    if kernel is None or len(strides) > 1 or len(paddings) > 1 or 0 in strides:
        return
    pooling = bool(re.search(r"pool", rest, re.I))
    if not paddings and not pooling:
        return
    padding = paddings.pop() if paddings else 0
    usual = kernel if pooling else 1
    stride = strides.pop() if strides else usual
    for first, last, size, stated in pairs:
        if size + 2 * padding < kernel:
            continue
        exact = output_side(size, kernel, stride, padding)
        says = f"⌊({size} − {kernel} + 2·{padding})/{stride}⌋ + 1 = {exact}"
        possible = {
            output_side(size, kernel, other, padding)
            for other in ((stride,) if STRIDE.search(rest) else range(1, MOST_STRIDE + 1))
        }
        if stated == exact:
            yield first, last, verified(Kind.ARITHMETIC, says, Method.COUNT)
        elif stated not in possible:
            yield first, last, refuted(Kind.ARITHMETIC, f"{says}, not {stated}", Method.COUNT, {"side": exact, "stated": stated})  # fmt: skip


# -- layers one after the other ----------------------------------------------------------------------------------------

STACKED = re.compile(
    rf"\b(?P<many>two|three|four|five|[2-9])\s+(?:stacked |successive |consecutive )?(?P<k>[357]){BY}(?P=k)[ -](?:conv\w*|layers?|filters?|kernels?)[^.;\d]{{0,40}}?\b(?:see|sees|cover|covers|reach|have a receptive field of|receptive field (?:is|of))\s+(?P<a>\d{{1,2}}){BY}(?P=a)(?![\d×x])",
    re.I,
)


def stacked_fields(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`Two stacked 3×3 convolutions see 5×5 pixels`: each adds one less than its side."""
    if re.search(r"\bstride|dilat|pool", sentence, re.I):
        return
    for found in STACKED.finditer(sentence):
        word = found.group("many").lower()
        many = value_of(word)
        exact = many * (int(found.group("k")) - 1) + 1
        says = f"{many} layers of side {found.group('k')} see {exact}×{exact}"
        if int(found.group("a")) == exact:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, {"side": exact, "stated": int(found.group("a"))})  # fmt: skip


def side_claims(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each such statement of a sentence."""
    yield from turned_sides(sentence)
    yield from stacked_fields(sentence)


__all__ = ["side_claims"]
