# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Facts of the course's papers, by table: FaceNet (arXiv 1503.03832), ResNet (arXiv 1512.03385), prediction depth (arXiv 2106.09647)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.arithmetic import Figure, figures
from grader.verify.claim import Judged, Kind, Method, refuted, unchecked, verified
from grader.verify.known import Fact, number, of_networks, val_by_dimension, val_by_images
from grader.verify.papers import WITH_CROP
from grader.verify.triplet_values import LINK, NEGATIVE_DISTANCE, POSITIVE_DISTANCE

MILLION, BILLION = Fraction(10**6), Fraction(10**9)


SUBJECTS = re.compile(
    r"\b(?:(?P<nn>NNS?\s?[1-4])\b|(?P<resnet>ResNet[- ]?(?P<depth>\d+)))|(?P<zeiler>Zeiler\s*(?:&|and|\\&)\s*Fergus)",
    re.I,
)
ATTRIBUTES = (
    ("parameters", re.compile(r"\b(?:param(?:eter)?s?|weights)\b", re.I)),
    ("flops", re.compile(r"\b(?:FLOP[Ss]?|floating[- ]point|multiply[- ]adds?|mult-adds?|MACs?|GFLOPs?|MFLOPs?)\b", re.I)),
)  # fmt: skip
# their sizes depend on the number of classes and on who counts: what differs is not called wrong
VARIOUS = frozenset({"ResNet-18", "ResNet-34", "ResNet-101", "ResNet-152"})
RANGE = re.compile(r"^\s*(?:-|–|—|to|\\text\{--\}|--)\s*$")


def network_facts(text: str) -> Iterator[tuple[int, int, Judged]]:
    """(start, end, ruling) of each number of parameters or operations that a clause states of a network."""
    found = [figure for figure in figures(text) if not figure.percent]
    subjects = [(m.start(), m.end(), subject_of(m)) for m in SUBJECTS.finditer(text)]
    skip = -1
    for place, figure in enumerate(found):
        if place <= skip:
            continue
        high = figure
        if place + 1 < len(found) and RANGE.match(text[figure.end : found[place + 1].start]):
            high = found[place + 1]
            skip = place + 1
        attribute = _attribute(text, figure.start, high.end, found, skip if skip >= place else place)
        if attribute is None:
            continue
        subject = _owner(text, subjects, figure.start, high.end)
        if subject is None:
            continue
        fact = of_networks(attribute).get(subject)
        stated = text[figure.start : high.end].strip()
        scaled = figure if figure.value > 1000 or high is figure else _scaled(figure, high)
        if fact is None or (subject in VARIOUS and not fact.holds(scaled)):
            yield (
                figure.start,
                high.end,
                unchecked(Kind.FACT, f"no table gives the {attribute} of {subject}", Method.TABLE),
            )
            continue
        if max(scaled.value, high.value) < 10_000:
            continue
        inside = scaled.value <= fact.high and fact.low <= high.value
        if (fact.holds(scaled) and fact.holds(high)) or (
            inside and high.value <= scaled.value * Fraction(115, 100)
        ):
            yield (
                figure.start,
                high.end,
                verified(Kind.FACT, f"{subject}: {_show(fact)} {attribute} ({fact.source})", Method.TABLE),
            )
        elif inside or fact.near(scaled) or fact.near(high):
            yield (
                figure.start,
                high.end,
                unchecked(Kind.FACT, f"near {_show(fact)} ({fact.source}), but not it", Method.TABLE),
            )
        else:
            yield figure.start, high.end, refuted(
                Kind.FACT, f"{subject} has {_show(fact)} {attribute} ({fact.source}), not {stated}", Method.TABLE,
                {"table": fact.source, "value": _show(fact), "stated": stated},
            )  # fmt: skip


def _scaled(low: Figure, high: Figure) -> Figure:
    """The lower end of a range such as 3.8-4B with the unit of its upper end."""
    factor = Fraction(1)
    while low.value * factor < high.value / 100:
        factor *= 1000
    return Figure(low.value * factor, low.last * factor, low.start, low.end, low.text)


def subject_of(found: re.Match[str]) -> str:
    """The network that a match of `SUBJECTS` names."""
    if found.group("nn"):
        return found.group("nn").upper().replace(" ", "")
    if found.group("resnet"):
        return f"ResNet-{found.group('depth')}"
    return "NN1"


def _attribute(text: str, start: int, end: int, found: list[Figure], place: int) -> str | None:
    after_limit = found[place + 1].start if place + 1 < len(found) else len(text)
    best: tuple[int, str] | None = None
    for name, pattern in ATTRIBUTES:
        after = pattern.search(text, end, min(len(text), end + 45))
        if after and after.start() <= after_limit and not re.search(r"[;.]\s", text[end : after.start()]):
            key = after.start() - end
            if best is None or key < best[0]:
                best = (key, name)
    if best is not None and (best[0] < 40):
        return best[1]
    for name, pattern in ATTRIBUTES:
        for before in pattern.finditer(text, max(0, start - 45), start):
            between = re.sub(r"ResNet[- ]?\d+|NNS?\d", "", text[before.end() : start])
            if not re.search(r"[;.]\s|\d", between):
                key = start - before.end()
                if best is None or key < best[0]:
                    best = (key, name)
    if best is not None:
        return None if best[1] == "flops" and _first_of_two(text, start, end, found, place) else best[1]
    if place + 1 < len(found):
        # "140M and 7.5M parameters": the word stands once for both
        between = text[end : found[place + 1].start]
        if re.fullmatch(
            r"\s*(?:and|vs\.?|versus|,|/|against|or|to|compared (?:to|with))?\s*(?:the |for )?[\w-]*\s*(?:has |with |'s )?",
            between,
        ):
            both = _attribute(text, found[place + 1].start, found[place + 1].end, found, place + 1)
            # "(7.5M, 1.6 billion FLOPS)": parameters come first, and only the second says its unit
            return None if both == "flops" and _first_of_two(text, start, end, found, place) else both
    return None


def _first_of_two(text: str, start: int, end: int, found: list[Figure], place: int) -> bool:
    """Whether a number without a unit stands right before another one in a pair: "(26M, 220M FLOPS)"."""
    if place + 1 >= len(found) or not re.search(r"(?:[(:,|=]|—|–)\s*(?:about |around |~|≈)?$", text[:start]):
        return False
    return bool(re.fullmatch(r"\s*[,/|]\s*(?:about |around |~|≈)?", text[end : found[place + 1].start]))


def _owner(text: str, subjects: list[tuple[int, int, str]], start: int, end: int) -> str | None:
    """The network that a number belongs to: the last named before it, or one right after "for" / "of" / "in"."""
    if re.search(
        r"(?:\bvs\.?|\bversus|\bthan|\bagainst|compared (?:to|with)|\bover)\s*(?:the |about |roughly |~|≈)?\s*$",
        text[:start],
    ):
        return None
    before = [item for item in subjects if item[1] <= start]
    after = [item for item in subjects if item[0] >= end]
    if after:
        between = text[end : after[0][0]]
        if re.fullmatch(r"[^.;,]{0,30}\b(?:for|of|in)\s+(?:the\s+)?(?:FaceNet(?:'s)?\s+)?", between):
            return after[0][2]
    if not before:
        return None
    if len(before) >= 2 and re.fullmatch(r"\s*(?:and|or|,|/)\s*", text[before[-2][1] : before[-1][0]]):
        # "NN1 and NN2 both have": the number is said of several
        return None if before[-1][2] != before[-2][2] else before[-1][2]
    gap = text[before[-1][1] : start]
    if re.search(r"\b(?:than|unlike|like|as in)\s*(?:the\s+)?$", text[: before[-1][0]]):
        return None
    if len(before) >= 2 and re.search(r"\bvs\.?\b|\bversus\b|compared|against", gap):
        return None
    return before[-1][2]


def _show(fact: Fact) -> str:
    def one(value: Fraction) -> str:
        if value >= BILLION:
            return f"{float(value / BILLION):g} billion"
        if value >= MILLION:
            return f"{float(value / MILLION):g} million"
        return f"{float(value):g}"

    return one(fact.low) if fact.low == fact.high else f"{one(fact.low)} to {one(fact.high)}"


# -- single sentences ----------------------------------------------------------------------------------------------

PAPER = re.compile(
    r"facenet|schroff|the paper|the authors?|they|the original|1503\.03832|VAL\b|LFW|NN[S1-4]|triplet|face",
    re.I,
)
DIMENSION_VAL = re.compile(
    r"(?<![\d.])(?:d\s*=\s*)?(?P<d>64|128|256|512)\s*\$?\s*(?:-?\s?[dD](?:im(?:ension)?(?:s|al)?)?\b|dimensions?|-dimensional|\$|:|→|\|)?(?:(?!\),)[^\d%]){0,45}?(?P<val>\d\d\.\d+)\s*(?:\\?%|±|\$|\|)?"
)
VAL_AT_DIMENSION = re.compile(
    r"(?P<val>\d\d\.\d+)\s*\\?%?\s*(?:±\s*[\d.]+\s*)?(?:VAL\s*)?(?:\(?(?:at|for|with|using|when)\s+|\(\s*)\$?\s*(?:d\s*=\s*)?(?P<d>64|128|256|512)(?!\d)"
)
DIMENSIONS_FROM_TO = re.compile(
    r"[Ff]rom\s+\$?(?P<d1>64|128|256|512)\$?(?:\s*-?(?:d\b|dim\w*))?\s+to\s+\$?(?P<d2>64|128|256|512)(?!\d)[^.;\d]{0,80}?"
    r"from\s+\$?(?P<v1>\d\d\.\d+)\s*\\?%?\$?\s+to\s+\$?(?P<v2>\d\d\.\d+)"
)
IMAGES_FROM_TO = re.compile(
    r"[Ff]rom\s+\$?(?P<i1>2\.6|26|52|260)\s*(?:M|million)?(?: (?:training )?(?:images|faces|examples))?\s+to\s+\$?(?P<i2>2\.6|26|52|260)\s*(?:M|million)\b(?:(?!\berror)[^.;\d]){0,80}?"
    r"from\s+\$?(?P<v1>\d\d\.\d+)\s*\\?%?\$?\s+to\s+\$?(?P<v2>\d\d\.\d+)"
)
# "to 26M images VAL rises from 76.3": the number belongs to where the journey began
JOURNEYS = re.compile(r"\bfrom\b", re.I)
VAL_AT_IMAGES = re.compile(
    r"(?<![\d.])(?P<val>\d\d\.\d+)\s*\\?%?\s*(?:VAL\s*)?(?:\(?(?:at|for|with|using|when|on|from)\s+(?:only |just |all )?|\(\s*)\$?(?P<images>2\.6|26|52|260)\s*(?:M|million)\b(?!\s*(?:param|weights))"
)
IMAGES_VAL = re.compile(
    r"(?<![\d.])(?P<images>2\.6|26|52|260)\s*(?:M|million)\b(?!\s*(?:param|weights))[^\d%]{0,45}?(?P<val>\d\d\.\d+)(?!\d|\s*(?:M\b|million|B\b|billion))"
)
ERROR_JOURNEY = re.compile(
    r"(?P<i1>2\.6|26|52|260)\s*(?:M|million)\s*(?:images\s*)?(?:to|→|-|–)\s*(?P<i2>2\.6|26|52|260)\s*(?:M|million)\b[^.;\d]{0,40}\berror\b[^.;\d]{0,20}from\s+(?P<e1>\d\d\.\d+)\s*%?\s+to\s+(?P<e2>\d\d\.\d+)"
)
MARGIN = re.compile(
    r"(?:margin|\\alpha|α)[^\d.\[\]]{0,45}?(?:of|=|is|was|to|at|:|\(|,)\s*\$?\s*(?P<value>\d*\.\d+|\d+(?:\.\d+)?)(?!\s*%)",
    re.I,
)
GIVEN_DISTANCE = re.compile(rf"(?:{POSITIVE_DISTANCE}|{NEGATIVE_DISTANCE}){LINK}\$?\d")
BATCH = re.compile(
    r"(?:mini-?batch(?:es)?|batch(?:es)?|batch size)[^.\d]{0,60}?(?P<value>\d[\d,]*)\s*(?:exemplars|images|examples|faces|samples)?",
    re.I,
)
PER_IDENTITY = re.compile(
    r"(?P<value>\d+)\s*(?:(?:faces|images|exemplars|examples|samples)\s+)?(?:per|of each|for each|of every)\s+(?:identity|person|class)",
    re.I,
)
INPUT = re.compile(r"(?P<a>\d{2,3})\s*\$?\s*(?:×|x|\\times|by)\s*\$?\s*(?P<b>\d{2,3})", re.I)
LFW = re.compile(r"(?:LFW|Labell?ed Faces in the Wild)[^.\d]{0,80}?(?P<value>\d\d\.\d+)", re.I)
YOUTUBE = re.compile(r"(?:YouTube Faces|YTF|YouTube)(?: DB)?[^.\d]{0,80}?(?P<value>\d\d\.\d+)", re.I)
# "99.63 % on LFW, 95.12 % on YouTube Faces": the number stands before its key
ON = r"(?P<value>\d\d\.\d+)\s*\$?\s*\\?%?\$?\s*(?:accuracy\s*)?(?:\(?(?:on|for|with)\s+(?:the\s+)?|\(\s*)"
ON_LFW = re.compile(ON + r"(?:LFW\b|Labell?ed Faces)", re.I)
ON_YOUTUBE = re.compile(ON + r"(?:YouTube|YTF)", re.I)
LIST_BEFORE = re.compile(r"\d\s*(?:,|\band\b|,\s*and)\s*\$?\s*$")
POINTS_BETWEEN = re.compile(
    r"\bfrom\s+\$?(?:d\s*=\s*)?(?P<d1>64|128|256|512)\$?(?:\s*(?:-?D\b|dim\w*))?\s+to\s+\$?(?:d\s*=\s*)?(?P<d2>64|128|256|512)\b\$?[^.;\d]{0,40}?\b(?P<verb>gains?|adds?|loses?|costs?|drops?|falls?|rises?|grows?|improves?|lowers?|raises?)\b[^.;\d]{0,20}?(?P<points>\d+\.\d+)(?!\s*%|\d)"
)
POINTS_BESIDE = re.compile(
    r"(?P<points>\d+\.\d+)\s*(?:percentage )?points?\s+(?P<way>above|below|better than|worse than|over|more than|less than|higher than|lower than)\s+(?:that of |the one at |the VAL (?:at|of) )?\$?(?:d\s*=\s*)?(?P<d>64|128|256|512)\b"
)
NAMED_DIMENSION = re.compile(r"\bd\s*=\s*(?P<d>64|128|256|512)\b|(?P<e>64|128|256|512)[- ]?(?:D\b|dim)")
BEST_IS = re.compile(
    r"\b(?:best|highest|optimal|optimum)\b(?: embedding)?(?: dimension(?:ality)?| size| VAL| value| one)?\s*(?:\||:|\b(?:is|was|lies|sits|comes)\b)\s*(?:at |with |for |found at )?\$?(?:d\s*=\s*|dimension )?(?P<value>64|128|256|512)(?!\d|\.\d|\s*%)",
    re.I,
)
BEST_DIMENSION = re.compile(
    r"(?:best|highest|peaks?|optimal|optimum|chose\w*|selects?|settled? on|used?)\b[^.;\d]{0,60}?(?P<value>\d{2,4})\s*\$?\s*(?:-?\s?D\b|-?dimension\w*|dims?\b|bytes?)",
    re.I,
)
NEIGHBOURS = re.compile(r"\bk\s*=\s*(?P<value>\d+)|(?P<other>\d+)[- ]nearest", re.I)


def sentence_facts(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    """Other facts of the papers, each with its own pattern. `about` is the section's title and the text before."""
    facenet = bool(
        re.search(r"facenet|schroff|1503\.03832|\bVAL\b|triplet|\bNNS?[1-4]\b|LFW", sentence + about, re.I)
    )
    if facenet:
        if re.search(r"VAL\b|validation|accura|embedding|dimension|Table 5", sentence + about, re.I):
            yield from _points(text, sentence)
            journeys = list(DIMENSIONS_FROM_TO.finditer(text))
            for found in journeys:
                yield from _journey(found, val_by_dimension(), "d", "dimensions", "FaceNet, Table 5")
            turned = list(VAL_AT_DIMENSION.finditer(text))
            for found in () if journeys else turned or DIMENSION_VAL.finditer(text):
                if not turned and JOURNEYS.search(found.group()):
                    continue
                if not turned and LIST_BEFORE.search(text[: found.start("d")]):
                    # "for d = 64, 128, 256, 512 the rates are 86.8, 87.9, ...": the last key does not own the first value
                    continue
                yield from _tabled(
                    found,
                    val_by_dimension()[int(found.group("d"))],
                    f"VAL at {found.group('d')} dimensions",
                    "FaceNet, Table 5",
                )
        for found in ERROR_JOURNEY.finditer(text):
            yield from _errors(found)
        grown = list(IMAGES_FROM_TO.finditer(text))
        for found in grown:
            yield from _journey(found, val_by_images(), "i", "million images", "FaceNet, Table 6")
        told = list(VAL_AT_IMAGES.finditer(text))
        for found in () if grown else told or IMAGES_VAL.finditer(text):
            if re.search(r"\berrors?\b", found.group()) or (not told and JOURNEYS.search(found.group())):
                continue
            yield from _tabled(
                found,
                val_by_images()[Fraction(found.group("images"))],
                f"VAL at {found.group('images')}M images",
                "FaceNet, Table 6",
            )
        near = bool(
            re.search(r"facenet|schroff|paper|authors?", sentence, re.I)
            or re.search(r"facenet|schroff", about[-300:], re.I)
        )
        if not near and re.search(r"facenet|schroff", about, re.I):
            for found in MARGIN.finditer(text):
                if Fraction(found.group("value")) == number("margin") and not re.search(
                    r"semi|dist|d\(|\\\|", found.group(), re.I
                ):
                    yield (
                        found.start(),
                        found.end(),
                        verified(Kind.FACT, "the margin is 0.2 (FaceNet, section 3.1)", Method.TABLE),
                    )
        listed = bool(re.search(r"facenet|schroff|\bNNS?[12]\b", about[-900:], re.I)) and bool(
            BATCH.search(text) or PER_IDENTITY.search(text)
        )
        if near or listed:
            for found in MARGIN.finditer(text):
                if re.search(r"semi|dist|d\(|acc|\\\|", found.group(), re.I):
                    continue
                if Fraction(found.group("value")) != Fraction(2, 10) and GIVEN_DISTANCE.search(sentence):
                    continue  # a worked example may take another margin
                yield from _exactly(
                    found,
                    Fraction(found.group("value")),
                    (number("margin"),),
                    "the margin",
                    "0.2",
                    "FaceNet, section 3.1",
                )
            for found in BATCH.finditer(text):
                value = Fraction(found.group("value").replace(",", ""))
                if 200 <= value <= 20000 or (value >= 20 and "exemplars" in found.group()):
                    yield from _exactly(
                        found,
                        value,
                        (number("batch_size"),),
                        "the batch",
                        "about 1,800",
                        "FaceNet, section 3.2",
                    )
            for found in PER_IDENTITY.finditer(text):
                if re.search(r"batch", sentence, re.I):
                    yield from _exactly(
                        found,
                        Fraction(found.group("value")),
                        (number("faces_per_identity"),),
                        "faces per identity in a batch",
                        "around 40",
                        "FaceNet, section 3.2",
                    )
        several = re.search(r"LFW\s*(?:/|and|,)\s*(?:the )?(?:YouTube|YTF)", text, re.IGNORECASE)
        for found in () if several else list(ON_LFW.finditer(text)) or LFW.finditer(text):
            if WITH_CROP.match(text, found.start("value")):
                continue
            yield from _rounded(
                found,
                (number("lfw_accuracy"), number("lfw_accuracy_fixed_crop")),
                "the accuracy on LFW",
                "99.63 (98.87 with the fixed crop)",
                "FaceNet, section 5.6",
            )
        for found in () if several else list(ON_YOUTUBE.finditer(text)) or YOUTUBE.finditer(text):
            yield from _rounded(
                found,
                (number("youtube_accuracy"),),
                "the accuracy on YouTube Faces",
                "95.12",
                "FaceNet, section 5.7",
            )
        for found in BEST_IS.finditer(text):
            if re.search(r"dimension|d\s*=|VAL\b", found.group() + about[-200:]):
                yield from _exactly(
                    found,
                    Fraction(found.group("value")),
                    (number("best_embedding_dimension"),),
                    "the dimension with the best VAL",
                    "128",
                    "FaceNet, Table 5",
                )
        for found in BEST_DIMENSION.finditer(text):
            if BEST_IS.search(text):
                continue
            if re.search(r"VAL\b|embedding|dimension", sentence, re.I) and not re.search(
                r"input|batch|layer", found.group(), re.I
            ):
                yield from _exactly(
                    found,
                    Fraction(found.group("value")),
                    (number("best_embedding_dimension"),),
                    "the dimension with the best VAL, which the paper uses",
                    "128",
                    "FaceNet, Table 5",
                )
    subjects = [(m.start(), m.end(), subject_of(m)) for m in SUBJECTS.finditer(text)]
    for found in INPUT.finditer(text):
        owner = [s for s in subjects if s[1] <= found.start() and found.start() - s[1] < 90]
        if (
            owner
            and owner[-1][2] in of_networks("input")
            and not _is_one_of_several(text, owner)
            and found.group("a") == found.group("b")
            and re.search(
                r"input|pixel|image|crop|resolution|" + re.escape(owner[-1][2]) + r"\W+\d", text, re.I
            )
        ):
            fact = of_networks("input")[owner[-1][2]]
            if fact.low != fact.high:
                continue
            yield from _exactly(
                found,
                Fraction(found.group("a")),
                (fact.low,),
                f"the input of {owner[-1][2]}",
                f"{fact.low}×{fact.low}",
                fact.source,
            )
    if re.search(
        r"baldock|prediction depth|2106\.09647|\bprobes?\b", f"{sentence} {about[-600:]}", re.I
    ) and re.search(r"\bpaper|authors?|baldock|al\.", sentence, re.I):
        for found in NEIGHBOURS.finditer(text):
            value = Fraction(found.group("value") or found.group("other"))
            yield from _exactly(
                found,
                value,
                (number("neighbours"),),
                "k of the paper's probes",
                "30",
                "Baldock et al. 2021, section 2",
            )
    elif re.search(r"\bkNN\b|\bprobes?\b", text) and re.search(r"depth|probe|layer", about[-900:], re.I):
        for found in NEIGHBOURS.finditer(text):
            if Fraction(found.group("value") or found.group("other")) == number("neighbours"):
                says = "the paper's probes use k = 30 (Baldock et al. 2021, section 2)"
                yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
    yield from _wordings(text, sentence, about)


def _is_one_of_several(text: str, owner: list[tuple[int, int, str]]) -> bool:
    """Whether the last network named before a number is named together with another one: "NN3 and NN4 (inputs: ...)"."""
    return len(owner) > 1 and bool(
        re.fullmatch(r"\s*(?:and|or|,|/|,? and)\s*", text[owner[-2][1] : owner[-1][0]])
    )


def _journey(
    found: re.Match[str],
    table: Mapping[int, Fraction] | Mapping[Fraction, Fraction],
    key: str,
    unit: str,
    source: str,
) -> Iterator[tuple[int, int, Judged]]:
    """ "from 64 to 128 dimensions raises VAL from 86.8 to 87.9": the first belongs to the first."""
    for which in "12":
        at, stated = found.group(f"{key}{which}"), found.group(f"v{which}")
        truth = next(value for place, value in table.items() if place == Fraction(at))
        start, end = found.span(f"v{which}")
        says = f"VAL at {at} {unit} is {float(truth):g} ({source})"
        if Fraction(stated) == truth:
            yield start, end, verified(Kind.FACT, says, Method.TABLE)
        else:
            witness = {"table": source, "value": f"{float(truth):g}", "stated": stated}
            yield start, end, refuted(Kind.FACT, f"{says}, not {stated}", Method.TABLE, witness)


def _errors(found: re.Match[str]) -> Iterator[tuple[int, int, Judged]]:
    """ "from 2.6M to 26M images the error falls from 23.7 to 14.9": what VAL leaves of 100."""
    for which in "12":
        images = found.group(f"i{which}")
        truth = 100 - val_by_images()[Fraction(images)]
        start, end = found.span(f"e{which}")
        says = f"VAL at {images}M images is {float(100 - truth):g}, which leaves an error of {float(truth):g} (FaceNet, Table 6)"
        stated = found.group(f"e{which}")
        if Fraction(stated) == truth:
            yield start, end, verified(Kind.FACT, says, Method.TABLE)
        else:
            witness = {"table": "FaceNet, Table 6", "value": f"{float(truth):g}", "stated": stated}
            yield start, end, refuted(Kind.FACT, f"{says}, not {stated}", Method.TABLE, witness)


def _points(text: str, sentence: str) -> Iterator[tuple[int, int, Judged]]:
    """ "1.1 points above d = 64": the difference of two entries of Table 5."""
    pairs = [
        (found, int(found.group("d1")), int(found.group("d2"))) for found in POINTS_BETWEEN.finditer(text)
    ]
    for found in POINTS_BESIDE.finditer(text):
        place = sentence.find(text)
        before = sentence[: max(place, 0) + found.start()]
        named = [int(one.group("d") or one.group("e")) for one in NAMED_DIMENSION.finditer(before)]
        beside = {int(one.group("d")) for one in POINTS_BESIDE.finditer(before)}
        subjects = {one for one in named if one not in beside}
        if len(subjects) == 1:
            pairs.append((found, subjects.pop(), int(found.group("d"))))
    for found, one, other in pairs:
        exact = abs(val_by_dimension()[one] - val_by_dimension()[other])
        stated = found.group("points")
        says = f"VAL is {float(val_by_dimension()[one]):g} at {one} and {float(val_by_dimension()[other]):g} at {other} dimensions (FaceNet, Table 5): {float(exact):g} points apart"
        if Fraction(stated) == exact:
            yield found.start(), found.end(), verified(Kind.ARITHMETIC, says, Method.TABLE)
        elif re.search(r"%|VAL|points?", found.group() + sentence):
            witness = {"difference": f"{float(exact):g}", "stated": stated}
            yield (
                found.start(),
                found.end(),
                refuted(Kind.ARITHMETIC, f"{says}, not {stated}", Method.TABLE, witness),
            )


def _tabled(
    found: re.Match[str], truth: Fraction, what: str, source: str
) -> Iterator[tuple[int, int, Judged]]:
    yield from _rounded(found, (truth,), what, f"{float(truth):g}", source, group="val")


def _rounded(
    found: re.Match[str],
    truths: tuple[Fraction, ...],
    what: str,
    shown: str,
    source: str,
    group: str = "value",
) -> Iterator[tuple[int, int, Judged]]:
    printed = found.group(group)
    value = Fraction(printed)
    last = Fraction(1, 10 ** len(printed.partition(".")[2]))
    if any(abs(truth - value) <= last / 2 for truth in truths):
        yield found.start(), found.end(), verified(Kind.FACT, f"{what} is {shown} ({source})", Method.TABLE)
    else:
        yield found.start(), found.end(), refuted(
            Kind.FACT, f"{what} is {shown} ({source}), not {printed}", Method.TABLE, {"table": source, "value": shown, "stated": printed}
        )  # fmt: skip


def _exactly(
    found: re.Match[str], value: Fraction, truths: tuple[Fraction, ...], what: str, shown: str, source: str
) -> Iterator[tuple[int, int, Judged]]:
    if value in truths:
        yield found.start(), found.end(), verified(Kind.FACT, f"{what} is {shown} ({source})", Method.TABLE)
    else:
        yield found.start(), found.end(), refuted(
            Kind.FACT, f"{what} is {shown} ({source}), not {float(value):g}", Method.TABLE,
            {"table": source, "value": shown, "stated": float(value)},
        )  # fmt: skip


WORDINGS: tuple[tuple[str, str, bool, str, str], ...] = (
    # pattern, words needed around it, right, says, source
    (r"22 layers? deep (?:when |if )?(?:counting |count )?(?:only )?(?:the )?layers with (?:parameters|weights)", "NN1|Zeiler|FaceNet", False,
     "the 22 layers of NN1 include pooling and normalisation; 14 carry parameters", "FaceNet, Table 1"),
    (r"22[- ]layers?(?: deep)?\b(?!.{0,30}(?:with|carry) (?:parameters|weights))", "NN1|Zeiler", True, "NN1 has 22 layers", "FaceNet, section 3.3"),
    (r"NN4.{0,80}(?:replac\w+|substitut\w+|swap\w*).{0,20}5\s*\$?(?:×|x|\\times)\s*\$?5.{0,40}3\s*\$?(?:×|x|\\times)\s*\$?3|(?:replac\w+|substitut\w+).{0,25}5\s*\\?(?:×|x|\\times|times)\s*5.{0,30}with.{0,8}3\s*\\?(?:×|x|\\times|times)\s*3", "NN4", False,
     "NN4 has no 5×5 convolutions in its higher layers; they are left out, not replaced by 3×3", "FaceNet, section 3.3"),
    (r"verification accuracy \(?\$?VAL|VAL (?:is|means|stands for|denotes) (?:the )?verification accuracy", "", False,
     "VAL is the validation rate: the share of same-identity pairs accepted at a given false accept rate", "FaceNet, section 4"),
    (r"validation rate \(?\$?VAL|VAL (?:is|means|stands for|denotes) (?:the )?validation rate", "", True, "VAL is the validation rate", "FaceNet, section 4"),
    (r"training data.{0,120}hold-?out test set|amount of training.{0,120}hold-?out", "facenet|VAL|authors", False,
     "the influence of the amount of training data was measured on personal photos", "FaceNet, section 5.5"),
    (r"differences.{0,60}(?:are |is )?(?:statistically )?insignificant(?! beyond)|not statistically significant|statistically insignificant(?! beyond)", "dimension|embedding", True,
     "the paper calls the differences statistically insignificant", "FaceNet, section 5.2"),
    (r"squared (?:L2|L_2|Euclidean|\$L_2\$) distances?", "facenet|triplet|paper", True, "the paper compares squared L2 distances", "FaceNet, section 3.1"),
    (r"all anchor[- –]positive pairs", "", True, "all anchor-positive pairs of a batch are used", "FaceNet, section 3.2"),
    (r"\bkNN\b[^.;:]{0,30}?\bis (?:just |basically |also |essentially |really )?a linear (?:classifier|model|probe|method)\b", "", False,
     "a kNN vote is not linear: with neighbours -1 and 1 of one class and 0 of another no threshold separates them", "by the definition of kNN"),
    (r"\bprobes? (?:have|has) no (?:weights|parameters) to (?:train|learn|fit)|\bkNN\b[^.;]{0,25}\bno training\b", "kNN|probe", True, "a kNN probe stores the features and their labels", "by the definition of kNN"),
    (r"prediction depth (?:needs|requires|wants|assumes|is (?:defined|meant) for) an? (?:unconverged|untrained|under-?trained|early[- ]stopped|half-trained)", "", False,
     "prediction depth is read off a network trained to convergence", "Baldock et al. 2021, section 2"),
    (r"128[- ]?bytes?(?: per face)?", "facenet|embedding|face", True, "a face is stored in 128 bytes", "FaceNet, abstract"),
    (r"(?:embeddings?|outputs?|they).{0,50}(?:unit|L2|\$L_2\$)[- ](?:hyper)?(?:sphere|norm\w*)|unit hypersphere", "facenet|embed|triplet|face", True,
     "the embeddings lie on the unit hypersphere", "FaceNet, section 3.1"),
)  # fmt: skip
COMPILED = tuple(
    (re.compile(pattern, re.I | re.DOTALL), re.compile(needs, re.I), right, says, source)
    for pattern, needs, right, says, source in WORDINGS
)


def _wordings(text: str, sentence: str, about: str) -> Iterator[tuple[int, int, Judged]]:
    taken: list[tuple[int, int]] = []
    for pattern, needs, right, says, source in COMPILED:
        found = pattern.search(text)
        if found is None or not needs.search(sentence + " " + about[-400:]):
            continue
        if any(start < found.end() and found.start() < end for start, end in taken):
            continue
        taken.append(found.span())
        ruling = (
            verified(Kind.FACT, f"{says} ({source})", Method.TABLE)
            if right
            else refuted(Kind.FACT, f"{says} ({source})", Method.TABLE, {"table": source, "value": says})
        )
        yield found.start(), found.end(), ruling
