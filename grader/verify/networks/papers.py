# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course's papers did and say, in prose: training data, mining, blocks, probes, venues, years and arXiv numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.verify.claim import Judged, Kind, Method, refuted, verified
from grader.verify.networks.known import number, stated

Claims = Iterator[tuple[int, int, Judged]]

NAMED = re.compile(
    r"\bfacenet\b|\bschroff\b|1503\.03832|\bthe (?:paper|authors)\b|\bthey\b|\bauthors\b", re.I
)
BATCH_HARD = re.compile(r"batch[- _]?hard|\bhermans\b|in defense", re.I)
FACENET = re.compile(r"\bfacenet\b|\bschroff\b|1503\.03832|\bNNS?[1-4]\b", re.I)
# what the author did, not what a paper did
OWN = re.compile(
    r"\b(?:[Ww]e|I)\s+(?:then |also |only |have |had |now |first |therefore |always |just )*(?:use|used|train|trained|set|chose|choose|take|took|ran|run|sample|sampled|draw|drew|implement|implemented|pick|picked|tried|try|kept|keep|vary|varied|work|worked|evaluate|evaluated|test|tested|get|got|reach|reached|measure|measured|obtain|obtained|cut|reduce|reduced|increase|increased|change|changed|double|doubled|halve|halved|lower|lowered|raise|raised|report|reported|scrape|scraped|collect|collected)\b"
    r"|\b[Oo]ur (?:own )?(?:\w+[- ])?(?:run|runs|experiments?|setup|implementation|networks?|models?|code|batch(?:es)?|mini-batch(?:es)?|training|notebook|probes?|margin|version|data|images|re-?implementation|accuracy)\b|\b[Hh]ere we\b|\b(?:first|earlier|old|previous|other) (?:version|run|attempt|experiment|draft|setting)\b|\b[Mm]y (?:own )?\w+\b|\b(?:[Oo]urs|[Mm]ine)\b",
)
# a run of the author's own, of which the sentences after it go on to speak
OWN_RUN = re.compile(
    r"\b(?:[Ww]e|I)\s+(?:\w+ ){0,2}?(?:re-?trained|trained|ran|measured|tried|got|reached|obtained|evaluated|tested|observed|saw|found)\b|\bI (?:used|took|set|chose|sampled|collected)\b|\b[Mm]y own \w+"
    r"|\b(?:[Oo]ur|[Mm]y) (?:own )?(?:\w+[- ])?(?:runs?|experiments?|set-?up|results?|networks?|models?|training|notebooks?|data(?: ?set)?|measurements?|toy|re-?implementation)\b|\b(?:[Oo]urs|[Mm]ine)\b"
)
PAPER = re.compile(
    r"\bfacenet\b|\bschroff\b|1503\.03832|\bthe (?:paper|authors)\b|\bpaper['’]s\b|\bTable \d", re.I
)
OTHER_LOSS = re.compile(
    r"\b(?:TripletMarginLoss|PyTorch|torch|Keras|TensorFlow|librar(?:y|ies)|sentence-transformers|default|contrastive|angular|ArcFace|CosFace|SphereFace|cosines?|cosine similarit\w+|SVMs?|hinge loss|plain distances?|non-?squared|unsquared|exercise|toy)\b",
    re.I,
)


def of_own_run(sentence: str, about: str) -> bool:
    """Whether a sentence speaks of what the author did, by its own words or as the text has come to speak of it."""
    if OWN.search(sentence):
        return True
    if PAPER.search(sentence):
        return False
    runs = [found.end() for found in OWN_RUN.finditer(about[-1500:])]
    named = [found.end() for found in PAPER.finditer(about[-1500:])]
    return bool(runs) and runs[-1] > max(named, default=0)


OWN_DOING = "it may be what the author did, not what the paper says"
OTHER_SYSTEM = re.compile(
    r"\b(?:DeepFace|DeepID\w*|ArcFace|SphereFace|CosFace|VGG-?Face|OpenFace|CASIA|MS-?Celeb\w*|ImageNet|MegaFace|VGGFace\d?|Facebook|VGG-?\d*|ResNet-?\d*|hold-?out|test set|ours|Partial FC|CIFAR-?\d*|MNIST)\b",
    re.I,
)


def paper_claims(text: str, sentence: str, about: str) -> Claims:
    """(start, end, ruling) of what a clause says of the papers; nothing where it speaks of the author's own run.

    `sentence` is the whole sentence and `about` the title and the text before it.
    """
    yield from _blocks(text)
    yield from _bibliography(text, about)
    if OWN.search(sentence):
        return
    if FACENET.search(sentence) or FACENET.search(about[-1500:]):
        if not BATCH_HARD.search(f"{sentence} {about[-400:]}"):
            yield from _mining(text, sentence, about)
        for claims in (_training_data, _accuracies, _learning_rate, _embedding, _batch):
            yield from claims(text, sentence)
    yield from _probes(text, sentence, about)
    yield from _studied(text, sentence, about)


def _table(fact: str, source: str, says: str, holds: bool, found: re.Match[str]) -> tuple[int, int, Judged]:
    shown = f"{says} ({source})"
    if holds:
        return found.start(), found.end(), verified(Kind.FACT, shown, Method.TABLE)
    witness = {"table": source, "value": fact, "stated": " ".join(found.group().split())}
    return found.start(), found.end(), refuted(Kind.FACT, shown, Method.TABLE, witness)


# -- mining --------------------------------------------------------------------------------------------------------

POSITIVES = r"(?:hardest|hard|farthest|furthest|most distant) positives?(?: (?:of|for|per) (?:each|every|an|the) anchors?)?"
ONLY_HARDEST = re.compile(
    rf"\b(?:only|just|solely|nothing but|exclusively)\s+(?:the |with the |on the )?{POSITIVES}\s*(?:is|are|was|were|gets?)?\s*(?:used|selected|chosen|kept|taken|picked|considered|mined|trained on)?"
    rf"|\b(?:keeps?|uses?|used|takes?|took|selects?|selected|chooses?|chose|picks?|picked|mines?|mined|considers?) (?:only |just |solely )?(?:the )?{POSITIVES}\b(?:\s+only)?"
    rf"|\b{POSITIVES}\s+(?:alone|only)\s+(?:is|are|was|were)\s+(?:used|selected|chosen|kept|taken|picked|considered|mined)\b",
    re.I,
)
HARDEST_NEGATIVES = re.compile(
    r"\b(?:(?:selecting|choosing|picking|using|mining|taking|training on|the use of|with)\s+)?(?:always\s+|only\s+)?(?:the\s+)?hardest negatives?(?P<between>[^.;:,]{0,60}?)\b"
    r"(?P<verb>avoids?|prevents?|rules? out|guards? against|protects? (?:against|from)|helps? against|cures?|leads? to|lead to|causes?|results? in|risks?|ends? in|brings? about|makes?)\b(?P<after>[^.;:]{0,60}?)\b(?P<what>collaps\w*|bad local minim\w+|local minim\w+)",
    re.I,
)
LEFT_OUT = re.compile(r"\b(?:skip\w*|avoid\w*|exclud\w*|drop\w*|leav\w*(?: out)?|ignor\w*|discard\w*|filter\w*|remov\w*|moderat\w*|replac\w*|soften\w*|down-?weight\w*|clip\w*|not|few\w*|than)\s*(?:out )?(?:using |selecting |choosing )?(?:of )?(?:the )?$", re.I)  # fmt: skip
AVOIDS = re.compile(r"avoid|prevent|rule|guard|protect|against|cure", re.I)


def _mining(text: str, sentence: str, about: str) -> Claims:
    source = "FaceNet, section 3.2"
    named = bool(NAMED.search(sentence))
    # right after the size of FaceNet's batches the sentence is about the same mining
    of_batches = bool(re.search(r"\b1,?800\b|faces (?:per|of each) identity", f"{about[-160:]} {sentence}"))
    for found in ONLY_HARDEST.finditer(text):
        if not (named or of_batches) or re.search(
            r"\bunlike\b|\bcould\b|\boption\b|\bone way\b", sentence, re.I
        ):
            continue
        only = re.search(r"only|just|solely|nothing but|exclusively|alone", found.group(), re.I)
        if only and re.search(
            r"used|select|chos|kept|keep|tak|took|pick|consider|min|use|train", found.group(), re.I
        ):
            says = "all anchor-positive pairs of a batch are used, not the hardest positives only"
            yield _table("all anchor-positive pairs", source, says, False, found)
    for found in HARDEST_NEGATIVES.finditer(text):
        if re.search(r"semi|\bno\b|\bnot\b|n['’]t\b|\bthan\b|avoiding|instead", found.group(), re.I):
            continue
        if LEFT_OUT.search(text[: found.start()]):
            continue
        wrong = bool(AVOIDS.search(found.group("verb")))
        if wrong and not named:
            continue
        says = "the hardest negatives can lead to bad local minima early on, to a collapsed model; semi-hard ones are taken against it"
        yield _table("hardest negatives can lead to a collapsed model", source, says, not wrong, found)


# -- what FaceNet was trained and tested on ------------------------------------------------------------------------

COUNT = r"(?P<low>\d+(?:\.\d+)?)\s*(?:(?:M|million)?\s*(?:-|–|—|--|to|and)\s*(?P<high>\d+(?:\.\d+)?)\s*)?(?:M|million)\b"
THUMBNAILS = re.compile(
    rf"\b(?:training (?:set|data(?:set)?)|(?:was |is |are |were )?trained)\b(?:\s+(?:has|have|contains?|consists?|comprises?|includes?|holds?|is|are|was|of|with|on|using|about|around|roughly|approximately|some|over|nearly|almost|between|from|a|total|made|up|only|as|many|~|≈))*\s*{COUNT}\s+(?:\w+[- ]){{0,2}}?(?:images|thumbnails|photos|pictures|examples|samples)\b"
    rf"|(?P<turned>{COUNT.replace('low', 'low2').replace('high', 'high2')})\s+(?:face )?(?:training (?:images|thumbnails|photos|faces)|face thumbnails)\b",
    re.I,
)
IDENTITIES = re.compile(
    rf"\b{COUNT}\s+(?:\w+\s+)?(?:identities|people|persons|individuals|(?:different|distinct) (?:faces|subjects))\b",
    re.I,
)
GALLERY = re.compile(
    r"\b(?:gallery|database|serves?|users?|search\w*|world|population|city|country|could|would|if)\b", re.I
)
SMALLER_SETS = frozenset(Fraction(value) for value in ("2.6", "26", "52", "260"))
MILLION = 10**6


def _training_data(text: str, sentence: str) -> Claims:
    if OTHER_SYSTEM.search(sentence):
        return
    images = stated()["training_images"]
    for found in THUMBNAILS.finditer(text):
        values = [Fraction(found.group(key)) for key in ("low", "high", "low2", "high2") if found.group(key)]
        if any(value in SMALLER_SETS for value in values) or re.search(
            r"\bVAL\b|Table 6|validation rate|subset|fraction|of the", found.group()
        ):
            continue
        inside = [images.low <= value * MILLION <= images.high for value in values]
        off = [value * MILLION * 2 < images.low or value * MILLION > 2 * images.high for value in values]
        if all(inside) or all(off):
            says = "FaceNet is trained on 100 to 200 million face thumbnails"
            yield _table("100 to 200 million", "FaceNet, section 5", says, all(inside), found)
    for found in IDENTITIES.finditer(text):
        if (
            found.group("high")
            or GALLERY.search(sentence)
            or not re.search(r"\btrain|\bdata", sentence, re.I)
        ):
            continue
        value, people = Fraction(found.group("low")) * MILLION, number("identities")
        if value == people or not people * Fraction(8, 10) <= value <= people * Fraction(12, 10):
            says = "the training faces are of about 8 million identities"
            yield _table("about 8 million", "FaceNet, section 5", says, value == people, found)


WITH_CROP = re.compile(r"(?P<value>\d\d\.\d+)\s*\\?%?\s*(?:\(?(?:±|\\pm)\s*[\d.]+\)?\s*)?(?:accuracy )?(?:on (?:the )?LFW(?: benchmark| dataset)?,? )?\(?(?:with|for|using|by|on|from|under)?\s*(?:an? |the |only )?(?:\w+ )?(?P<how>(?:fixed|cent(?:er|re)) (?:cent(?:er|re) )?crop|(?:extra|additional|proprietary|face) (?:face )?align\w*|alignment)", re.I)  # fmt: skip


def _accuracies(text: str, sentence: str) -> Claims:
    if not re.search(r"\bLFW\b|Labell?ed Faces", sentence, re.I) or OTHER_SYSTEM.search(sentence):
        return
    for found in WITH_CROP.finditer(text):
        crop = bool(re.search("crop", found.group("how"), re.I))
        key = "lfw_accuracy_fixed_crop" if crop else "lfw_accuracy"
        value, printed = number(key), found.group("value")
        half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
        says = f"the accuracy on LFW {'with the fixed crop' if crop else 'with extra alignment'} is {float(value):g} %"
        yield _table(
            f"{float(value):g}", "FaceNet, section 5.6", says, abs(Fraction(printed) - value) <= half, found
        )


RATE = re.compile(r"\blearning rate\b(?P<between>(?:(?!\bto\b)[^.;\d]){0,30}?)(?P<value>0?\.\d+|10\^\{?-\d\}?|\d+e-\d+)(?!\d)", re.I)  # fmt: skip


def _learning_rate(text: str, sentence: str) -> Claims:
    if not re.search(r"facenet|schroff|\bpaper\b|authors", sentence, re.I) or re.search(
        r"\badam\b|resnet|lowered to|decay", sentence, re.I
    ):
        return
    for found in RATE.finditer(text):
        if found.group("value").startswith(("0.", ".")):
            rate = number("learning_rate")
            says = f"training starts with a learning rate of {float(rate):g}"
            holds = Fraction("0" + found.group("value").lstrip("0")) == rate
            yield _table(f"{float(rate):g}", "FaceNet, section 3.3", says, holds, found)


EMBEDS = re.compile(
    r"\bfacenet\b[^.;\d]{0,40}?\b(?:maps?|embeds?|represents?|encodes?|turns?|projects?)\b[^.;\d]{0,50}?(?P<value>\d{2,4})[- ]?(?:dimension\w*|D\b)",
    re.I,
)


def _embedding(text: str, sentence: str) -> Claims:
    for found in EMBEDS.finditer(text):
        if re.search(r"\b(?:experiment|variants?|table|VAL|also|up to|or)\b", sentence, re.I):
            continue
        best = number("best_embedding_dimension")
        says = f"the paper's embeddings have {int(best)} dimensions"
        yield _table(
            f"{int(best)}", "FaceNet, section 5.4", says, Fraction(found.group("value")) == best, found
        )


SMALL_BATCH = re.compile(
    r"\bmini-?batch(?:es)?\b[^.;\d]{0,30}?\b(?:of|with|contain\w*|hold\w*|has|have|from)\s+(?:about |around |roughly |approximately |some |only |~|≈)*(?P<value>\d{2,3})\s+(?:exemplars|images|examples|faces|samples)\b(?!\s*(?:per|of|for|from|each)\b)",
    re.I,
)


def _batch(text: str, sentence: str) -> Claims:
    if not NAMED.search(sentence) or re.search(
        r"\b(?:for example|e\.g|say|toy|if|for instance)\b", sentence, re.I
    ):
        return
    for found in SMALL_BATCH.finditer(text):
        if Fraction(found.group("value")) < 200:
            size = int(number("batch_size"))
            says = f"the batches have around {size:,} exemplars"
            yield _table(f"around {size:,}", "FaceNet, section 3.2", says, False, found)


# -- residual networks ---------------------------------------------------------------------------------------------

BLOCKS = re.compile(
    r"\bResNet-?\s?(?P<depth>18|34|50|101|152)\b(?P<between>[^.;,]{0,30}?)\b(?:uses?|has|have|consists? of|is (?:built|made)(?: up)? (?:of|from|out of|with)|is composed of|stacks?|contains?|relies on|with)\s+(?P<count>\w+\s+)?(?P<kind>basic|bottleneck) (?:residual )?blocks?\b",
    re.I,
)


def _blocks(text: str) -> Claims:
    for found in BLOCKS.finditer(text):
        between = found.group("between")
        if re.search(
            r"\bResNet|\bnot?\b|n['’]t|\bif\b|\band\b|\bwhile\b|\bunlike\b|\bthan\b", between, re.I
        ) or re.search(
            r"\b(?:no|without|unlike|than|instead)\b",
            f"{found.group('count') or ''} {text[: found.start()][-25:]}",
            re.I,
        ):
            continue
        if re.match(
            r"s?\s+(?:is |are |was |were )?(?:replaced|swapped|exchanged|turned|instead)", text[found.end() :]
        ):
            continue
        deep = int(found.group("depth")) >= 50
        kind = "bottleneck blocks of three convolutions" if deep else "basic blocks of two convolutions"
        says = f"ResNet-{found.group('depth')} has {kind}"
        yield _table(
            kind, "ResNet, Table 1", says, deep == (found.group("kind").lower() == "bottleneck"), found
        )


# -- prediction depth ----------------------------------------------------------------------------------------------

DEPTH = re.compile(r"baldock|2106\.09647|example difficulty", re.I)
NEIGHBOURS = re.compile(r"(?:\bk\$?\s+(?:is|was|equals)(?: set to| chosen as)?\s+\$?(?P<k>\d+)|(?P<n>\d+) (?:nearest )?neighbou?rs\b)", re.I)  # fmt: skip


# "the result is similar with 5 neighbours", "25 of the 30 neighbours": other numbers beside the paper's
AROUND_K = re.compile(r"\b(?:robust|var(?:y|ies|ied)|similar|also|other|sensitiv\w*|compar\w*|instead|whereas|while|between|\d+ of (?:the )?\d+|or)\b|\b30\b", re.I)  # fmt: skip


def _probes(text: str, sentence: str, about: str) -> Claims:
    if not re.search(r"prob(?:e|es|ing)\b|k-?NN|neighbou?rs?\b|\bvote", sentence, re.I):
        return
    named = bool(DEPTH.search(sentence) or re.search(r"\bthe (?:paper|authors)\b", sentence, re.I))
    if not (
        DEPTH.search(sentence + about[-900:])
        or re.search(r"prediction depth|\bprobes?\b", sentence + about[-900:], re.I)
    ):
        return
    for found in NEIGHBOURS.finditer(text):
        k, value = number("neighbours"), Fraction(found.group("k") or found.group("n"))
        told = named and DEPTH.search(sentence + about[-900:]) and not AROUND_K.search(sentence)
        if value == k or told:
            says = f"the paper's probes use k = {int(k)}"
            yield _table(f"{int(k)}", "Baldock et al. 2021, section 2", says, value == k, found)


DATA_SETS = frozenset({"cifar-10", "cifar-100", "fashion mnist", "svhn"})
ARCHITECTURES = frozenset({"resnet-18", "vgg-16", "mlp"})
STUDIED = re.compile(
    r"\b(?:baldock et al\.?|the (?:paper|authors))(?:['’]s?)?\s+(?:\w+ ){0,2}?(?:study|studies|studied|use|uses|used|train|trains|trained|consider|considers|considered|experiment|experiments|evaluate|evaluates|evaluated|run)\b(?P<list>[^.;:\d]{0,40}[^.;:]{0,120})",
    re.I,
)
NAMES = re.compile(r"CIFAR-?\s?100?\b|Fashion[- ]?MNIST|SVHN|ImageNet|(?<!Fashion-)(?<!Fashion )\bMNIST\b|ResNet-?\s?\d+|VGG-?\s?\d+|\bMLPs?\b|DenseNet-?\d*|Inception|AlexNet", re.I)  # fmt: skip


def _studied(text: str, sentence: str, about: str) -> Claims:
    """The data sets and architectures that the paper on example difficulty studies; others are not called wrong."""
    if not DEPTH.search(sentence + about[-900:]) or FACENET.search(sentence):
        return
    for found in STUDIED.finditer(text):
        named = {_plain(name.group()) for name in NAMES.finditer(found.group("list"))}
        if len(named) >= 2 and named <= DATA_SETS | ARCHITECTURES:
            says = "the paper studies ResNet-18, VGG-16 and an MLP on CIFAR-10, CIFAR-100, Fashion MNIST and SVHN"
            yield _table(says, "Baldock et al. 2021", says, True, found)


def _plain(name: str) -> str:
    flat = re.sub(r"[-\s]", "", name.lower())
    flat = re.sub(r"^mlps$", "mlp", flat)
    return re.sub(r"^(cifar|resnet|vgg)(\d+)$", r"\1-\2", flat).replace("fashionmnist", "fashion mnist")


# -- where the papers are found ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """A paper of the course: how a text names it, and where and when it came out."""

    name: str
    known_by: re.Pattern[str]
    arxiv: str
    venue: str
    years: tuple[int, ...]  # of the venue, and of the preprint


PAPERS = (
    Paper("FaceNet", re.compile(r"\bFaceNet\b|\bSchroff\b"), "1503.03832", "CVPR", (2015,)),
    Paper("Deep Residual Learning", re.compile(r"\b[Dd]eep [Rr]esidual [Ll]earning\b"), "1512.03385", "CVPR", (2016, 2015)),
    Paper("Example Difficulty", re.compile(r"\bBaldock\b|\b[Ll]ens of [Ee]xample [Dd]ifficulty\b|\b[Pp]rediction[- ]depth paper\b"), "2106.09647", "NeurIPS", (2021,)),
    Paper("Transformers are RNNs", re.compile(r"\bTransformers are RNNs\b"), "2006.16236", "ICML", (2020,)),
    Paper("Random Feature Attention", re.compile(r"\bRandom Feature Attention\b"), "2103.02143", "ICLR", (2021,)),
)  # fmt: skip
NUMBER_OF_ARXIV = re.compile(
    r"\barXiv\s*:?\s*(?:preprint |abs/)?(?:arXiv:)?\s*(?P<number>\d{4}\.\d{4,5})(?!\d)", re.I
)
VENUE = re.compile(
    r"\b(?P<venue>CVPR|NeurIPS|NIPS|ICML|ICLR|ICCV|ECCV|AAAI)\s*['’]?(?P<year>(?:19|20)\d\d)\b"
)
YEAR = re.compile(r"\b(?:et al\.?|[A-Z][a-z]+),?\s*\(?(?P<year>20[012]\d)\)?(?!\d|\.\d)")
# between a paper's name and its venue stand its title and authors, or words such as "was presented at"
OTHER_STORY = re.compile(
    r"\b(?:we|our|later|since|after|before|follow\w*|challenge|competition|cited|compared|extend\w*|improv\w*|won|unlike|than|beat\w*|survey|workshop|tutorial|version|used|uses|shows?|in contrast|by then|et al|loss|go(?:es)?|went|back|from|bas\w+|build\w*|inspir\w*|ideas?|introduc\w+|propos\w+|adopts?|takes?|like|similar|see|as|by|of|to|ResNet\S*|VGG\S*|Inception|GoogLeNet|DeepFace|Performers?|Hermans|He|Kaiming)\b|\d{4}\.\d{4,5}",
    re.I,
)
MOST_BETWEEN = 140


def _bibliography(text: str, about: str) -> Claims:
    named = [(found.end(), paper) for paper in PAPERS for found in paper.known_by.finditer(text)]
    deciders: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Paper], tuple[str, bool]]], ...] = (
        (NUMBER_OF_ARXIV, _by_number),
        (VENUE, _by_venue),
        (YEAR, _by_year),
    )
    for pattern, decide in deciders:
        for found in pattern.finditer(text):
            if pattern is YEAR and VENUE.search(found.group()):
                continue
            paper = _paper_of(text, found, named, about)
            if paper is None or (pattern is YEAR and not paper.known_by.search(text[: found.end()])):
                continue
            fact, holds = decide(found, paper)
            start, end, judged = _table(
                fact,
                f"{paper.name}, {paper.venue} {paper.years[0]}, arXiv {paper.arxiv}",
                f"{paper.name}: {fact}",
                holds,
                found,
            )
            if pattern is not YEAR or holds:
                yield start, end, judged


def _by_number(found: re.Match[str], paper: Paper) -> tuple[str, bool]:
    return f"arXiv {paper.arxiv}", found.group("number") == paper.arxiv


def _by_venue(found: re.Match[str], paper: Paper) -> tuple[str, bool]:
    venue = {"NIPS": "NeurIPS"}.get(found.group("venue"), found.group("venue"))
    return f"{paper.venue} {paper.years[0]}", venue == paper.venue and int(
        found.group("year")
    ) == paper.years[0]


def _by_year(found: re.Match[str], paper: Paper) -> tuple[str, bool]:
    return f"{paper.years[0]}", int(found.group("year")) in paper.years


def _paper_of(text: str, found: re.Match[str], named: list[tuple[int, Paper]], about: str) -> Paper | None:
    """The one paper that stands before a place in the same entry, or of which "the paper" speaks."""
    before = [(end, paper) for end, paper in named if end <= found.end()]
    if before:
        end, paper = max(before, key=lambda one: one[0])
        first = min(at for at, one in before if one is paper)
        gap = re.sub(r"^\W*et al\b", "", text[end : found.start()])
        others = {one.name for at, one in before if at >= first} - {paper.name}
        if (
            others
            or len(gap) > MOST_BETWEEN
            or ";" in gap
            or OTHER_STORY.search(gap.replace(paper.arxiv, ""))
            or found.re.search(gap)
        ):
            return None
        return paper
    if named or not re.match(r"\W*(?:The|This) (?:paper|article|work)\s+(?:was|is|appeared|came)\b", text):
        return None
    lately = [paper for paper in PAPERS if paper.known_by.search(about[-500:])]
    return lately[0] if len(lately) == 1 else None
