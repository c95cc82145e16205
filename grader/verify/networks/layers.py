# ruff: noqa: E501 -- a pattern stays on one line
"""Layers of networks: how many numbers they learn, and how large the output of a convolution or a pooling is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.numbers.arithmetic import PLAIN, Figure
from grader.verify.numbers.reckoning import UNIT, amount_of

BY = r"\s*(?:×|x|\*|by)\s*"
KERNEL = re.compile(
    rf"(?<![\d×x])(?P<a>\d{{1,2}}){BY}(?P<b>\d{{1,2}})(?![\d×x]|\s?(?:×|x)\s?\d)[ -](?:kernels?|filters?|windows?|conv\w*|(?:max|average|avg)[- ]?pool\w*)"
    rf"|(?:kernels?|filters?|windows?)(?: size)?(?: of| is|:| =)?(?: size)? (?P<c>\d{{1,2}})(?:{BY}(?P<d>\d{{1,2}}))?(?![\d×x]|\s?(?:×|x)\s?\d)"
    rf"|\b(?:kernel_size|F|k)\s?=\s?(?P<e>\d{{1,2}})\b",
    re.I,
)
STRIDE = re.compile(r"\bstride(?: of| is|:|\s?=)? ?(?P<value>\d)\b|\bS\s?=\s?(?P<other>\d)\b", re.I)
PADDING = re.compile(
    r"\bpadding(?: of| is|:|\s?=)? ?(?P<value>\d)\b|\bP\s?=\s?(?P<other>\d)\b|(?P<none>\b(?:no|without(?: any)?|zero pixels of) padding\b|\bunpadded\b|\bvalid\b)",
    re.I,
)
TWISTED = re.compile(
    r"\bdilat|transposed|deconv|upsampl|grouped|groups?\b|depthwise|separable|ceil|'?same'? padding|1-?D\b|3-?D\b|per layer|each layer|\bthen\b|followed by|two (?:conv|layers)|twice",
    re.I,
)
CHANNELS = (
    re.compile(
        r"\bfrom (?P<a>\d{1,5}) (?:input )?(?:channels? |maps? |planes? )?to (?P<b>\d{1,5}) (?:output )?(?:channels|maps|planes|filters)",
        re.I,
    ),
    re.compile(
        r"(?P<a>\d{1,5}) (?:input|in) (?:channels?|maps?|planes?)\b[^.;\d]{0,25}?(?P<b>\d{1,5}) (?:output |out )(?:channels?|maps?|planes?|filters)",
        re.I,
    ),
    re.compile(
        r"(?P<a>\d{1,5}) (?:channels?|maps?|planes?) (?:in|as input)\b[^.;\d]{0,15}?(?P<b>\d{1,5}) (?:channels? |maps? )?(?:out|as output)\b",
        re.I,
    ),
    re.compile(
        r"\bin_channels\s?=\s?(?P<a>\d{1,5}),? ?out_channels\s?=\s?(?P<b>\d{1,5})|Conv2d\((?P<c>\d{1,5}), ?(?P<d>\d{1,5})"
    ),
    re.compile(r"(?P<b>\d{1,5}) filters\b[^.;\d]{0,20}? (?P<a>\d{1,4}) (?:input )?channels", re.I),
)
CONVOLUTION = re.compile(r"\bconv\w*|\bfilters?\b", re.I)
LINEAR = re.compile(
    r"nn\.Linear\((?P<a>\d{1,6}), ?(?P<b>\d{1,6})\)"
    r"|\b(?:linear|fully[- ]connected|dense|output|last|final|affine|hidden|fc|classification)\b[^.;\d]{0,30}?\b(?:from|maps|takes|with|of|has)\b[^.;\d×]{0,12}?(?P<c>\d{1,3}(?:,\d{3})+|\d{1,6})(?: (?:input |hidden )?(?:features?|units?|inputs?|neurons?|dimensions?|values|pixels|numbers))?(?: in)? (?:to|into|and|→|->)(?: the)? (?P<d>\d{1,3}(?:,\d{3})+|\d{1,6})\b",
    re.I,
)
NORMALISATION = re.compile(
    r"\b(?:batch[- ]?norm\w*|BatchNorm2d|BN)\b[^.;\d]{0,30}?(?P<a>\d{1,5}) (?:channels|maps|features)|BatchNorm2d\((?P<b>\d{1,5})\)",
    re.I,
)
PERCEPTRON = re.compile(
    r"(?<![\d-])(?P<sizes>\d{1,5}(?:\s?[-–→]\s?\d{1,5}){2,6})(?![\d-])",
)
COUNT = re.compile(
    rf"(?<![\d.,×x^])(?P<c>{PLAIN}{UNIT})\s+(?:trainable |learnable |learned )?(?P<what>weights|parameters|params)\b(?!\s*(?:per|each|for each|more|fewer))",
    re.I,
)
NO_BIAS = re.compile(
    r"\b(?:no|without(?: an?y?)?|ignoring(?: the)?|bias-?free|leaving out(?: the)?|not counting(?: the)?|minus the|excluding(?: the)?) bias(?:es)?\b|bias\s?=\s?False|\bbias-?free\b",
    re.I,
)
WITH_BIAS = re.compile(
    r"\b(?:with(?: a| the| its)?|including(?: the)?|plus(?: a| the)?|and(?: a| the)?|counting(?: the)?|\d+) bias(?:es)?\b(?! =|=)|biases? included|bias\s?=\s?True",
    re.I,
)


def _one(found: re.Match[str], *names: str) -> int | None:
    for name in names:
        value = found.groupdict().get(name)
        if value:
            return int(value.replace(",", ""))
    return None


def kernel_of(text: str) -> int | None:
    """The side of the only square kernel that a text names."""
    sides = set()
    for found in KERNEL.finditer(text):
        first = _one(found, "a", "c", "e")
        second = _one(found, "b", "d") or first
        sides.add(first if first == second else None)
    return sides.pop() if len(sides) == 1 else None


def _channels(text: str) -> tuple[int, int] | None:
    found = {
        (a, b)
        for pattern in CHANNELS
        for one in pattern.finditer(text)
        if (a := _one(one, "a", "c")) and (b := _one(one, "b", "d"))
    }
    return found.pop() if len(found) == 1 else None


def learned(text: str) -> tuple[int, int, str] | None:
    """What the one layer of a text learns: (weights, biases, how they are counted); None if it names none or several."""
    kinds: list[tuple[int, int, str]] = []
    channels, kernel = _channels(text), kernel_of(text)
    if channels and kernel and CONVOLUTION.search(text):
        a, b = channels
        kinds.append((kernel * kernel * a * b, b, f"{kernel}·{kernel}·{a}·{b}"))
    linear = {(_one(one, "a", "c"), _one(one, "b", "d")) for one in LINEAR.finditer(text)}
    if not kinds and len(linear) == 1:
        first, second = linear.pop()
        if first and second:
            kinds.append((first * second, second, f"{first}·{second}"))
    norms = {_one(one, "a", "b") for one in NORMALISATION.finditer(text)}
    if not kinds and len(norms) == 1 and (size := norms.pop()):
        kinds.append((2 * size, 0, f"a scale and a shift for each of {size} channels: 2·{size}"))
    chains = {one.group("sizes") for one in PERCEPTRON.finditer(text)}
    if len(chains) == 1 and re.search(
        r"\bMLP|perceptron|network|net\b|layers|fully[- ]connected", text, re.I
    ):
        sizes = [int(one) for one in re.findall(r"\d+", chains.pop())]
        weights = sum(a * b for a, b in pairwise(sizes))
        shown = " + ".join(f"{a}·{b}" for a, b in pairwise(sizes))
        kinds.append((weights, sum(sizes[1:]), shown))
    return kinds[0] if len(kinds) == 1 else None


def counts(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of a layer's number of weights.

    >>> [judged.says for _, _, judged in counts("nn.Linear(20, 5) has 110 parameters.")]
    ['20·5 = 100 weights and 5 biases: 105, not 110']
    """
    found = list(COUNT.finditer(sentence))
    if len(found) != 1 or TWISTED.search(sentence):
        return
    layer = learned(sentence)
    if layer is None:
        return
    figure = amount_of(found[0].group("c"))
    weights, biases, shown = layer
    if figure is None or figure.percent:
        return
    no_bias, with_bias = bool(NO_BIAS.search(sentence)), bool(WITH_BIAS.search(sentence))
    right = {
        "no": (weights,),
        "with": (weights + biases,),
        "either": (weights, weights + biases),
    }["no" if no_bias and not with_bias else "with" if with_bias and not no_bias else "either"]
    if "nn.Linear" in sentence and not no_bias:
        right = (weights + biases,)
    start, end = 0, found[0].end()
    loose = bool(re.search(r"about|around|roughly|approximately|nearly|≈|~", sentence[:end]))
    total = weights if no_bias and not with_bias else weights + biases
    says = f"{shown} = {weights:,} weights" + (
        f" and {biases:,} biases: {weights + biases:,}" if biases else ""
    )
    if any(figure.agrees(Fraction(one), loose=loose) for one in right):
        yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif not re.search(r"\b(?:times|·|more|fewer|less|than|of the|both|all|together|total)\b", sentence):
        witness = {"weights": weights, "biases": biases, "stated": figure.text}
        says = f"{shown} = {weights:,} weights" if total == weights else says
        yield start, end, refuted(Kind.ARITHMETIC, f"{says}, not {figure.text}", Method.COUNT, witness)


# -- outputs -------------------------------------------------------------------------------------------------------

INPUT = re.compile(
    r"(?<![\d×x])(?P<a>\d{1,4})\s?(?:×|x)\s?(?P=a)(?:\s?(?:×|x)\s?\d{1,4})?(?![\d×x])[ -](?:(?:RGB|colou?r|grey|gray|CIFAR|MNIST|pixel)[ -]?\w* ?)?(?:images?|inputs?|pixels?|(?:feature )?maps?|pictures?|crops?)"
    r"|\b(?:inputs?|images?|maps?|from|halves|shrinks|reduces|turns|of size|takes)(?: an?| the)?(?: of| is| size| feature map| image)* (?P<b>\d{1,4})\s?(?:×|x)\s?(?P=b)(?![\d×x])",
    re.I,
)
OUTPUT = re.compile(
    r"\b(?:gives?|yields?|produces?|returns?|outputs?|output (?:is|of|has(?: size)?)|to|into|becomes?|leaves?|results? in|makes?|is then|get|gets|have)(?: an?| the)?(?: output| feature)?(?: map)?(?: of)?(?: size)? (?P<a>\d{1,4})\s?(?:×|x)\s?(?P<b>\d{1,4})(?![\d×x]|\s?(?:×|x)\s?\d|[ -](?:kernel|filter|conv|window|stride))",
    re.I,
)


def output_side(size: int, kernel: int, stride: int, padding: int) -> int:
    """⌊(W − F + 2P)/S⌋ + 1.

    >>> output_side(224, 7, 2, 3)
    112
    """
    return (size - kernel + 2 * padding) // stride + 1


def outputs(sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of the size of a convolution's or a pooling's output, where kernel, stride and padding are given."""
    stated = list(OUTPUT.finditer(sentence))
    if len(stated) != 1 or TWISTED.search(sentence):
        return
    rest = (
        sentence[: stated[0].start("a")]
        + " " * (stated[0].end() - stated[0].start("a"))
        + sentence[stated[0].end() :]
    )
    kernel = kernel_of(rest)
    strides = {_one(one, "value", "other") for one in STRIDE.finditer(rest)}
    paddings = {
        0 if one.group("none") else int(one.group("value") or one.group("other"))
        for one in PADDING.finditer(rest)
    }
    inputs = {_one(one, "a", "b") for one in INPUT.finditer(rest)}
    pooling = bool(re.search(r"pool", rest, re.I))
    if (
        kernel is None
        or len(strides) != 1
        or len(inputs) != 1
        or (len(paddings) != 1 and not (pooling and not paddings))
    ):
        return
    size, stride, padding = inputs.pop(), strides.pop(), paddings.pop() if paddings else 0
    if not size or not stride or size < kernel:
        return
    exact = output_side(size, kernel, stride, padding)
    one, other = int(stated[0].group("a")), int(stated[0].group("b"))
    says = f"⌊({size} − {kernel} + 2·{padding})/{stride}⌋ + 1 = {exact}"
    start, end = 0, stated[0].end()
    if one == other == exact:
        yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif one == other:
        yield (
            start,
            end,
            refuted(Kind.ARITHMETIC, f"{says}, not {one}", Method.COUNT, {"side": exact, "stated": one}),
        )


# -- tables --------------------------------------------------------------------------------------------------------


def table_counts(
    cells: Sequence[Sequence[str]], header: Sequence[str], figure_in: Callable[[str], Figure | None]
) -> Iterator[tuple[int, int, Judged]]:
    """The parameters of convolutions in a table with columns for input and output channels, the kernel and the count."""
    titles = [one.lower() for one in header]

    def column(pattern: str) -> int | None:
        places = [number for number, title in enumerate(titles) if re.search(pattern, title)]
        return places[0] if len(places) == 1 else None

    a, b = (
        column(r"^(?:in|input|from)\b(?!.*(?:size|shape))"),
        column(r"^(?:out|output|to)\b(?!.*(?:size|shape))"),
    )
    kernel, target = column(r"kernel|filter"), column(r"param|weights")
    if None in {a, b, kernel, target}:
        return
    found: list[tuple[int, Fraction, Fraction, Figure, str]] = []
    for row, line in enumerate(cells):
        if len(line) <= max(a or 0, b or 0, kernel or 0, target or 0):
            continue
        sizes = [line[place or 0].replace(",", "") for place in (a, b)]
        side = re.fullmatch(r"(\d{1,2})(?:\s*×\s*(\d{1,2}))?", line[kernel or 0])
        stated = figure_in(line[target or 0])
        if side is None or stated is None or not all(re.fullmatch(r"\d{1,5}", one) for one in sizes):
            continue
        first, second = int(side.group(1)), int(side.group(2) or side.group(1))
        weights = Fraction(first * second * int(sizes[0]) * int(sizes[1]))
        found.append(
            (row, weights, weights + int(sizes[1]), stated, f"{first}·{second}·{sizes[0]}·{sizes[1]}")
        )
    for bias in (0, 1):
        right = [one for one in found if one[3].agrees(one[2] if bias else one[1])]
        if len(right) >= 2 and len(found) - len(right) <= max(1, len(found) // 3):
            for row, weights, whole, stated, shown in found:
                exact = whole if bias else weights
                says = f"{shown}{f' + {int(whole - weights)}' if bias else ''} = {int(exact):,}"
                if stated.agrees(exact):
                    yield row, target or 0, verified(Kind.ARITHMETIC, says, Method.COUNT)
                else:
                    yield row, target or 0, refuted(
                        Kind.ARITHMETIC, f"{says}, not {stated.text}", Method.COUNT, {"computed": int(exact), "stated": stated.text}
                    )  # fmt: skip
            return
