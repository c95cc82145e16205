# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What FaceNet's paper did and found, beside its figures."""

from __future__ import annotations

from collections.abc import Sequence

from grader.verify.claim import Kind
from grader.verify.words.theses import Part, Thesis, Truth

_SCOPE = r"facenet|schroff|1503\.03832"
_OTHER = r"\bif\b|\bwould\b|could|DeepFace|DeepID|VGG|ArcFace|CosFace|\bwe\b|\bour\b"


def _paper(parts: Sequence[Part], says: str, section: str, value: str, unless: str = "(?!)", *, refutes: bool = True, truth: Truth = Truth.ALWAYS, opposed: bool = False) -> Thesis:  # fmt: skip
    source = f"FaceNet, {section}"
    return Thesis(
        parts, f"{says} ({source})", {"table": source, "value": value}, scope=_SCOPE, unless=f"{_OTHER}|{unless}",
        truth=truth, kind=Kind.FACT, of_paper=True, refutes=refutes, opposed=opposed,
    )  # fmt: skip


_TRAINED = Part(
    plus=r"(?:was|is|were|are|being)? ?(?:trained|optimi[sz]ed|run)|trains?|training|optimi[sz]er|use[sd]?|uses|hardware|cluster|learning",
    inherited=True,
)
OPTIMISER = _paper(
    (_TRAINED, Part(plus=r"(?:stochastic gradient descent|SGD)(?: with (?:standard )?back-?prop(?:agation)?)?(?: (?:and|with|plus) AdaGrad)?|AdaGrad", minus=r"Adam\b|RMSProp|AdaDelta|L-?BFGS|Newton['’]s method|AdamW")),
    "the networks are trained by stochastic gradient descent with AdaGrad", "section 3.3", "SGD with AdaGrad", r"resnet-?18|1e-4|homework|notebook|difficulty",
)  # fmt: skip
HARDWARE = _paper(
    (Part(plus=r"(?:a |the )?(?:CPU|processor)s?(?: cluster)?|cluster of CPUs", minus=r"(?:a |the |one |single |eight )*(?:GPU|TPU)s?(?: cluster)?|(?:graphics cards?)"), Part(plus=r"hours|cluster|trained|training|train|runs?|hardware")),
    "the models are trained on a CPU cluster for 1,000 to 2,000 hours", "section 3.3", "CPU cluster, 1,000 to 2,000 hours", r"phone|mobile|resnet",
)  # fmt: skip
BYTES = _paper(
    (
        Part(plus=r"(?:stor(?:e|ing|ed)|quanti[sz](?:e|ing|ed|ation)|compress\w*|represent\w*|using|with|one byte per \w+|128[- ]bytes?)(?: (?:the |each |an? )?(?:embeddings?|faces?|vectors?|it|them))?(?: (?:as|to|in|by|into|with|at))*(?: (?:a |only |just )?(?:128[- ]bytes?|bytes?|one byte per \w+|8 bits)(?: vectors?| each| per \w+)?)?"),
        Part(plus=r"(?:without|no|not|costs? no(?:thing)?|negligible|does(?: not|n['’]t) (?:hurt|cost|lose|lower|reduce))(?: (?:any|a|the|loss|losing|lose|of|in|measurable|noticeable|significant|hurting|drop))* ?(?:accuracy|loss(?: of accuracy)?|performance)|loses nothing", minus=r"(?:costs?|loses?|lowers?|reduces?|hurts?|at the (?:cost|expense) of)(?: (?:several|some|a few|two|three|many|about|a|the|points?|percent|percentage|of|in|lot|much|loss))* ?(?:accuracy|performance)"),
    ),
    "the embedding can be quantised to 128 bytes without loss of accuracy", "section 5.4", "128 bytes, no loss of accuracy", r"^(?!.*(?:byte|quanti|8 bits))",
)  # fmt: skip
_ALIGNING = r"(?:3-?D|2-?D)(?: (?:and|or) (?:2-?D|3-?D))?(?: (?:face|head))? ?(?:alignments?|models?|modell?ing|frontali[sz]ation|aligned)?"
ALIGNED = _paper(
    (
        Part(plus=r"(?:the )?(?:training )?(?:faces?|images?|thumbnails?|inputs?|photos?|crops?|training|paper|method|facenet|approach|network|they|it)s?", inherited=True),
        Part(
            plus=r"(?:no|not|without|neither|needs? no|requires? no|does(?: not|n['’]t) (?:need|use|require|align)|apart from|other than|beyond|only|just|nothing but)(?: (?:any|a|an|2-?D|3-?D|or|and|further|other|use|need|explicit|face|extra|additional|gets?|the|faces?))* ?(?:alignments?|aligned)?(?: (?:2D|3D|or|other than|except|beyond|apart from|besides|only|for|by|the))*(?: ?scal(?:e|ing) and translation)?(?: does not align)?(?=.*(?:align|3D|3-D|scal))",
            minus=rf"(?:needs?|requires?|uses?|applies|performs?|involves?|relies on|presupposes|starts? with|fits?|after|by|with|through|using|undergo(?:es)?|put through|in|model of) (?:an? |the |explicit |full |prior |careful )*{_ALIGNING}(?: of (?:every|each|the|all)(?: \w+)?)?|(?:frontali[sz]ed|frontali[sz]ation|3-?D[- ]aligned)(?: with (?:a )?{_ALIGNING})?|affine(?:ly)? (?:align\w*|transform\w*)",
        ),
    ),
    "the faces are tight crops; beyond scale and translation no 2D or 3D alignment is done", "section 2 and 5", "no 2D or 3D alignment", r"extra (?:face )?align|additional align|LFW|proprietary|99\.63|98\.87|layer|tensor|array|plot",
)  # fmt: skip
CLASSIFIER = _paper(
    (
        Part(plus=r"(?:the )?(?:embeddings?|facenet|triplet loss|paper|authors)"),
        Part(
            plus=r"(?:directly|end[- ]to[- ]end)|(?:without|no|needs? no|not|instead of|rather than|skips?|skipping|bypass\w*|dispens\w+ with)(?: (?:a|an|the|any|intermediate|need|use|have|softmax|final|bottleneck))* ?(?:classification|classifier|bottleneck|softmax)(?: (?:layer|loss|head))?",
            minus=r"(?:a |an |the |with |additional |final )*(?:classification (?:layer|head|output|loss)|classifier|softmax (?:layer|loss|head|classifier|output|over (?:the )?(?:identities|people|classes|persons)))(?: with one (?:output|unit|class|neuron) (?:per|for (?:each|every)) (?:identity|person|class))?|(?:an )?intermediate bottleneck layer",
        ),
        Part(plus=r"(?:trains?|trained|training|learns?|learned|optimi[sz]\w+|sits?|on top|uses?|needs?|requires?|has)(?: on top(?: of)?)?"),
    ),
    "the embedding itself is trained by the triplet loss, without a classification layer or a bottleneck layer", "sections 1 and 3", "the embedding is optimised directly", r"prob(?:e|ing)|k-?NN|depth|typical|supervised|traditional|standard|usual|conventional|contrast|previous|earlier|other|unlike|prior|face recognition (?:approaches|networks)|difficult|resnet",
)  # fmt: skip
TUNED = _paper(
    (
        Part(plus=r"(?:the )?(?:optimal |best |distance )?threshold"),
        Part(plus=r"(?:is |was )?(?:tuned|selected|chosen|picked|set|determined|fitted|optimi[sz]ed|found|taken)"),
        Part(plus=r"(?:the )?(?:nine|9|other nine|remaining nine)(?: (?:other|training|remaining))?(?: splits?| folds?)?|the other (?:splits|folds)|held-?out splits", minus=r"(?:the )?(?:very |same |test )*(?:split|fold|set)(?: on which (?:the )?(?:accuracy|it) is (?:reported|tested|measured))?|the tenth (?:split|fold)|test (?:split|fold|set|pairs)|all (?:ten|10) (?:splits|folds)"),
    ),
    "on LFW the threshold is chosen on nine splits and tested on the tenth", "section 5.6", "nine training splits select the threshold", r"our|0\.\d",
)  # fmt: skip
EASY_ONES = _paper(
    (
        Part(plus=r"(?:most|the majority|the bulk|nearly all|almost all|the great majority|many)(?: of)?(?: all| the)*(?: possible| these| valid| random)*(?: triplets)", minus=r"(?:few|hardly any|only a few|a minority)(?: of)?(?: all| the)*(?: possible| valid)*(?: triplets)"),
        Part(plus=r"(?:easy|easily satisfied|satisf(?:y|ied)(?: the constraint| already)?|not contribute|contribute nothing|do(?: not|n['’]t) contribute|zero loss|slow(?:er)?(?: convergence| the training)?(?: down)?)(?: [^,.;]*)?", minus=r"(?:hard|violate the (?:constraint|margin)|active|violated|informative)(?: [^,.;]*)?"),
    ),
    "of all possible triplets many are easily satisfied, contribute nothing and slow convergence", "section 3.1", "many triplets are easily satisfied", r"hardest|batch[- ]hard",
    truth=Truth.MOSTLY,
)  # fmt: skip
NOISE = _paper(
    (
        Part(plus=r"mis-?labell?ed(?: and| or)?(?: poorly imaged)?(?: faces| images| ones)?|(?:label noise|wrong labels|poorly imaged faces|outliers|poor images)"),
        Part(plus=r"(?:dominate[sd]?|would dominate|prevail|are (?:picked|selected|chosen)|takes? over|are the hardest|is (?:a |the )?(?:problem|concern|danger)|matters?|problem|poor training|spoil|bad training)(?: [^,.;]*)?", minus=r"(?:is |are )?(?:no (?:problem|concern|danger|issue)|harmless|irrelevant|does(?: not|n['’]t) matter|ignored automatically|(?:is|are) never (?:picked|selected))(?: [^,.;]*)?"),
        Part(plus=r"hardest|extremes?|hard (?:positives|negatives)|argm(?:ax|in)|whole (?:training |data )?set|all (?:the )?data|mined|mining|selection|over the whole"),
    ),
    "mislabelled and poorly imaged faces would dominate the hardest positives and negatives of the whole set", "section 3.2", "mislabelled faces dominate the hardest", r"depth",
    truth=Truth.CAN,
)  # fmt: skip
STABLE = _paper(
    (
        Part(plus=r"(?:using |taking |the use of )?all (?:of )?(?:the )?anchor[- –]positive pairs|(?:the )?all[- ]pairs(?: method| variant| approach)?", minus=r"(?:using |taking |the use of )?(?:only )?(?:the )?hardest positives?"),
        Part(plus=r"(?:more stable|stabler|converge[sd]? (?:slightly |somewhat |a little )?(?:faster|quicker)|faster|(?:slightly )?faster convergence)(?: (?:and|at|in|the|beginning|start|of|training|converge[sd]?|slightly|faster|more|stable))*", minus=r"(?:less stable|unstable|converge[sd]? (?:slightly )?slower|slower|slower convergence)(?: [^,.;]*)?"),
    ),
    "the all anchor-positive method was more stable and converged slightly faster at the beginning of training", "section 3.2", "all pairs: more stable, slightly faster at first", r"\bnegative",
)  # fmt: skip
GENERATED = _paper(
    (
        Part(plus=r"(?:generat(?:e|es|ed|ing)|pick|picks|picked|select(?:s|ed|ing)?|comput(?:e|es|ed|ing)|mine[sd]?|choos(?:e|es|ing)|offline(?: variant| method)?)(?: (?:the )?triplets)?"),
        Part(plus=r"every (?:n|few|several|some|n-th) (?:training )?steps?|offline"),
        Part(plus=r"(?:most recent|latest|last|newest|current) (?:network )?(?:checkpoint|weights|network)|subset of the (?:training )?data"),
    ),
    "triplets can be generated offline every n steps, with the most recent checkpoint on a subset of the data", "section 3.2", "offline every n steps", refutes=False,
)  # fmt: skip
SAME_VAL = _paper(
    (
        Part(plus=r"(?:26(?: million| ?M)?(?: and| to|,)? (?:with )?(?:52|fifty-two)(?: million| ?M)?)(?: (?:training )?(?:images|faces|examples))?|doubling (?:from 26 )?(?:the (?:training )?(?:set|images|data) )?(?:from 26(?: million| ?M)? )?to 52(?: million| ?M)?(?: images)?"),
        Part(plus=r"(?:the same|equal|identical|unchanged|where it (?:was|is|stood)|as it (?:was|is)|no (?:gain|improvement|difference|change)|nothing|(?:does|did)(?: not|n['’]t) (?:change|improve|help|raise|move)|both 85\.1)", minus=r"(?:differ(?:s|ent)?|improves?|rises?|raises?|gains?|helps?|higher|better)"),
        Part(plus=r"VAL|validation rate|rate|85\.1"),
    ),
    "VAL is 85.1 with 26 million images as with 52 million", "Table 6", "26M: 85.1, 52M: 85.1",
)  # fmt: skip
MORE_DATA = _paper(
    (
        Part(plus=r"(?:more|additional|larger amounts of|tens of millions of) (?:training )?(?:data|images|faces|examples|exemplars)|(?:a )?larger training (?:set|data set)s?|more training|(?:training (?:with|on) )?more images"),
        Part(plus=r"(?:improves?|raises?|helps?|lifts?|increases?|gives? (?:a )?(?:higher|better)|boosts?|clear boost|higher|better)(?: the| of)*(?: VAL| accuracy| validation rate| rate| performance)*", minus=r"(?:lowers?|hurts?|reduces?|worsens?|decreases?)(?: the)?(?: VAL| accuracy| validation rate| rate)*"),
        Part(plus=r"VAL|validation rate|accuracy|rate|improve\w*|performance|boost"),
    ),
    "VAL rises from 76.3 with 2.6 million training images to 86.2 with 260 million", "Table 6", "76.3, 85.1, 85.1, 86.2", r"parameters|dimension|26|52", truth=Truth.MOSTLY,
)  # fmt: skip
FIRST_FIGURE = _paper(
    (Part(plus=r"(?:a |the )?threshold (?:of|at|=) 1\.1\b"), Part(plus=r"(?:separates?|classif(?:y|ies)|splits?|tells apart|would classify|distinguishes)(?: [^,.;]*)?")),
    "a threshold of 1.1 would classify every pair of Figure 1 correctly", "Figure 1", "threshold 1.1", refutes=False,
)  # fmt: skip
HARMONIC = _paper(
    (Part(plus=r"harmonic (?:embeddings?|triplets?)(?: loss)?"), Part(plus=r"(?:compatible|comparable|compared|backwards?[- ]compatib\w+|different (?:models|networks|versions)|(?:two|several) (?:model )?(?:generations|versions|models))(?: [^,.;]*)?", minus=r"(?:incompatible|incomparable|(?:audio|music|speech)\w*)(?: [^,.;]*)?")),
    "harmonic embeddings of different models are compatible with each other and can be compared", "section 6", "harmonic embeddings",
)  # fmt: skip
STEADY = _paper(
    (
        Part(plus=r"(?:the )?(?:VAL|validation rates?|accuracy|rate)", inherited=True),
        Part(plus=r"(?:the )?(?:higher|better)(?: the)?(?= VAL| validation)|(?:improves?|rises?|grows?|increases?|gets better|climbs?|the (?:higher|better)|(?:keeps?|goes on) (?:on )?(?:improving|rising|growing)(?: (?:up|all the way))?(?= to| up| until| with| beyond| as|$))", minus=r"(?:peaks?|is (?:best|highest|largest)|(?:falls?|drops?|declines?) (?:again|after|beyond|past)|not monoton\w+)(?: [^,.;]*)?"),
        Part(plus=r"(?:up )?to (?:512|256)(?: dimensions)?|(?:beyond|past) 128(?: dimensions)?|(?:the )?more dimensions(?: the embedding has| (?:are|it has))?|(?:with|as|the longer|the larger|the more|in)(?: the)? ?(?:embedding(?= grows| gets| becomes)|number of dimensions|embedding (?:dimension\w*|size|length)|dimension\w*|embedding (?:gets|becomes|grows)(?: longer| larger| wider)?|at 128)(?: (?:gets|becomes|grows|increases|is|longer|larger|up|raised))*"),
    ),
    "VAL is 86.8, 87.9, 87.7 and 85.6 with 64, 128, 256 and 512 dimensions: best at 128", "Table 5", "64: 86.8, 128: 87.9, 256: 87.7, 512: 85.6", r"images|FLOP|(?<!to )256", opposed=True,
)  # fmt: skip

MEASURED = _paper(
    (
        Part(plus=r"(?:the )?(?:dis)?similarit(?:y|ies)(?: of (?:two )?(?:faces|images|embeddings))?|(?:two )?(?:faces|embeddings)(?: are)?|distances?(?= (?:is|are|between))|facenet"),
        Part(plus=r"(?:is|are)? ?(?:measured|compared|judged|expressed|told|given|corresponds?|compares?|measures?)(?: (?:by|with|to|in|embeddings|faces|through|using|as))*"),
        Part(plus=r"(?:the |a )?(?:squared )?(?:L_?2|euclidean|l2)(?: distances?)?|(?:the )?squared distances?", minus=r"(?:the |a |their )*(?:L_?1|manhattan|city[- ]block|hamming|mahalanobis|cosine|chebyshev)(?: distances?| similarit(?:y|ies))?"),
    ),
    "similarity is measured by the squared L2 distance of the embeddings", "section 1 and 3", "squared L2 distance", r"rank|equivalent|same|unit|\bprobe|neighbou?r|instead",
)  # fmt: skip

NN_TYPES = _paper(
    (
        Part(plus=r"(?:the )?(?:first (?:model|network)|NN1)", minus=r"(?:the )?(?:second (?:model|network)|NN[234]|NNS[12])"),
        Part(
            plus=r"(?:(?:is|are|follows?|uses?|based on|built on|of|the|a|an|in the style of|after|model|network|like|has|from) )*(?:Zeiler(?: ?(?:&|and|\\&|–|-) ?Fergus)?)(?:[- ](?:style|type|like))?(?: (?:network|model|architecture|net|type|style))?(?: with (?:additional |added )?\$?1 ?(?:×|x|\\times) ?1\$? convolutions[^,.;]*)?",
            minus=r"(?:(?:is|are|follows?|uses?|based on|built on|of|the|a|an|in the style of|after|model|network|like|has|from) )*(?:Inception|GoogLeNet)(?:[- ](?:style|type|like|based))?(?: (?:network|model|architecture|net|type|style|modules?))?",
        ),
    ),
    "NN1 is the Zeiler & Fergus model with 1×1 convolutions, NN2 and those after it are of the Inception type", "section 3.3", "NN1: Zeiler & Fergus; NN2, NN3, NN4, NNS1, NNS2: Inception", r"resnet|unlike|whereas the|compared",
)  # fmt: skip
MOBILE = _paper(
    (
        Part(plus=r"NNS[12]|(?:the )?(?:small|smallest|tiny|mini) (?:models?|networks?|Inception)", minus=r"NN1"),
        Part(plus=r"(?:(?:is|are|can|be|small|light|enough|fit|fits|made|meant|designed|intended|suitable|run|runs|for|to|on|in) )*(?:a |the )?(?:mobile|cell|smart)? ?(?:phones?|mobile devices?|smartphones?|mobiles?)"),
    ),
    "the small models NNS1 and NNS2 can run on a mobile phone", "section 3.3", "NNS1 and NNS2 on a mobile phone", r"\bnot\b",
)  # fmt: skip
TRAINED_ON = _paper(
    (
        Part(plus=r"facenet|(?:the )?(?:paper['’]s |authors['’] )?(?:networks?|models?)|they|it", inherited=True),
        Part(plus=r"(?:is|are|was|were)? ?(?:trained|training|trains?)(?: (?:on|with|using|mainly|only|by))*"),
        Part(plus=r"(?:\d+(?:[-–]\d+)?(?: to \d+)? ?million ?)?(?:face thumbnails|(?:private |proprietary |own )?(?:face )?(?:images|photos|thumbnails) of (?:about )?(?:8|eight) million (?:people|identities|persons))", minus=r"(?:the )?(?:CIFAR-?\s?100?|ImageNet(?:-1k)?|MNIST|Fashion[- ]?MNIST|CelebA|CASIA(?:-WebFace)?|MS-?Celeb(?:-1M)?|VGGFace2?|LFW|Labell?ed Faces in the Wild|YouTube Faces(?: DB)?)"),
    ),
    "FaceNet is trained on 100 to 200 million face thumbnails of about 8 million identities; LFW and YouTube Faces serve for tests", "section 5", "100 to 200 million face thumbnails", r"pre-?train|test|evaluat|not trained|our\b|resnet|prob",
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    NN_TYPES, MOBILE, TRAINED_ON, OPTIMISER, HARDWARE, BYTES, ALIGNED, CLASSIFIER, TUNED, EASY_ONES, NOISE, STABLE, GENERATED, SAME_VAL, MORE_DATA, FIRST_FIGURE, HARMONIC, STEADY, MEASURED,
)  # fmt: skip

__all__ = ["THESES"]
