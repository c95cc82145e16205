# ruff: noqa: E501 -- a pattern stays on one line
"""Sides of images on their way through layers: `turns 32 into 28`, stages of a ResNet, pixels that stacked layers see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.networks.classifier import OTHER_LAYOUT
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


# -- the stages of a ResNet ----------------------------------------------------------------------------------------

IMAGE = re.compile(
    rf"(?<![\d×x])(?:[13]{BY})?(?P<side>\d{{2,3}}){BY}(?P=side)(?:{BY}[13])?(?![\d×x])\$?[- ](?:[a-z]+ )?(?:images?|inputs?|pictures?)\b"
    rf"|\b(?:images?|inputs?|pictures?)\b[^.;\d]{{0,25}}?(?:[13]{BY})?(?P<other>\d{{2,3}}){BY}(?P=other)(?:{BY}[13])?(?![\d×x])"
)
NAMED_STAGE = r"`?(?P<stage>conv1|bn1|max-?\s?pool(?:ing)?|layer[1-4]|avg-?pool)`?"
# "the activations have shape", "a 32×32 image has become a": no other stage and no kernel may stand between
BETWEEN = rf"(?:(?!\b(?:conv|layer|pool|kernel|filter|window|stride|bn|before|than|with(?:out)?\b)\w*)[^.;:|\d×]|(?<![\d×])\d{{2,3}}{BY}\d{{2,3}}(?=[ -](?:images?|inputs?))){{0,60}}?"
OUTPUT_OF = rf"(?:{BY}(?P<b>\d{{1,3}}))(?![\d×x]|\s?[×x]\s?\d|[ -](?:kernels?|filters?|conv\w*|pool\w*|windows?|max|images?|inputs?))"
STAGE = re.compile(
    rf"\b{NAMED_STAGE}(?: layer)?(?: of (?:the |a )?ResNet-?\d+)?(?:\s*\([^()]{{1,60}}\))?(?:['’]s output)?\s*(?:is|are|gives?|has|have|outputs?|yields?|leaves?|makes|produces|returns|:|→|,|\||it is)?\s*(?:an? |the )?(?:(?P<channels>\d{{1,4}}){BY})?(?P<a>\d{{1,3}}){OUTPUT_OF}"
)
AFTER_STAGE = re.compile(
    rf"\b(?:[Aa]fter|[Bb]ehind|[Aa]t|[Oo]utput of|[Ff]rom) (?:the )?{NAMED_STAGE}(?! and\b){BETWEEN}(?<![\d×])(?:(?P<channels>\d{{1,4}}){BY})(?P<a>\d{{1,3}}){OUTPUT_OF}"
)
# Channels of the basic networks and the factor by which a stage has shrunk the side; torchvision's ResNet.
STAGES = {"conv1": (64, 2), "bn1": (64, 2), "avgpool": (512, 0), "maxpool": (64, 4), "layer1": (64, 4), "layer2": (128, 8), "layer3": (256, 16), "layer4": (512, 32)}  # fmt: skip
BASIC = re.compile(r"ResNet-?(?:18|34)\b")


# "16384 after conv1", "the flattened output of layer3 has 1024 entries", a column of a table
NAMED = r"(?P<stage>input|conv1|bn1|max-?\s?pool(?:ing)?|layer[1-4]|avg-?pool)"
LENGTH = r"(?P<many>\d{1,3}(?:,\d{3})+|\d{2,6})"
FLATTENED = (
    re.compile(rf"(?<![\d.,×]){LENGTH}(?!\d|×|\.\d|\s?(?:thousand|million|k\b|M\b)) ?\$? ?(?:numbers|entries|features|values|activations)?\s*(?:at|after|from|for|behind) (?:the )?{NAMED}\b"),
    re.compile(rf"\b{NAMED}(?:['’]s)?(?: output)? (?:has|have|gives|is of length|flattens to|becomes) \$?(?:\d+(?: ?(?:[·×*]|\\cdot|\\times) ?\d+)+ ?= ?)?{LENGTH}(?!\d|×|\.\d|\s?(?:thousand|million|k\b|M\b))(?!\$? ?(?:[×x·*]|\\times|\\cdot|channels|filters|kernels|param|weights))"),
    re.compile(rf"\b{NAMED}\b[^|]*\|[^|]*[×x][^|]*\|\s*\$?{LENGTH}(?!\d|×|\.\d|\s?(?:thousand|million|k\b|M\b))"),
)  # fmt: skip


# The homework's images, where a text says nothing else.
HOMEWORK_SIDE = 32
SAID_SIDE = re.compile(
    rf"(?<![\d×])\d{{2,3}}{BY}\d{{2,3}}(?!\s?[×x]\s?\d)(?=\$?[ -](?:[a-z]+ )?(?:images?|inputs?|pictures?|pixels?))|224"
)
# After this the images have another side.
RESIZED = re.compile(r"\b(?:resiz|rescal|upscal|downscal|upsampl|enlarg|crop|padded to|scaled)\w*", re.I)


def _image_side(text: str) -> int | None:
    """The side of the images that a text speaks of last, if a ResNet divides it evenly."""
    images = list(IMAGE.finditer(text))
    if not images or RESIZED.search(text[images[-1].start() :]):
        return None
    side = int(images[-1].group("side") or images[-1].group("other"))
    return None if side % 32 else side


def _side_behind_conv1(text: str) -> int | None:
    """The side of the images of which conv1 makes what a text says."""
    sides = {2 * int(found.group("a")) for found in STAGE.finditer(text) if found.group("stage") == "conv1"}
    return sides.pop() if len(sides) == 1 and not min(sides) % 32 else None


def _stage(name: str) -> str:
    plain = re.sub(r"[\s-]", "", name.lower())
    return "maxpool" if plain.startswith("max") else plain


PROBED = re.compile(
    r"prediction[- ]depth|\bprobes?\b|example[- ]difficulty|flattened (?:activations|output)", re.I
)


def stage_sides(sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """`for 32×32 inputs conv1 gives 64×16×16, layer4 512×1×1` of a ResNet as torchvision builds it."""
    whole = f"{about} {sentence}"
    # the homework's own network is a ResNet-18, whether the text says so or not
    homework = bool(PROBED.search(f"{about[-2500:]} {sentence}"))
    if not (homework or re.search(r"ResNet", whole)) or OTHER_LAYOUT.search(f"{about[-1500:]} {sentence}"):
        return
    basic = (homework or bool(BASIC.search(whole))) and not re.search(
        r"ResNet-?(?:50|101|152)\b", f"{about[-600:]} {sentence}"
    )
    at_stage = {found.start("a"): found for found in AFTER_STAGE.finditer(sentence)}
    for found in ({found.start("a"): found for found in STAGE.finditer(sentence)} | at_stage).values():
        before = f"{about[-900:]} {sentence[: found.start('a')]}"
        side = _image_side(before) or _side_behind_conv1(before)
        assumed = side is None
        if side is None and homework and not SAID_SIDE.search(f"{about} {sentence[: found.start('a')]}"):
            side = HOMEWORK_SIDE
        if side is None:
            continue
        stage = _stage(found.group("stage"))
        channels, factor = STAGES[stage]
        a, b = int(found.group("a")), int(found.group("b"))
        many = found.group("channels")
        if many and not basic:
            continue
        true = side // factor if factor else 1
        shown = f"{channels}×{true}×{true}" if many else f"{true}×{true}"
        says = (
            f"{stage} divides the side of {side} by {factor}: {shown}"
            if factor
            else f"{stage} averages every map: {shown}"
        )
        if a == b == true and (not many or int(many) == channels):
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
        elif a == b and not assumed:
            stated = f"{many + '×' if many else ''}{a}×{b}"
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, {"output": shown, "stated": stated})  # fmt: skip
    yield from _channels(sentence) if basic else ()
    if basic and re.search(r"flatten|\bentries\b", f"{about[-900:]} {sentence}", re.I):
        yield from _flattened(sentence, about)


CHANNELS = re.compile(
    rf"\b{NAMED_STAGE} (?:has|gives|outputs|yields|produces|with) (?P<many>\d{{2,4}}) (?:output )?(?:channels|feature maps)\b"
)
AVERAGED = re.compile(
    r"\b(?:global |adaptive )?(?P<stage>average pooling|avg-?pool)\b[^.;:\d]{0,40}?\b(?:vector|list|row)s? (?:of|with) (?:length |size )?(?P<many>\d{2,4})\b"
)


def _channels(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """`layer2 has 128 channels`, `average pooling leaves a vector of 512 numbers`."""
    for found in (*CHANNELS.finditer(sentence), *AVERAGED.finditer(sentence)):
        stage = "avgpool" if found.re is AVERAGED else _stage(found.group("stage"))
        true, stated = STAGES[stage][0], int(found.group("many"))
        says = f"{stage} of a ResNet-18 gives {true} channels"
        if stated == true:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
        else:
            yield found.start(), found.end(), refuted(Kind.FACT, says, Method.COUNT, {"channels": true, "stated": stated})  # fmt: skip


def _flattened(sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    for pattern in FLATTENED:
        in_table = pattern is FLATTENED[-1]
        if not in_table and not re.search(r"flatten|\bentries\b|\bactivations?\b", sentence, re.I):
            continue
        for found in pattern.finditer(sentence):
            side = _image_side(f"{about[-900:]} {sentence}")
            if side is None:
                continue
            stage = _stage(found.group("stage"))
            channels, factor = (3, 1) if stage == "input" else STAGES[stage]
            true = side // factor if factor else 1
            exact, stated = channels * true * true, int(found.group("many").replace(",", ""))
            says = f"{stage} gives {channels}×{true}×{true} for images of side {side}: {exact:,} numbers"
            if stated == exact:
                yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.COUNT)
            elif in_table and stated == prod(map(int, re.findall(r"\d+", found.group().split("|")[1]))):
                # its product is right: only the shape beside it is to blame
                continue
            elif stage != "input":
                witness = {"output": f"{channels}×{true}×{true}", "numbers": exact, "stated": stated}
                yield found.start(), found.end(), refuted(Kind.ARITHMETIC, says, Method.COUNT, witness)


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


def side_claims(sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each such statement of a sentence; `about` is the text before it."""
    yield from turned_sides(sentence)
    yield from stage_sides(sentence, re.sub(r"\\times(?![A-Za-z])", "×", about.replace("$", "")))
    yield from stacked_fields(sentence)


__all__ = ["side_claims"]
