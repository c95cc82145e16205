# ruff: noqa: E501 -- a pattern stays on one line
"""What the stages of torchvision's ResNet-18 give: shapes, sides, channels, flattened lengths and learned numbers, in any order of words.

A sentence is read as stages and values. A value belongs to the stage before it, or, where the sentence puts its values
first (`16384 after conv1`), to the one behind it; stages that are named together (`conv1 / bn1 / relu`) share a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from grader.verify.claim import Judged, Kind, Method, Spanned, refuted, verified

BY = r"\s?(?:×|x|by)\s?"
# a network that torchvision's is not; after these its layout may be meant all the same
OTHER_LAYOUT = re.compile(
    r"\bCIFAR|\bno (?:max-?\s?)?pooling\b|stride of 1\b|without (?:the |a )?pooling|3\s*(?:×|x|\\times)\s*3 stem|without (?:the |a )?max-?\s?pool|no max-?\s?pool|(?:drop|remov)\w* (?:the )?max-?\s?pool|stride (?:of )?1 in (?:the )?(?:stem|conv1)|replac\w+ conv1|\bmodified\b|\bour own (?:stem|network)",
    re.I,
)
ITS_LAYOUT = re.compile(
    r"\btorchvision|\bstock\b|\bunmodified\b|\bunchanged\b|\boriginal stem\b|\bImageNet(?:['’]s)? stem|\bas it is\b|\bhomework",
    re.I,
)
REAL_CHANGE = re.compile(
    OTHER_LAYOUT.pattern.replace(r"\bCIFAR|", r"\bCIFAR[- ](?:variant|version|style|stem|ResNet|layout)|", 1),
    re.I,
)
# Channels of a stage, and how often the side has been halved before it is out.
STAGES = {"input": (3, 0), "conv1": (64, 1), "bn1": (64, 1), "relu": (64, 1), "maxpool": (64, 2), "layer1": (64, 2), "layer2": (128, 3), "layer3": (256, 4), "layer4": (512, 5), "avgpool": (512, -1)}  # fmt: skip
LEARNED = {"conv1": 9_408, "bn1": 128, "relu": 0, "maxpool": 0, "avgpool": 0, "layer1": 147_968, "layer2": 525_568, "layer3": 2_099_712, "layer4": 8_393_728}  # fmt: skip
STAGE = re.compile(
    r"`?\b(?P<stage>conv1|first convolution(?:al layer)?|bn1|relu|max-?\s?pool(?:ing)?|layer[1-4]|avg-?\s?pool(?:ing)?|(?:global |adaptive )?average[- ]pooling|fc|input|logits(?![^;\n]{0,40}(?:\d\.\d|\d\s*,\s*[-−]?\d|\bscal)))\b`?(?!\s*(?:channels?|images?|weights?|layers?\b|units|side|and target|size|resolution|tensor of|probe['’]s))",
    re.I,
)
IMAGE = re.compile(
    rf"(?<![\d×x])(?:[13]{BY})?(?P<side>\d{{2,3}}){BY}(?P=side)(?:{BY}[13])?(?![\d×x]|\s?×\s?\d)\$?[- ]?(?:[a-zA-Z0-9'’-]+ ){{0,2}}?(?:images?|inputs?|pictures?|photos?|pixels?)\b"
    rf"|\b(?:images?|inputs?|pictures?|photos?|on|for|from|with|of)\b(?:(?!\b(?:conv|layer|pool|bn1|relu|stage|kernel|filter)\w*)[^.;\d]){{0,35}}?(?<!\d)3{BY}(?P<three>\d{{2,3}}){BY}(?P=three)(?![\d×x])"
    rf"|\b(?:images?|inputs?|pictures?|photos?)\b(?:(?!\b(?:conv|layer|pool|bn1|relu|stage|kernel|filter)\w*)[^.;\d]){{0,25}}?(?P<other>\d{{2,3}}){BY}(?P=other)(?:{BY}[13])?(?![\d×x]|\s?×\s?\d)",
    re.I,
)
RESIZED = re.compile(r"\b(?:resiz|rescal|upscal|downscal|upsampl|enlarg|crop|padded to|scaled)\w*", re.I)
HOMEWORK_SIDE, HOMEWORK_CLASSES = 32, 6
HOMEWORK = re.compile(
    r"prediction[- ]depth|\bprobes?\b|example[- ]difficulty|flattened (?:activations|output)", re.I
)
BASIC = re.compile(r"ResNet-?\s?18\b", re.I)
DEEPER = re.compile(r"ResNet-?\s?(?:34|50|101|152)\b", re.I)
FLATTENED = re.compile(
    r"flatten|\bentries\b|\bnumbers?\b|\bvalues?\b|\bactivations?\b|\blengths?\b|\bfeatures\b|\bvectors?\b|\bdimension|\blong\b|\bsee\b|\bsees\b|\bsizes?\b",
    re.I,
)
PARAMETERS = re.compile(r"\b(?:parameters?|weights|learn(?:s|ed|able)?|trainable)\b", re.I)
SHAPE = re.compile(
    rf"(?<![\d.,×x-])\(?(?:(?:N|B|M|n|1|batch)\s?(?:×|x|,)\s?)?(?P<c>\d{{1,4}})(?:{BY}|,\s?)(?P<h>\d{{1,3}})(?:{BY}|,\s?)(?P<w>\d{{1,3}})\)?(?![\d×x]|\s?[×·=]\s?\d|[ -](?:kernels?|filters?|conv\w*|pool\w*|windows?|images?|inputs?|pictures?|pixels?)|,\d|\.\d)",
    re.I,
)
MAPS = re.compile(
    rf"(?<![\d.,×x])(?P<c>\d{{1,4}}) (?:feature |output )?(?:maps|channels|planes|filters(?! (?:of|with|at)))(?: \(?(?:of|at|with)(?: (?:size|side|shape))? (?P<h>\d{{1,3}})(?:{BY}(?P<w>\d{{1,3}}))?)?(?![\d×x])",
    re.I,
)
SQUARE = re.compile(
    rf"(?<![\d.,×x·])(?P<h>\d{{1,3}}){BY}(?P<w>\d{{1,3}})(?![\d×x]|\s?×\s?\d|\)?[ -](?:kernels?|filters?|conv\w*|pool\w*|windows?|max|images?|inputs?|pictures?|pixels?|stem))",
    re.I,
)
NUMBER = re.compile(
    r"(?<![\d.,×x·^/-])(?:(?P<many>\d)\s?×\s?)?(?P<n>\d{1,3}(?:,\d{3})+|\d{1,8})(?!\d|,\d{3}|\.\d|\s?(?:×|x\b|·|\^|thousand|million|k\b|M\b|%|MiB|MB|KiB|GiB|bytes|images|test|training|classes|channels|maps|filters|kernels|probes|neighbou?rs|epochs|layers|steps))"
)
PRODUCT = re.compile(r"\d+(?:\s?[·×*]\s?\d+){1,3}\s?=\s?$")
APART = re.compile(
    r"\b(?:kernels?|filters?|windows?|stride|before|than|without|instead|first conv\w*|whose|convolutions?|blocks?|sum|total|together|memory|every|hidden)\b|[?]",
    re.I,
)
# "before maxpool the maps are 16×16"
AHEAD = re.compile(
    r"\b(?:before|into|entering|enters?|reach(?:es|ing)?|towards?|up to|unlike|instead of)\s+(?:the )?`?$",
    re.I,
)
TURNS = re.compile(
    r"\b(?:turns?|reduces?|shrinks?|halves|takes?|maps?|brings?|converts?|downsamples?|changes?)\b", re.I
)
JOINED = re.compile(r"\s*(?:/|,|and|&|\+|,\s*and|to|–|-)\s*(?:also |the |at |after )*", re.I)
FIRST = re.compile(
    r"^[\s`(]*(?:numbers|entries|values|features|activations|dimensions|long|maps?|tensors?|a vector|)?\s*(?:are |is |were )?(?:left |seen |found )?(?:at|after|from|for|behind|in|by|out of|\(|of)\s+(?:the )?(?:output of |probe (?:at|after|behind) )?`?$",
    re.I,
)
CLASSES = re.compile(r"\b(?P<many>\d{1,4}) (?:output )?classes\b|num_classes\s?=\s?(?P<named>\d{1,4})", re.I)


def output_of(stage: str, side: int) -> tuple[int, int, int]:
    """(channels, height, width) of a stage of torchvision's ResNet-18 for square images.

    >>> output_of("layer3", 32), output_of("layer4", 224), output_of("avgpool", 224)
    ((256, 2, 2), (512, 7, 7), (512, 1, 1))
    """
    channels, halved = STAGES[stage]
    if halved < 0:
        return channels, 1, 1
    for _ in range(halved):
        side = (side - 1) // 2 + 1
    return channels, side, side


@dataclass(frozen=True)
class _Named:
    stage: str
    start: int
    end: int


@dataclass(frozen=True)
class _Value:
    """What a text states: a shape with its unknown sizes left None, or a number of entries or parameters."""

    start: int
    end: int
    shape: tuple[int | None, int | None, int | None] | None
    number: int | None = None


@dataclass(frozen=True)
class Images:
    """The images that a network sees: their side, and whether the text says it."""

    side: int
    said: bool
    classes: int | None
    basic: bool = True  # whether the network is known to be a ResNet-18, whose channels are known


def images_at(sentence: str, about: str) -> Images | None:
    """The images of torchvision's ResNet-18 that a sentence speaks of; None for another network."""
    whole, near = f"{about} {sentence}", f"{about[-1500:]} {sentence}"
    homework = HOMEWORK.search(f"{about[-2500:]} {sentence}")
    basic = bool(homework or BASIC.search(whole)) and not DEEPER.search(f"{about[-600:]} {sentence}")
    if not basic and not re.search(r"\bResNet", whole):
        return None
    if REAL_CHANGE.search(f"{about[-500:]} {sentence}") or (
        OTHER_LAYOUT.search(near) and not ITS_LAYOUT.search(near)
    ):
        return None
    found = [
        one for one in IMAGE.finditer(near) if not STAGE.search(near[max(0, one.start() - 25) : one.start()])
    ]
    classes = [int(one.group("many") or one.group("named")) for one in CLASSES.finditer(whole)]
    known = classes[-1] if classes and len(set(classes)) == 1 else None
    if (
        known is None
        and not classes
        and re.search(r"\bhomework\b", whole, re.I)
        and not re.search(r"CIFAR", whole)
    ):
        known = HOMEWORK_CLASSES
    if not found:
        if not homework or re.search(rf"(?<![\d×])(?:64|96|128|224|256|299){BY}\d{{2,3}}|\b224\b", near):
            return None
        return Images(HOMEWORK_SIDE, False, known, basic)
    if RESIZED.search(near[found[-1].start() :]):
        return None
    side = int(next(filter(None, found[-1].groups())))
    return Images(side, True, known, basic) if side >= 8 else None


def _stage(name: str) -> str:
    plain = re.sub(r"[\s-]", "", name.lower())
    if plain.startswith(("max", "first")):
        return "maxpool" if plain.startswith("max") else "conv1"
    return "avgpool" if "av" in plain[:9] and "pool" in plain else "fc" if plain == "logits" else plain


def stage_claims(sentence: str, about: str) -> Iterator[Spanned]:
    """(start, end, ruling) of what a sentence says of the network's stages; `about` is the text before it.

    >>> said = "For 32×32 images of torchvision's ResNet-18, flattened: conv1 16384, layer1 4096, avgpool 2048."
    >>> [judged.says for *_, judged in stage_claims(said, "")][-1]
    'avgpool gives 512×1×1 for images of side 32: 512 numbers, not 2,048'
    """
    pictured = [one.span() for one in IMAGE.finditer(sentence)]
    names = [
        _Named(_stage(one.group("stage")), one.start(), one.end())
        for one in STAGE.finditer(sentence)
        if not any(start <= one.start() < end for start, end in pictured)
        and not re.search(r"\d[- ]$", sentence[: one.start()])
    ]
    if (
        not names
        or re.search(r"\bif\b", sentence, re.I)
        or (re.search(r"\bwould\b", sentence) and not IMAGE.search(sentence))
    ):
        return
    images = images_at(sentence, about)
    if images is None:
        return
    values = list(_values(sentence))
    flat = FLATTENED.search(f"{about[-300:]} {sentence}") is not None
    for group, value in _paired(sentence, names, values):
        for name in group:
            judged = _judged(name.stage, value, images, sentence, flat=flat)
            if judged is not None:
                later = any(group[-1].end <= one.start < value.start for one in values)
                yield (
                    value.start if later else min(group[0].start, value.start),
                    max(group[-1].end, value.end),
                    judged,
                )
                if judged.ruling == "refuted":
                    break
    yield from _kept_sides(sentence, images)
    yield from _memory(sentence, names, images)


MEMORY = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s?(?P<unit>[KMG]i?B)\b")
MANY = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,3}(?:,\d{3})+|\d{1,7}) (?:\w+ ){0,2}?(?:images|pictures|inputs)\b", re.I
)
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def _memory(sentence: str, names: Sequence[_Named], images: Images) -> Iterator[Spanned]:
    """`10,000 test images at conv1: 625 MiB in float32`."""
    amounts, many = list(MEMORY.finditer(sentence)), list(MANY.finditer(sentence))
    stages = {name.stage for name in names if name.stage in STAGES}
    if len(amounts) != 1 or len(many) != 1 or len(stages) != 1 or not images.said:
        return
    size = 8 if re.search(r"float64|double", sentence) else 4
    stage, number = stages.pop(), int(many[0].group("n").replace(",", ""))
    exact = Fraction(number * prod(output_of(stage, images.side)) * size, UNITS[amounts[0].group("unit")])
    printed = amounts[0].group("amount")
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    says = f"{number:,} images of {prod(output_of(stage, images.side)):,} numbers of {size} bytes take {float(exact):.4g} {amounts[0].group('unit')}"
    start, end = min(many[0].start(), amounts[0].start()), max(many[0].end(), amounts[0].end())
    if abs(Fraction(printed) - exact) <= half:
        yield start, end, verified(Kind.ARITHMETIC, says, Method.COUNT)
    elif abs(Fraction(printed) - exact) > exact / 10 and re.search(
        r"float32|float64|single|double|4 bytes|8 bytes", sentence
    ):
        yield (
            start,
            end,
            refuted(
                Kind.ARITHMETIC,
                f"{says}, not {printed}",
                Method.COUNT,
                {"computed": f"{float(exact):.6g}", "stated": printed},
            ),
        )


def _values(sentence: str) -> Iterator[_Value]:
    taken: list[tuple[int, int]] = [one.span() for one in IMAGE.finditer(sentence)]

    def free(start: int, end: int) -> bool:
        return not any(a < end and start < b for a, b in taken)

    found: list[_Value] = []
    for pattern in (SHAPE, MAPS, SQUARE):
        for one in pattern.finditer(sentence):
            if not free(*one.span()):
                continue
            told = one.groupdict()
            if pattern is SHAPE and "," in one.group() and not re.match(r"\(.*\)", one.group()):
                continue  # "64, 16, 8" lists three things
            channels, height = (int(told[key]) if told.get(key) else None for key in ("c", "h"))
            width = int(told["w"]) if told.get("w") else height
            taken.append(one.span())
            found.append(_Value(one.start(), one.end(), (channels, height, width)))
    numbers = [one for one in NUMBER.finditer(sentence) if free(*one.span())]
    found += [_Value(one.start(), one.end(), None, int(one.group("n").replace(",", ""))) for one in numbers]
    yield from sorted(found, key=lambda value: value.start)


def _grouped(sentence: str, names: Sequence[_Named]) -> list[list[_Named]]:
    """Stages that are named together: `conv1 / bn1 / relu`, `layer4 and avgpool`."""
    out: list[list[_Named]] = []
    for name in names:
        if out and JOINED.fullmatch(sentence[out[-1][-1].end : name.start]):
            out[-1].append(name)
        else:
            out.append([name])
    return out


def _paired(
    sentence: str, names: Sequence[_Named], values: Sequence[_Value]
) -> Iterator[tuple[list[_Named], _Value]]:
    groups = [group for group in _grouped(sentence, names) if not AHEAD.search(sentence[: group[0].start])]
    if not groups:
        return
    first = next(
        (
            value
            for value in values
            if value.start < groups[0][0].start and FIRST.fullmatch(sentence[value.end : groups[0][0].start])
        ),
        None,
    )
    for place, group in enumerate(groups):
        if first is not None:
            begin = groups[place - 1][-1].end if place else 0
            mine = [value for value in values if begin <= value.start and value.end <= group[0].start]
            if mine and FIRST.fullmatch(sentence[mine[-1].end : group[0].start]):
                yield group, mine[-1]
            continue
        until = groups[place + 1][0].start if place + 1 < len(groups) else len(sentence)
        at = group[-1].end
        turned = False
        for value in (one for one in values if group[-1].end <= one.start and one.end <= until):
            between = sentence[at : value.start]
            behind = sentence[value.end : value.end + 24]
            if TURNS.search(between) and re.match(r"[^,;]{0,24}\b(?:in)?to\b", behind):
                turned = True
                at = value.end
                continue
            if (
                APART.search(PRODUCT.sub("", between))
                or re.search(r"[.;]\s|\bfrom\b|\b(?:but|whereas|while|instead|ImageNet)\b", between)
                or (not turned and re.search(r"\bto\b(?! be\b)", between))
                or re.match(r"\s*(?:convolutions?|kernels?|filters?|layers?)\b", behind)
            ):
                break
            yield group, value
            at = value.end


def _judged(stage: str, value: _Value, images: Images, sentence: str, *, flat: bool) -> Judged | None:
    if not images.basic and (value.shape is None or value.shape[0] is not None):
        return None
    learned = PARAMETERS.search(re.split(r"[,;.|]", sentence[value.end : value.end + 40])[0])
    if learned is not None:
        return _parameters(stage, value, images, weights=learned.group().lower() == "weights")
    if stage == "fc":
        return _last(value, images)
    true = output_of(stage, images.side)
    shown = "×".join(map(str, true))
    says = f"{stage} gives {shown} for images of side {images.side}"
    if value.shape is not None:
        stated = "×".join(str(size) for size in value.shape if size is not None)
        if all(size in {None, exact} for size, exact in zip(value.shape, true, strict=True)):
            return verified(Kind.FACT, says, Method.COUNT)
        if (
            value.shape[1] is None
            and value.shape[0] is not None
            and not re.search(r"channels|maps|planes", sentence[value.start : value.end])
        ):
            return None
        if value.shape[1] is not None and not images.said:
            return None
        return refuted(Kind.FACT, says, Method.COUNT, {"output": shown, "stated": stated})
    if not flat or value.number is None:
        return None
    exact = prod(true)
    if value.number == exact:
        return verified(Kind.ARITHMETIC, f"{says}: {exact:,} numbers", Method.COUNT)
    if (
        value.number in true
        or value.number == images.side
        or value.number < 10
        or not images.said
        or not _is_length(sentence, value)
    ):
        return None
    return refuted(
        Kind.ARITHMETIC,
        f"{says}: {exact:,} numbers, not {value.number:,}",
        Method.COUNT,
        {"output": shown, "numbers": exact, "stated": value.number},
    )


LENGTH_BEHIND = re.compile(
    r"\s*(?:numbers?|entries|values?|features|activations|dimensions?|components|floats|long|[,;.|)]|$|and\b|per image|an image|for\b|after\b|at\b|from\b|behind\b|in\b|of\b)",
    re.I,
)


def _is_length(sentence: str, value: _Value) -> bool:
    """Whether a number is a flattened length: its sentence says so, and its product, if it has one, is not of something else."""
    before = sentence[: value.start]
    worked = PRODUCT.search(before)
    if worked is not None:
        factors = [int(one) for one in re.findall(r"\d+", worked.group())]
        if prod(factors) == value.number and value.number is not None and len(factors) == 3:
            # its product is right: the shape beside it is to blame, where there is one
            return "|" not in sentence and SHAPE.search(before[: worked.start()]) is None
    cell = re.search(rf"(\d+){BY}(\d+){BY}(\d+)\)?\s*\|[^|]*$", before)
    if cell is not None and prod(int(one) for one in cell.groups()) == value.number:
        return False
    return LENGTH_BEHIND.match(sentence[value.end :]) is not None


def _parameters(stage: str, value: _Value, images: Images, *, weights: bool) -> Judged | None:
    if value.number is None:
        return None
    loose: set[int] = set()
    if stage == "fc":
        if images.classes is None:
            return None
        exact, loose = 513 * images.classes, {512 * images.classes} if weights else set()
        says = f"fc learns 512·{images.classes} weights and {images.classes} biases: {exact:,}"
    elif stage in LEARNED:
        exact = LEARNED[stage]
        says = f"{stage} of ResNet-18 learns {exact:,} numbers"
    else:
        return None
    if value.number == exact:
        return verified(Kind.FACT, says, Method.COUNT)
    if value.number in loose:
        return None  # the weights without the biases
    return refuted(
        Kind.FACT,
        f"{says}, not {value.number:,}",
        Method.COUNT,
        {"parameters": exact, "stated": value.number},
    )


def _last(value: _Value, images: Images) -> Judged | None:
    if images.classes is None or value.number is None:
        return None
    says = f"fc gives one number for each of {images.classes} classes"
    if value.number == images.classes:
        return verified(Kind.FACT, says, Method.COUNT)
    return (
        refuted(Kind.FACT, says, Method.COUNT, {"classes": images.classes, "stated": value.number})
        if value.number < 1000
        else None
    )


KEPT = re.compile(
    r"\b(?P<stage>max-?\s?pool(?:ing)?|relu|bn1|layer[1-4]|conv1)\b(?:(?!\bnot\b|n['’]t\b)[^.;,]){0,25}?\b(?:leaves?|keeps?|preserves?|retains?)\b[^.;,]{0,30}?\b(?:side|size|resolution|width|height|shape|maps?)s?\b[^.;,]{0,25}",
    re.I,
)


def _kept_sides(sentence: str, images: Images) -> Iterator[Spanned]:
    """`the max pooling leaves their size as it is`."""
    before = {
        "relu": "bn1",
        "bn1": "conv1",
        "maxpool": "relu",
        "layer1": "maxpool",
        "layer2": "layer1",
        "layer3": "layer2",
        "layer4": "layer3",
        "conv1": "input",
    }
    for found in KEPT.finditer(sentence):
        stage = _stage(found.group("stage"))
        ahead, behind = output_of(before[stage], images.side)[1], output_of(stage, images.side)[1]
        says = f"{stage} gets maps of side {ahead} and gives maps of side {behind} for images of side {images.side}"
        if ahead == behind:
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.COUNT)
        else:
            yield (
                found.start(),
                found.end(),
                refuted(Kind.FACT, says, Method.COUNT, {"before": ahead, "behind": behind}),
            )


__all__ = ["OTHER_LAYOUT", "STAGES", "output_of", "stage_claims"]
