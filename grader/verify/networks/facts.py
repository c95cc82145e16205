# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""Facts of the course's papers, by table: FaceNet (arXiv 1503.03832), ResNet (arXiv 1512.03385), prediction depth (arXiv 2106.09647)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.networks.known import number, of_networks, val_by_dimension, val_by_images
from grader.verify.networks.network_facts import SUBJECTS, subject_of
from grader.verify.networks.papers import OTHER_LOSS, OWN, WITH_CROP
from grader.verify.networks.wordings import wordings
from grader.verify.triplets.written_distances import LINK, NEGATIVE_DISTANCE, POSITIVE_DISTANCE

DIMENSION_VAL = re.compile(
    r"(?<![\d.])(?:d\s*=\s*)?(?P<d>64|128|256|512)\s*\$?\s*(?:-?\s?[dD](?:im(?:ension)?(?:s|al)?)?\b|dimensions?|-dimensional|\$|:|→|\|)?(?:(?!\),)[^\d%]){0,45}?(?P<val>\d\d\.\d+)\s*(?:\\?%|±|\$|\|)?"
)
ACCURACY_ON = re.compile(
    r"[\s*\\%$]*(?:accuracy |correct )?(?:on|for) (?:the )?(?:LFW|Labell?ed Faces|YouTube)", re.I
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
    r"(?:margin|\\alpha|α|(?:takes?|uses?|chooses?|sets?|has|(?<!^)with|chose|took|used)\s+\$?(?:γ|μ|m|\\gamma|\\mu)\b)[^\d.\[\]]{0,45}?(?:of|=|is|was|to|at|as|:|\(|,)\s*\$?\s*(?P<value>(?!0\s*[)\]])(?:\d*\.\d+|\d+(?:\.\d+)?))(?![\d.]*\d)(?!\s*%|[A-Za-z(\\]|\s*[-−+]\s*\d)",
    re.I,
)
GIVEN_DISTANCE = re.compile(rf"(?:{POSITIVE_DISTANCE}|{NEGATIVE_DISTANCE}){LINK}\$?\d")
BATCH = re.compile(
    r"(?:mini-?batch(?:es)?|batch(?:es)?|batch size)[^.\d]{0,60}?(?P<value>\d[\d,]*)(?![\d,]*\d)(?!\s*(?:faces|images|exemplars|examples)\s+(?:per|of (?:each|every|one)|for (?:each|every))\b)\s*(?:exemplars|images|examples|faces|samples)?",
    re.I,
)
PER_IDENTITY = re.compile(
    r"(?P<value>\d+)\s*(?:(?:faces|images|exemplars|examples|samples)\s+)?(?:per|of each|for each|of every)\s+(?:identity|person|class)"
    r"|\b(?:faces|images|exemplars|examples)\s+(?:per|of each|for each)\s+(?:identity|person|class)(?:\s+(?:in|per)\s+(?:a |each |the )?(?:mini-?)?batch)?\s*(?::|\||=|is|are)\s*(?:about |around |≈ ?|~ ?)?(?P<listed>\d+)",
    re.I,
)
INPUT = re.compile(r"(?P<a>\d{2,3})\s*\$?\s*(?:×|x|\\times|by)\s*\$?\s*(?P<b>\d{2,3})", re.I)
LFW = re.compile(r"(?:LFW|Labell?ed Faces in the Wild)[^.\d]{0,80}?(?P<value>\d\d\.\d+)", re.I)
YOUTUBE = re.compile(r"(?:YouTube Faces|YTF|YouTube)(?: DB)?[^.\d]{0,80}?(?P<value>\d\d\.\d+)", re.I)
LAYERS = re.compile(
    r"\bNN1\b(?:(?!\bNNS?[1-4]\b|ResNet)[^.;\d]){0,40}?(?:(?P<deep>\d{2})[ -]layers?(?: deep)?\b|\b(?:number of )?layers?\s*(?:\(?in all\)?)?\s*(?::|\||is|=)\s*(?P<listed>\d{2})\b)",
    re.I,
)
# "99.63 % on LFW, 95.12 % on YouTube Faces": the number stands before its key
ON = r"(?P<value>\d\d\.\d+)\s*\$?\s*\\?%?\$?\s*(?:(?:is|was|are) (?:the |its )?(?:best )?)?(?:accuracy\s*)?(?:\(?(?:on|for|with)\s+(?:the\s+)?|\(\s*)"
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
    r"\b(?:best|highest|optimal|optimum)\b(?: embedding)?(?: dimension(?:ality)?| size| VAL| value| one)?(?: (?:on|in|of) (?:the )?(?:hold-?out(?: set)?|Table 5|paper))?\s*(?:\||:|\b(?:is|was|lies|sits|comes)\b)\s*(?:at |with |for |found at )?\$?(?:d\s*=\s*|dimension )?(?P<value>64|128|256|512)(?!\d|\.\d|\s*%)",
    re.I,
)
BEST_DIMENSION = re.compile(
    r"(?:best|highest|peaks?|optimal|optimum|chose\w*|selects?|settle[sd]? on|used?)\b[^.;\d]{0,60}?(?P<value>\d{2,4})\s*\$?\s*(?:-?\s?D\b|-?dimension\w*|dims?\b|bytes?)",
    re.I,
)
ITS_DIMENSION = re.compile(
    r"\bembeddings? (?:of|with|has|have|in)\s+(?:only |just )?\$?(?P<value>128)\$?(?=[- ]?(?:dimension|D\b|numbers|entries|floats))",
    re.I,
)
GENERAL_PROBES = re.compile(
    r"\b(?:the|all|each|every)?\s*(?:kNN |k-NN )?(?:probes?|kNN|k-NN)\s+(?:classifiers? )?(?:is|are|uses?|works?|takes?|votes?)\b",
    re.I,
)
OTHER_K = re.compile(
    r"\b(?:if|instead|toy|example|e\.g|for instance|small(?:er)?|larger|vary|try|tried|compar\w+|or|between|various|different|say|here|suppose|default|also|similar|robust)\b",
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
                if ACCURACY_ON.match(text, found.end()):
                    continue  # no validation rate
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
            # beside the paper's margin another one is another's: "a margin of 0.1 in cosines"
            elsewhere = OTHER_LOSS.search(sentence) or any(
                Fraction(found.group("value")) == number("margin") for found in MARGIN.finditer(sentence)
            )
            for found in MARGIN.finditer(text):
                if re.search(r"semi|dist|d\(|acc|\\\|", found.group(), re.I):
                    continue
                if elsewhere and Fraction(found.group("value")) != number("margin"):
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
                if re.search(r"batch", sentence, re.I) and not re.search(
                    r"\b(?:toy|example)\b", sentence, re.I
                ):
                    yield from _exactly(
                        found,
                        Fraction(found.group("value") or found.group("listed")),
                        (number("faces_per_identity"),),
                        "faces per identity in a batch",
                        "around 40",
                        "FaceNet, section 3.2",
                    )
        several = re.search(r"LFW\s*(?:/|and|,)\s*(?:the )?(?:YouTube|YTF)", text, re.IGNORECASE)
        for found in () if several else list(ON_LFW.finditer(text)) or LFW.finditer(text):
            if WITH_CROP.match(text, found.start("value")) or re.search(
                r"\balign|\bcrop", text, re.IGNORECASE
            ):
                # which of the two is meant is read by the theses; that of aligned faces is the better one
                aligned = re.search(r"\balign", text, re.I) and not re.search(r"crop|\bwithout\b|\bno\b|\bnot\b", text, re.I)  # fmt: skip
                if aligned and Fraction(found.group("value")) == number("lfw_accuracy"):
                    says = "the accuracy on LFW with extra alignment is 99.63 (FaceNet, section 5.6)"
                    yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
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
            if re.search(r"dimension|embedding|d\s*=|VAL\b", found.group() + about[-200:]):
                yield from _exactly(
                    found,
                    Fraction(found.group("value")),
                    (number("best_embedding_dimension"),),
                    "the dimension with the best VAL",
                    "128",
                    "FaceNet, Table 5",
                )
        for found in ITS_DIMENSION.finditer(text):
            says = "the embeddings have 128 dimensions (FaceNet, section 5.2.1)"
            yield found.start(), found.end(), verified(Kind.FACT, says, Method.TABLE)
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
    for found in LAYERS.finditer(text):
        if not re.search(r"param|weights|convolution", text[found.start() : found.end() + 40], re.I):
            value = Fraction(found.group("deep") or found.group("listed"))
            yield from _exactly(
                found, value, (number("nn1_layers"),), "the depth of NN1", "22 layers", "FaceNet, section 3.3"
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
            value = Fraction(found.group("value") or found.group("other"))
            general = (
                GENERAL_PROBES.search(text) and not OTHER_K.search(sentence) and not OWN.search(sentence)
            )
            if value == number("neighbours") or general:
                yield from _exactly(
                    found,
                    value,
                    (number("neighbours"),),
                    "k of the paper's probes",
                    "30",
                    "Baldock et al. 2021, section 2",
                )
    yield from wordings(text, sentence, about)


def _is_one_of_several(text: str, owner: list[tuple[int, int, str]]) -> bool:
    """Whether the last network named before a number is named together with another one: "NN3 and NN4 (inputs: ...)"."""
    between = text[owner[-2][1] : owner[-1][0]] if len(owner) > 1 else "."
    return bool(
        re.fullmatch(r"\s*(?:and|or|,|/|,? and)\s*", between)
        # "NN3 is NN2 with another input"
        or re.fullmatch(r"\s*,?\s*(?:is|equals|has|uses)\s+(?:\w+\s+){0,4}?(?:as |like |of )?", between)
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
