# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about prediction depth, nearest-neighbour probes, cross-entropy and accuracy."""

from __future__ import annotations

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis, Truth

_SCOPE = r"prediction depth|baldock|2106\.09647|example difficulty|\bprobes?\b[^.]*\bdepth|\bdepth\b[^.]*\bprobes?\b"
_OWN = r"\bour\b|\bmy\b|\bwe\b|\bI\b|\bin this run\b|\d\s?\\?%|random(?:ly)? labell?ed|(?:depth|width) of the (?:network|model|tree)|network depth|deeper networks?|\bhere,|in (?:our|my|the) histogram"
_EX = r"(?:examples?|images?|points?|inputs?|samples?|pictures?|data points?|instances?|shapes?)"


def _depth(*, inherited: bool = True) -> Part:
    """How deep an example is: small depths +1, large ones −1 in `noun`'s sense are turned by the theses."""
    return Part(
        plus=rf"deep(?:er|est)? {_EX}|depth (?:of )?10|{_EX} (?:that|which) (?:are|is|get|gets) (?:decided|settled|resolved|predicted) (?:only )?(?:late|in (?:the )?(?:late|last|later|deep|deeper) (?:few )?layers?|by (?:the )?(?:late|last|deep|deeper) layers?)|(?:decided|settled?|settles|resolved?|stabili[sz]ed?) (?:only )?(?:late(?=\s*(?:$|[,.;)]|is|are|have|has|tend))|(?:in|by|at) (?:the |a )?(?:very )?(?:late|last|later|deep|deeper) (?:few )?(?:layers?|probes?))|the deeper (?:the|a|an) (?:{_EX}|predictions?)|deep ones|(?:those|the ones) with a (?:large|high|big|larger|higher) one|the deeper an? {_EX} (?:is|sits|lies)|the later an? {_EX} is (?:decided|settled|predicted)|at (?:a )?(?:high|large|great) (?:prediction )?depths?|a (?:high|large) value(?: of it)?",
        minus=rf"shallow(?:er|est)? {_EX}|depth (?:of )?(?:0|zero)|shallow ones|(?:those|the ones) with a (?:small|low|smaller|lower) one|{_EX} (?:that|which) (?:are|is|get|gets) (?:decided|settled|resolved|predicted) (?:already )?(?:early|in (?:the )?(?:early|first|earlier) layers?|by (?:the )?(?:early|first|earlier) layers?)|(?:decided|settled?|settles|resolved?|stabili[sz]ed?) (?:already )?(?:early(?=\s*(?:$|[,.;)]|is|are|have|has|tend))|(?:in|by|at) (?:the |an? )?(?:very )?(?:early|first|earlier) (?:few )?(?:layers?|probes?))|at (?:a )?(?:low|small) (?:prediction )?depths?|a (?:low|small) value(?: of it)?",
        noun=r"(?:prediction[- ])?depths?(?! (?:of (?:a|the) (?:net|tree)|map))",
        inherited=inherited,
    )


_NETWORKS = r"\b(?:remov|exclud|discard|filter)\w+|\badding\b|\bdropping\b|from the (?:test )?set\b|networks? (?:with|of)\b(?! (?:different|other|several|various) (?:random )?(?:seeds|initiali[sz]ations))|plain networks"
_SOURCE = "Baldock et al. 2021, section 3"


def _tendency(other: Part, says: str, value: str, unless: str = "(?!)", *, opposed: bool = False) -> Thesis:
    """What goes with a larger depth on the whole: the other part's plus."""
    return Thesis(
        (other, _depth()), says, {"table": _SOURCE, "value": value}, scope=_SCOPE, unless=f"{_OWN}|{_NETWORKS}|{unless}",
        truth=Truth.MOSTLY, opposed=opposed,
    )  # fmt: skip


EARLY = _tendency(
    Part(
        plus=r"(?:learn(?:ed|t)|mastered|fitted|fit|picked up|acquired|memori[sz]ed|classified correctly) (?:only )?(?:(?:much|considerably|comparatively|rather) )?(?:later?|slow(?:ly|er)|towards? the end|in (?:the )?(?:later?|final) (?:epochs?|stages?|phases?|part)|at a later (?:stage|time|epoch))|(?:late(?:r)?|slow(?:er)?) (?:in|during) (?:the )?training|late(?:r)?[- ]learn(?:ed|t|ing)|(?:late|slow)(?:er)? learning|learning (?:is|happens|comes) (?:late|slow)(?:er)?|(?:take|takes|need|needs|require|requires) (?:(?:many )?more|longer|additional) (?:training )?(?:epochs?|steps?|iterations?|time)?(?: of training)?(?: to (?:be )?learn(?:ed|t)?)?|later (?:the network|it) learns|the later (?:it|they|an? \w+|the \w+) (?:is|are) learn(?:ed|t)|even later|learns? (?:(?:them|it|those|such \w+|these) )?(?:only )?(?:late|later|last|slowly)|(?:late|later) learning (?:time|speed)s?",
        minus=r"(?:learn(?:ed|t)|mastered|fitted|fit|picked up|acquired|classified correctly) (?:already )?(?:(?:much|considerably|comparatively|rather|very) )?(?:early|earlier|first|fast(?:er)?|quick(?:ly|er)|soon(?:er)?|at an earl(?:y|ier) (?:stage|time|epoch)|in (?:the )?(?:early|earlier|first) (?:epochs?|stages?|phases?|part))|(?:early|earlier|sooner) (?:in|during) (?:the )?training|early[- ]learn(?:ed|t|ing)|(?:earl(?:y|ier)|fast(?:er)?) learning|(?:take|takes|need|needs|require|requires) (?:fewer|less) (?:training )?(?:epochs?|steps?|iterations?|time)|the (?:earlier|sooner|faster) (?:it|they|an? \w+|the \w+) (?:is|are) learn(?:ed|t)|even (?:earlier|sooner)|learns? (?:(?:them|it|those|such \w+|these) )?(?:already )?(?:early|earlier|first|quickly|sooner|faster)",
        noun=r"(?:learning|training) times?|epochs? (?:in|at) which (?:it|they) (?:is|are) learn(?:ed|t)",
    ),
    "examples with a small prediction depth are learned earlier in training (Baldock et al. 2021, section 3)",
    "small prediction depth, earlier learning", unless=r"(?:early|late|deep|first|last|lower|upper|later|earlier) layers (?:\w+ )?(?:learn|converge)\b|learning rate",
)  # fmt: skip
# whether each image is right is no trend: "an image of depth 0 is classified correctly" can be wrong
EACH = r"by definition|\b(?:always|necessarily|must|guarante\w+|certainly|every|all|never)\b|^(?!.*\b(?:more|most|mostly|less|least|fewer|often|rarely|seldom|usually|likel\w+|tends?|generally|typically|frequently|better|worse|higher|lower|apt|prone)\b).*(?:mis|mis-)?classif"
ACCURATE = _tendency(
    Part(
        plus=r"(?:is|are|get|gets|being)?\s*(?:more often |often |mostly |likelier to be |more likely (?:to be )?|prone to be )*(?:misclassified|classified (?:wrongly|incorrectly)|mispredicted|wrongly classified|incorrectly classified)(?: more often)?|(?:more|most)(?: of the| of all| of its)? (?:mistakes|errors|misclassifications)|(?:mistakes|errors) (?:are|occur|happen) mostly|(?:less|lower|least) (?:accurate(?:ly)?|reliab(?:le|ly)|correct)|more often wrong|wrong more often|(?:are|is) (?:more )?often (?:wrong|mistaken)|more error-prone|less often (?:right|correct)|(?:right|correct) less often|(?:inaccurate|unreliable)",
        minus=r"(?:more|most) (?:accurate(?:ly)?|reliabl[ey])|more (?:likely|apt) (?:to be )?(?:right|correct|classified correctly)|more often (?:right|correct|classified correctly|correctly classified)|(?:right|correct) more often|(?:fewer|less) (?:mistakes|errors|misclassifications)|classified (?:more )?correctly(?: more often)?|less often wrong|more likely correct|(?:accurate|reliable)",
        noun=r"error(?: rates?)?|test error|chance of (?:a )?(?:mistake|error)|misclassification(?: rate)?",
    ),
    "the larger the prediction depth, the lower the accuracy (Baldock et al. 2021, section 3)",
    "accuracy falls as the prediction depth rises", unless=EACH,
)  # fmt: skip
ACCURACY = _tendency(
    Part(noun=r"accurac(?:y|ies)|(?:probability|chance|likelihood) of (?:a |being )?(?:correct|right)(?: prediction| answer)?|correctness|share of correct (?:predictions|answers)"),
    "the larger the prediction depth, the lower the accuracy (Baldock et al. 2021, section 3)",
    "accuracy falls as the prediction depth rises", unless=r"probe accuracy|accuracy of the (?:last |first )?(?:\w+ )?probes?|loss|cross", opposed=True,
)  # fmt: skip
MARGINS = _tendency(
    Part(noun=r"(?:(?:adversarial|input|output|classification|decision)[- ])*margins?|distances? (?:to|from) the (?:decision )?boundar(?:y|ies)", plus=r"(?:the )?far(?:ther)?(?: \w+){0,4}? from the (?:decision )?boundar(?:y|ies)|robust(?: to| against)?", minus=r"(?:close|near)(?:r|er)? (?:to )?the (?:decision )?boundar(?:y|ies)|easily (?:perturbed|fooled|attacked)"),
    "examples with a large prediction depth have smaller margins, of the output and of the adversarial input (Baldock et al. 2021, section 3)",
    "small prediction depth, large margin", unless=r"triplet|facenet", opposed=True,
)  # fmt: skip
HARD = _tendency(
    Part(
        plus=r"(?:(?:the )?hard(?:er|est)?|(?:more |most |the )*difficult|(?:more )?ambiguous|(?:more )?atypical|unusual|tricky|trickier|struggl\w+|confusing|challenging)(?: ones?| cases?| for the network)?(?! (?:to|negatives?)\b)|more difficulty|high difficulty",
        minus=r"(?:(?:the )?eas(?:y|ier|iest)|(?:more |most )?(?:proto)?typical|simple|simpler|(?:less|least) difficult|less hard|clear-?cut|unambiguous)(?: ones?| cases?)?(?! to\b)|low difficulty",
        noun=r"difficulty|hardness",
    ),
    "examples of a larger prediction depth are the harder ones (Baldock et al. 2021, section 3)",
    "hard examples have a large prediction depth", unless=r"negative|triplet|margin|difficulty of (?:comput|implement)",
)  # fmt: skip
UNSURE = _tendency(
    Part(
        plus=r"(?:less|least) (?:certain|confident|sure)|(?:more )?(?:uncertain|unsure)",
        minus=r"(?:more|most) (?:certain|confident|sure)|(?:confidently|with confidence)|confident (?:predictions?|answers?)",
        noun=r"uncertaint(?:y|ies)|(?:prediction |predictive )?entrop(?:y|ies)",
    ),
    "the network is less confident on examples of a large prediction depth (Baldock et al. 2021, section 3)",
    "confidence falls as the prediction depth rises", unless=r"cross-?entropy",
)  # fmt: skip
CONFIDENCE = _tendency(
    Part(noun=r"(?:confidence|certainty)|consensus|agreement (?:between|among|of|across) (?:the )?(?:models?|networks?|runs?|seeds?|an ensemble)(?: (?:of|with|from) (?:different|other|several) (?:random )?(?:seeds|initiali[sz]ations))?|consistency(?: (?:between|among|of|across|over) (?:the )?(?:\w+ )?(?:models?|networks?|runs?|seeds?))?"),
    "the network is less confident on examples of a large prediction depth, and differently seeded networks agree less on them (Baldock et al. 2021, section 3)",
    "confidence and consensus fall as the prediction depth rises", opposed=True,
)  # fmt: skip
MISLABELLED = _tendency(
    Part(
        plus=r"(?:mis-?labell?ed|wrongly labell?ed|incorrectly labell?ed|badly labell?ed|corrupted|noisy-?label)(?: (?:training )?(?:examples?|images?|points?|ones|labels?))?|label noise|noisy labels?|(?:images?|examples?|points?)(?: whose labels? (?:is|are)| with (?:a )?) ?(?:wrong|incorrect|corrupted|noisy|flipped|random)(?: labels?)?|(?:wrong|incorrect|corrupted|flipped|random) (?:training )?labels?",
        minus=r"(?:correctly|cleanly|properly) labell?ed(?: (?:training )?(?:examples?|images?|points?|ones))?|clean (?:labels?|examples?|images?)",
    ),
    "mislabelled examples have a larger prediction depth, those with clean labels a smaller one (Baldock et al. 2021)",
    "mislabelled examples, larger prediction depth",
)  # fmt: skip
CONSISTENT = Thesis(
    (
        Part(plus=r"(?:prediction )?depths?|which (?:images|examples) are (?:deep|shallow|hard|easy|difficult)|ordering (?:of the examples )?by (?:prediction )?depth|it|difficulty", inherited=True),
        Part(plus=r"(?:random )?seeds|random initiali[sz]ations?|(?:different )?(?:initiali[sz]ations|architectures|runs)|(?:from )?(?:one )?(?:architecture|seed|run) to (?:another|the next)|networks? of (?:an?other|different) architectures?|(?:different|other|another) (?:networks?|models?|architectures?|seeds?)|(?:training )?runs"),
        Part(
            plus=r"(?:is |are |remains? |stays? |quite |very |largely |mostly |fairly |broadly )*(?:consistent|similar|stable|correlated|robust|reproducible|alike|comparable|preserved)|agrees?|correlates?|carr(?:y|ies) over|transfers?|strong(?:ly)? correlat\w+",
            minus=r"(?:is |are |quite |entirely |completely |totally |wildly |largely )*(?:inconsistent|unrelated|uncorrelated|different|unstable|random|arbitrary|dissimilar)|(?:changes|varies|vary|differs?|disagrees?) (?:completely|totally|wildly|arbitrarily|strongly|entirely)|nothing in common",
        ),
    ),
    "the prediction depth of an example is consistent over random seeds and similar between architectures (Baldock et al. 2021, section 3)",
    {"table": _SOURCE, "value": "consistent over seeds, correlated between architectures"},
    scope=_SCOPE, unless=_OWN + r"|exact(?:ly)? (?:the )?same|identical", truth=Truth.MOSTLY,
)  # fmt: skip
LAYERS = Thesis(
    (
        Part(plus=r"(?:early|earlier|first|lower|initial|shallow) layers?", minus=r"(?:late|later|last|deep|deeper|upper|higher|final) layers?", inherited=False),
        Part(plus=r"generali[sz]\w*|(?:simple|general|common) (?:patterns|features|structures?)|easy examples", minus=r"memori[sz]\w*|(?:exceptions|idiosyncratic|specific) (?:patterns|features|details)?|hard(?:er)? examples|difficult examples"),
    ),
    "early layers generalise while later layers memorise (Baldock et al. 2021, section 3)",
    {"table": _SOURCE, "value": "early layers generalise, later layers memorise"},
    scope=_SCOPE, unless=_OWN, truth=Truth.MOSTLY,
)  # fmt: skip

# -- the definition --------------------------------------------------------------------------------------------------

_AGREES = r"(?:agrees?|coincides?|matches|match|(?:gives?|has|have|predicts?|outputs?|returns?|says?|votes? for) the (?:same|final|last)(?: (?:class|label|answer|prediction|vote))?|is (?:equal|identical)|equals?)"
_LAST = r"(?:(?: as| with| to)?(?: that of)? (?:the )?(?:last|final|very last|network['’]s (?:final )?)(?: (?:one|probe|layer|prediction|vote|class|answer|output|probe['’]s))*)?"
_LEAST = r"(?:the )?(?:least|smallest|first|earliest|lowest|minimal|minimum|shallowest)"
_INDEX = r"(?:layer|index|probe|number|point|position|depth|level)s?"
_L = r"(?:(?:\\ell|ℓ|[Llmi])\b ?)?"
DEFINITION = Thesis(
    (
        Part(plus=r"(?:the |an (?:image|example)['’]s |its )?(?:prediction )?depth", inherited=True),
        Part(
            plus=rf"{_LEAST} (?:{_INDEX} )?{_L}(?:such that|so that|for which|with|where|from which|after which|at which|starting from which)?(?: on)?(?: it)?(?: and)? ?(?:onwards? )?(?:all|every|each)(?: one)?(?: of)?(?: the| its)?(?: (?:nearest-neighbou?r|kNN|subsequent|later|remaining|following))* (?:probes?|predictions?|votes?|layers?)(?: at (?:this|that) (?:layer|point) and (?:at )?(?:all )?(?:later|after it|beyond|above)| from (?:there|it|that (?:layer|point)|[Lℓlmi]|\\ell) on(?:wards?)?)? {_AGREES}{_LAST}|{_LEAST} (?:{_INDEX} )?(?:from which|after which|starting at which) (?:on )?(?:the )?(?:k-?NN |nearest-neighbou?r )?(?:probes?['’]? )?(?:predictions?|votes?|answers?|classes|class|probes?) (?:no longer changes?|never changes?(?: again| any ?more)?|stays?(?: the same| constant| put| fixed)?|is final|remains? (?:the same|constant|unchanged|fixed)|{_AGREES}{_LAST})|{_LEAST} (?:{_INDEX} )?{_L}(?:at|for) which the (?:probe|prediction|vote) (?:and|as well as) (?:all|every|those|the ones?) (?:later|after it|above|beyond|that follow)(?: ones?| probes?)? {_AGREES}{_LAST}",
            minus=rf"{_LEAST} (?:{_INDEX} )?(?:at which|whose|where|for which|that) (?:the |its )?(?:k-?NN |nearest-neighbou?r )?(?:probe|prediction|vote)?(?:['’]s (?:vote|prediction|answer))? ?{_AGREES} (?:with |as |to )?(?:that of )?(?:the )?(?:last|final)(?: one| probe| layer| prediction| class| answer)?(?=\s*$|\s*[,.;)])|(?:the )?(?:largest|last|greatest|highest|deepest|maximal|maximum) (?:{_INDEX} )?{_L}(?:such that|from which|at which|where|for which|whose) (?:on )?(?:the |its |all |every )*(?:probes?|votes?|predictions?)[^,.;]*|{_LEAST} (?:{_INDEX} )?(?:whose|at which|where) (?:the |its )?(?:k-?NN |nearest-neighbou?r )?(?:probe|vote|prediction) (?:gives|predicts|is|hits|finds|matches|equals|agrees with|outputs|returns|gets) (?:the )?(?:right|true|correct|ground[- ]truth)(?: label| class| one| answer)?|{_LEAST} (?:{_INDEX} )?(?:from which|after which|starting at which) (?:on(?:wards?)? )?(?:the |all |every )*(?:k-?NN |nearest-neighbou?r )?(?:neighbou?rs|probes?|votes?|predictions?)(?:['’]s)? (?:vote for|give|predict|hit|are|is|equal|agree with|find)s? (?:the )?(?:right|true|correct|ground[- ]truth)(?: label| class| one| answer)?|(?:counts? )?(?:the number of|how many) (?:probes|layers)(?: that)? (?:agree|disagree|differ)[^,.;]*",
        ),
    ),
    "the depth is the least layer from which on every probe agrees with the last one, that layer's included (Baldock et al. 2021, section 2)",
    {"votes": "a, b, a", "first layer that agrees with the last": 0, "depth": 2},
    scope=r"depth", unless=r"\bif\b|every m\b|all m\b", kind=Kind.DEFINITION, method=Method.COUNT,
)  # fmt: skip
ITSELF = Thesis(
    (
        Part(plus=r"(?:the )?(?:probe|layer|prediction|vote) (?:at |of |after )?(?:the )?(?:depth |layer )?(?:L|ℓ|\\ell|d)(?: itself)?|(?:the )?(?:probe|vote|prediction) at (?:the|that|this) (?:depth|layer|point)(?: itself)?|layer (?:L|ℓ|\\ell) itself|K_\{?L\}?(?: itself)?|the depth['’]s own probe"),
        Part(
            plus=r"(?:must|has to|needs? to|should)(?: also| already| itself| too)* (?:agree|coincide|match|equal|give the (?:final|same|last)(?: class| answer| prediction)?)|is (?:included|counted|part of it)|counts(?: too| as well)?|agrees?(?: too| as well| already| itself)*",
            minus=r"(?:need(?:s)? not|may (?:still )?|is free to |can (?:still )?|does(?: not|n['’]t) (?:have|need) to|may or may not)(?: (?:itself|yet))?\s*(?:agree|coincide|match|disagree|differ|be wrong|equal)|(?:is|are) (?:excluded|exempt|not included|left out|not counted)|(?:does|do)(?: not|n['’]t) (?:matter|count)|is irrelevant|itself may differ",
        ),
    ),
    "every m ≥ L agrees, layer L's own probe included: leaving it out is the known slip m > L",
    {"votes": "a, b, a", "with m ≥ L": 2, "with m > L": 1},
    scope=r"depth", unless=r"convention|slip|handout|variant|L ?[-−] ?1|before", kind=Kind.DEFINITION, method=Method.COUNT,
)  # fmt: skip
COMPARED = Thesis(
    (
        Part(plus=r"(?:the )?(?:prediction )?depth", inherited=True),
        Part(plus=r"(?:compares?|compared|comparison|measured|judged|defined|uses?|relies|rests|based|needs?|requires?|depends?|involves?|knows?|refers?|asks?)(?: (?:with|to|on|of|against|relative|the|probes?|them|by|each|every|is|in terms|about|for|probe|vote|votes|predictions|it|for))*"),
        Part(
            plus=r"(?:the )?(?:last|final)(?: one| probe| layer| prediction| vote| probe['’]s| classification| class| output)*|network['’]s (?:own |final )*(?:prediction|answer|output|classification)",
            minus=r"(?:the |a |its )?(?:true|correct|ground[- ]truth|right|actual|test) (?:labels?|class(?:es)?|answers?)|(?:the )?ground truth",
        ),
    ),
    "the depth compares each probe with the last one; the true label does not enter",
    {"votes": "b, a, a", "depth if the label is a": 1, "depth if the label is b": 1},
    scope=_SCOPE, unless=r"accuracy|neighbou?rs|training labels|all probes|every probe|least|smallest|first", kind=Kind.FACT, method=Method.COUNT,
)  # fmt: skip

# -- probes ----------------------------------------------------------------------------------------------------------

NEIGHBOURS = Thesis(
    (
        Part(plus=r"(?:nearest )?neighbou?rs|(?:k-?NN )?votes?", inherited=True),
        Part(plus=r"(?:among|in|from|of|on|over|are|come from|taken from|searched in|looked up in|drawn from|stored) (?:the )?(?:\w+ )?training (?:set|images|data|examples|points|features|embeddings|samples|activations)|nearest training (?:images|examples|points|features|embeddings|samples)", minus=r"nearest (?:test|validation) (?:images|examples|points|features|embeddings|samples)|(?:among|in|from|of|on|over|are|come from|taken from|searched in|looked up in|drawn from) (?:the )?(?:other )?(?:test|validation) (?:set|images|data|examples|points|features|embeddings|samples)"),
    ),
    "a probe asks the nearest neighbours among the training set's features (Baldock et al. 2021, section 2)",
    {"table": "Baldock et al. 2021, section 2", "value": "neighbours in the training set"},
    scope=_SCOPE, unless=_OWN + r"|accuracy|number of|count|bin\b|histogram|asks?\b.*test images?\b.*training|applied|evaluated|classif", of_paper=True,
)  # fmt: skip
POOLED = Thesis(
    (
        Part(plus=r"(?:probes?|points?|predictions?|votes?|features?|layers?|activations?)?\s*(?:at |of |after |from |K_)*(?:8 and (?:probe |point )?9|layer4 and (?:of |after |the )*avg[- _]?pool|avg[- _]?pool and (?:the )?layer4|layer 4 and (?:the )?average pool(?:ing)?)(?: probes?| predictions?| votes?| features?)?"),
        Part(
            plus=r"(?:must |will |necessarily |always |have to |exactly )*(?:agree|coincide|are (?:always |exactly |necessarily )*(?:identical|the same|equal)|(?:give|have|make|yield|get|see) (?:always |exactly |necessarily )*(?:the same|identical|equal)(?: \w+)?|never (?:differ|disagree))",
            minus=r"(?:must |will |can |may |often |sometimes |usually |always |necessarily )*(?:disagree|differ|are (?:often |usually |always )?different|(?:give|have|make|yield|get) different(?: \w+)?)",
        ),
    ),
    "layer4 gives 512×1×1 for 32×32 images, so average pooling changes nothing and probes 8 and 9 see the same 512 numbers",
    {"layer4": "512×1×1", "avgpool": "512×1×1"},
    scope=r"32\s*(?:×|x|\\times)\s*32|1\s*(?:×|x|\\times)\s*1\b", unless=r"\bif\b|64\s*(?:×|x|\\times)\s*64|224", method=Method.COUNT,
)  # fmt: skip
EMPTY = Thesis(
    (
        Part(plus=r"(?:bin|depth|entry|bar|count)(?: of| for| at)?(?: depth| number| bin)? 9", minus=r"(?:bin|depth|entry|bar|count)(?: of| for| at)?(?: depth| number| bin)? 8"),
        Part(plus=r"(?:is |are |stays? |remains? |must be |always |necessarily |therefore |hence |thus |will be )*(?:empty|zero|never (?:occurs?|taken|reached|filled)|impossible|unreachable|contains nothing|gets no(?:thing)?(?: images?)?|0\b(?!\d))|never occurs?|cannot occur|no (?:image|example) (?:can )?(?:has|have)"),
        Part(plus=r"(?:always|must|never|necessarily|cannot|impossible|because|since|can\b|as\b|unreachable|therefore|hence|so\b)"),
    ),
    "probes 8 and 9 see the same 512 numbers, so no example changes its vote between them, and no depth is 9",
    {"layer4": "512×1×1", "avgpool": "512×1×1", "depth 9": "needs K_8 ≠ K_9"},
    scope=r"\A(?=.*(?:32\s*(?:×|x|\\times)\s*32|1\s*(?:×|x|\\times)\s*1\b))(?=.*(?:depth|probe))", unless=r"\bif\b|64\s*(?:×|x|\\times)\s*64|224", method=Method.COUNT, refutes=False,
)  # fmt: skip
NORMALISED = Thesis(
    (
        Part(plus=r"(?:the )?(?:(?:stored |saved |hooked )?(?:activations?|features?|outputs?|values?|entries|tensor)(?: stored| saved)?(?: at| of| for| after| from)? )?(?:bn1|the (?:first )?batch[- ]?norm(?:ali[sz]ation)?(?: layer)?)(?:['’]s)?(?: (?:activations?|features?|outputs?|values?|layer))?|point 2"),
        Part(
            plus=r"(?:(?:has|have|contains?|includes?|shows?|with|must have|should have|still (?:has|have|contains?)) (?:some |also |many |both )*(?:negative (?:entries|values|numbers|activations|ones)|(?:values|entries) of both signs|positive and negative (?:entries|values))|(?:can|may) be negative|(?:is|are) (?:partly|sometimes) negative)",
            minus=r"(?:is |are |must be )*(?:all |never |always |strictly )*(?:non-?negative)|(?:is|are) never negative|(?:has|have|contains?) no negative (?:entries|values|numbers)|(?:is|are) (?:all|always) (?:positive|at least (?:zero|0))",
        ),
    ),
    "batch normalisation centres each channel, so its output has negative entries; only relu, which follows, sets them to zero",
    {"channel before": [1, 2, 3], "after batch norm": [-1.22, 0, 1.22]},
    scope=r"resnet|bn1|hook", unless=r"\bif\b|in-?place|overwrit|clone|copy|without|would", method=Method.COUNT,
)  # fmt: skip
INPLACE = Thesis(
    (
        Part(plus=r"in-?place (?:relu|activation|operation|modification)s?|relu(?: layer)?(?:,? which)? (?:is|works|runs|acts|operates)(?: done)? in-?place|relu in-?place|inplace=True"),
        Part(plus=r"overwrit\w*|destroy\w*|(?:changes?|modif(?:y|ies)|alters?|clobbers?|spoils?|corrupts?) (?:the |what |bn1|an? )", minus=r"(?:leaves?|keeps?) [^,.;]*(?:untouched|unchanged|intact|as (?:it|they) (?:is|are|was|were))|has no (?:effect|influence) on"),
    ),
    "the relu of ResNet works in place: it overwrites the stored output of bn1 unless that is cloned",
    {"stored before": [-1, 2], "stored after relu": [0, 2]},
    scope=r"resnet|bn1|hook|probe", unless=r"\bnot\b|n['’]t\b|\bwas\b|\bwere\b|\bif\b|clone|copy|detach", method=Method.COUNT,
)  # fmt: skip

SETTLED = Thesis(
    (
        Part(
            plus=r"(?:(?:an?|the|every|each) )*(?:images?|examples?|points?)? ?(?:of|with|at)? ?(?:(?:a|the) )?(?:prediction )?(?:depth (?:of )?10(?!\d)|(?:largest|maximal|greatest) (?:possible )?(?:prediction )?depth)",
            minus=r"(?:(?:an?|the|every|each) )*(?:images?|examples?|points?)? ?(?:of|with|at)? ?(?:(?:a|the) )?(?:prediction )?depth (?:of )?(?:0|zero)(?!\d|\.\d)",
        ),
        Part(
            plus=r"(?:(?:is|are|gets?|been) )?(?:only |not |first )*(?:settled|decided|resolved|fixed|final|predicted)(?: (?:only|not|before))* (?:by|at|in|before|with) (?:the )?(?:very )?(?:last|final) (?:probe|layer|one)",
            minus=r"(?:(?:is|are|gets?|been) )?(?:already |right |all )*(?:settled|decided|resolved|fixed|predicted)(?: (?:already|right))* (?:by|at|in|from) (?:the )?(?:input(?: itself)?|raw pixels|(?:very )?first (?:probe|layer)|start|pixels)(?: on)?",
        ),
    ),
    "depth 0 means that the input's probe agrees already and all later ones do, depth 10 that the probe before the last still differs", {"votes": ["a, a, a", "a, b, a"], "depth": [0, 2]},
    scope=_SCOPE, unless=r"\bif\b|\bour\b|most|VGG|MLP", method=Method.COUNT,
)  # fmt: skip
HOOKS = Thesis(
    (
        Part(plus=r"(?:(?:the|a|an|each|every|registered) )*(?:forward )?hooks?"),
        Part(
            plus=r"(?:(?:only|just|simply|merely) )*(?:collects?|stores?|records?|reads?|saves?|captures?|gathers?|copies|keeps?|sees?|gets?)(?: [^,.;]{0,40})?(?:outputs?|activations?|features?)(?: of [^,.;]{0,30})?|(?:leaves?|does not (?:change|alter|affect)|changes nothing (?:in|about))(?: the)? ?(?:outputs?|forward pass|predictions?|network)(?: (?:unchanged|alone|as (?:it|they) (?:is|are)))?",
            minus=r"(?:changes?|alters?|modif(?:y|ies)|replaces?|disturbs?)(?: the| its)? (?:outputs?|predictions?|forward pass|result)(?: of [^,.;]{0,30})?|(?:trains?|updates?)(?: the)? (?:layers?|weights|network)|(?:needs?|requires?) (?:a )?(?:backward pass|gradients?)",
        ),
    ),
    "a forward hook that returns nothing is called with the layer's output and leaves it as it is", {"output without the hook": [1, 2], "with it": [1, 2]},
    scope=r"hook", unless=r"\bif it returns|returns? (?:a|another|the)|in-?place|backward hook|relu|can\b|may\b", method=Method.TABLE, reads_if=True,
)  # fmt: skip
HAS_DEPTH = Thesis(
    (
        Part(plus=r"(?:a |every |each |the |even )*(?:mis-?classified|wrongly classified|incorrectly classified)(?: (?:test ))?(?: ?(?:examples?|images?|points?))?|(?:examples?|images?) (?:that|which) the network (?:gets wrong|misclassifies)|(?:every|each|any)(?: \w+)? (?:example|image|point)|all(?: \w+)? (?:examples|images|points)|(?:an? |some |those |such )*(?:examples?|images?|points?) (?:whose|with|of which the|that has) (?:\w+ )?votes? (?:that )?(?:changes?|keeps? changing|never settles?|differs?|jumps?|wanders?|flips?|alternates?|still changes?)[^,.;]*?(?= has| have| gets?| keeps?| is\b|$)|some (?:examples|images|points)", inherited=True),
        Part(plus=r"(?:has|have|gets?|is given|also has|keeps?)(?: also| still| too)* (?:a |its |their |the (?:largest|maximal|greatest) (?:possible )?)?(?:well-defined )?(?:prediction )?depths?(?: as well| too)?(?! (?:of |\d|at |zero|one|below|above))|(?:prediction )?depth is (?:still |well )*defined", minus=r"(?:has|have|gets?) no (?:prediction )?depths?|no (?:prediction )?depth (?:can be|is|exists|could be)(?: (?:defined|computed|given|assigned))?|(?:prediction )?depth cannot be (?:defined|computed)|(?:prediction )?depth is (?:undefined|not defined|infinite|meaningless)"),
    ),
    "the depth compares the probes with the last one, whether that is right or wrong: every example has one",
    {"votes": "b, a, a", "true class": "b", "depth": 1},
    scope=_SCOPE, unless=r"\bif\b|\d{2,}|mislabel|hidden|accuracy", method=Method.COUNT,
)  # fmt: skip
LAST_PROBE = Thesis(
    (
        Part(plus=r"(?:the )?(?:last|final) probe(?:['’]s (?:vote|answer))?|(?:the )?(?:k-?NN )?(?:probe|vote) (?:on|at|of|after) (?:the )?(?:logits|fc|last layer|final layer|layer 10|point 10)|K_\{?10\}?"),
        Part(plus=r"(?:the )?(?:network|model)['’]s (?:own )?(?:final )?(?:prediction|answer|output|class|decision|argmax)s?|(?:the )?(?:prediction|answer|argmax|decision|output) of the (?:network|model)(?: itself)?|(?:the )?argmax(?: of the logits)?|(?:the )?network itself|what the network (?:itself )?predicts"),
        Part(plus=r"(?:agrees?|coincides?|equals?|matches|(?:is|be|gives?|give|are) (?:equal|identical|the same|exactly)(?: as)?|same)", minus=r"(?:differs?|disagrees?|deviates?|(?:is|be) different|another class)"),
    ),
    "the last probe votes among neighbours of the logits and the network takes the largest logit: the two can differ",
    {"logits of the test image": [0.1, 0], "training logits of class 2 all around it": [0.05, 0.02], "network": "class 1", "probe": "class 2"},
    scope=_SCOPE, unless=_OWN, truth=Truth.OPEN, method=Method.COUNT,
)  # fmt: skip
UNTRAINED = Thesis(
    (
        Part(plus=r"(?:the |each |every |all |kNN |k-NN |nearest-neighbou?r )*probes?(?: themselves)?", inherited=True),
        Part(
            plus=r"(?:needs?|requires?|has|have|with|is|are)? ?(?:no|without|not|never)(?: (?:any|be|have|of|its|their|own|need|require|to|extra))* (?:trained|training|(?:trainable |learned |learnable )?(?:parameters|weights)|gradient(?:s| descent)?|fitting|fitted)(?: of (?:its|their) own)?|training-free|nothing is (?:learn(?:ed|t)|trained|fitted)(?: (?:in|for|by))?|parameter-free|non-?parametric|(?:is|are) (?:a |all )?(?:k-?NN|(?:k-)?nearest[- ]neighbou?rs?)(?: classifiers?| votes?)?",
            minus=r"(?:is|are|has to be|have to be|must be|needs? to be|gets?)(?: first| all| each)* (?:trained|fitted|optimi[sz]ed|learned)(?: (?:by|with|using|on top|jointly|together|end)[^,.;]*)?|(?:is|are) (?:an? |all )*(?:linear|logistic|softmax)(?: (?:classifiers?|probes?|models?|layers?|regressions?))?|(?:has|have) (?:trainable|learned|learnable) (?:parameters|weights)|(?:an? )?(?:trained )?linear (?:head|readout)s?(?: (?:is|are) (?:attached|trained|fitted)(?: to (?:each|every) layer)?)?|trains? (?:an? )?(?:linear|logistic|softmax) (?:classifier|model)s?(?: (?:by|with) gradient descent)?",
        ),
    ),
    "the probes are k-nearest-neighbour votes on stored features: nothing is trained for them (Baldock et al. 2021, section 2)",
    {"table": "Baldock et al. 2021, section 2", "value": "k-NN with k = 30"},
    scope=_SCOPE, unless=r"\bif\b|\bhere\b|\b(?:linear|logistic) probes?\b|alain|other (?:papers|works?)|alternativ|\bwe\b|\bI\b|\bour\b|network (?:is|was) trained|trained network|triplet", of_paper=True,
)  # fmt: skip
SLIP = Thesis(
    (
        Part(plus=r"(?:the )?(?:convention |variant |version |definition |rule |slip )?(?:with )?(?:every |all )?m ?(?:>|\\gt) ?(?:L|\\ell|ℓ)(?: convention| variant| version)?(?: instead of (?:every )?m ?(?:≥|\\geq?) ?(?:L|\\ell|ℓ))?|the (?:strict|handout['’]s) (?:convention|inequality|version|variant|definition)"),
        Part(noun=r"(?:the )?depths?", plus=r"one (?:larger|too (?:large|high|many)|more)|larger by one|(?:too large|overestimates?)", minus=r"one (?:smaller|less|too (?:small|low|few)|lower|layer earlier)|smaller by one|lowers? (?:it|every depth|all depths)[^,.;]* by one|(?:too small|underestimates?)|one layer (?:too )?earl(?:y|ier)"),
    ),
    "where the layer before the depth disagrees, m > L lets it do so: the depth comes out one smaller",
    {"votes": "a, b, a", "with m ≥ L": 2, "with m > L": 1},
    scope=r"depth", method=Method.COUNT, opposed=True,
)  # fmt: skip
TRUE_LABEL = Thesis(
    (
        Part(plus=r"(?:the |a |its )?(?:true|correct|ground[- ]truth|right|actual) (?:labels?|class(?:es)?|answer)(?: of the (?:image|example))?|(?:the )?ground truth"),
        Part(plus=r"(?:the |an example['’]s |its |definition of (?:the )?)?(?:prediction )?depths?", inherited=True),
        Part(
            plus=r"(?:is|are|be)? ?(?:not|never|nowhere|neither)(?: (?:\w+)){0,2}? ?(?:needed|used|enters?|required|known|involved|matters?|count|appear)|(?:plays? no|has no|have no) (?:role|part|influence|effect|bearing)|irrelevant|immaterial|(?:do|does)(?: not|n['’]t) (?:matter|enter|count|appear|play|influence|affect|need|use|require|depend)|independent of|without",
            minus=r"(?:(?:is|are) )?(?:needed|used|enters?|required|involved|matters?|counts?|decides?|determines?|plays? a (?:role|part)|depends? on|needs?|uses?|requires?|decisive|defines?|fixes|sets)",
        ),
    ),
    "the depth compares the probes with the last one; the true label does not enter",
    {"votes": "b, a, a", "depth if the label is a": 1, "depth if the label is b": 1},
    scope=r"depth", unless=r"\bif\b|accuracy|neighbou?rs|training labels|training set|mislabel|wrong label", method=Method.COUNT,
)  # fmt: skip

# -- cross-entropy and accuracy --------------------------------------------------------------------------------------

_LOSS = r"(?:(?:mean |average |test |validation |training )?(?:cross[- ]?entrop(?:y|ies)|log[- ]?loss|negative log[- ]likelihood|NLL|loss(?:es)?))"
CROSS_ENTROPY = Thesis(
    (
        Part(noun=rf"{_LOSS}", minus=rf"(?:improv\w+|a better|better|an improved)(?: the| in the| in)? {_LOSS}|{_LOSS} (?:improves?|gets? better)", plus=rf"(?:worse(?:n(?:s|ing)?)?|a worse)(?: the)? {_LOSS}|{_LOSS} (?:worsens|deteriorates|gets worse)"),
        Part(
            noun=r"(?:(?:top-1 |test |validation |training )?accurac(?:y|ies)|number of (?:correct|right) (?:predictions|answers)|share of correct(?:ly classified)? (?:images|predictions|examples|answers))",
            plus=r"fewer (?:errors|mistakes|misclassifications)|(?:shows?|visible|reflected|mirrored)(?: up)? in(?: the)? (?:test |validation )?accuracy|more (?:images|examples|points) (?:are|is|get) (?:classified )?(?:correct|right)(?:ly)?(?: classified)?|classif(?:y|ies) more (?:\w+ )?correctly|more (?:\w+ )?correct(?:ly classified)?(?: \w+)?|more accurate",
            minus=r"more (?:errors|mistakes|misclassifications)|fewer (?:images|examples|points) (?:are|is|get) (?:classified )?(?:correct|right)(?:ly)?(?: classified)?|classif(?:y|ies) fewer (?:\w+ )?correctly|less accurate",
            same=r"(?:at|with) (?:the same|equal|identical|unchanged) accuracy|the same accuracy",
        ),
    ),
    "cross-entropy weighs confidence and accuracy only the largest probability, so that one can fall while the other falls, stays or rises",
    {"probabilities of the true class": {"first": [0.51, 0.51, 0.51], "second": [0.99, 0.99, 0.4]}, "cross-entropy": [0.673, 0.312], "accuracy": [1, 0.667]},
    scope=r"cross[- ]?entrop|log[- ]?loss|likelihood", unless=r"triplet|depth|binary labels|\btemperature\b", truth=Truth.OPEN, reads_if=True, method=Method.COUNT, opposed=True,
)  # fmt: skip
TURNED_LOSS = Thesis(
    (
        Part(plus=r"(?:a |one |a single |very )*confident(?:ly)? (?:mistakes?|errors?|wrong (?:predictions?|answers?)|misclassifications?|wrong)|(?:being )?confidently wrong|wrong with (?:high|great) confidence", minus=r"(?:an? )?(?:unsure|hesitant|uncertain|unconfident) (?:mistakes?|errors?|wrong (?:predictions?|answers?))"),
        Part(plus=r"(?:costs?|is punished|are punished|is penali[sz]ed|are penali[sz]ed|adds?|contributes?|raises?|increases?)(?: the (?:cross[- ]?entropy|loss))?(?: much| far| a lot)? (?:more|heavily|dearly|strongly|severely|hard)|large(?:r)? (?:loss|cross[- ]?entropy)|(?:costs?|costing) a lot|dominates?|(?:is enough to |can )?(?:ruins?|spoils?|dominate)", minus=r"(?:costs?|is punished|are punished|is penali[sz]ed|are penali[sz]ed|adds?|contributes?)(?: much| far| a lot)? (?:less|little|mildly|nothing|hardly anything)|small(?:er)? (?:loss|cross[- ]?entropy)"),
    ),
    "the cross-entropy −log p of the true class grows without bound as p goes to 0",
    {"p of the true class": [0.4, 0.01], "cross-entropy": [0.916, 4.605]},
    scope=r"cross[- ]?entrop|log[- ]?loss|likelihood", unless=r"accuracy (?:costs|is|counts)|same", method=Method.SYMBOLIC,
)  # fmt: skip
ARGMAX = Thesis(
    (
        Part(plus=r"(?:the )?accuracy", minus=r"(?:the )?cross[- ]?entropy(?: loss)?", inherited=True),
        Part(
            plus=r"(?:depends? (?:only )?on|looks? (?:only )?at|sees?|cares? (?:only )?about|counts?|considers?|uses?|reads?)(?: only| just| nothing but)? (?:which class (?:is|has|comes)[^,.;]*|whether[^,.;]*|the (?:argmax|largest (?:logit|probability|score)|top class|winner|winning class|arg max|rank(?:ing)?|order)[^,.;]*)|ignores? (?:the |how )?(?:confiden(?:ce|t)|probabilit(?:y|ies))|blind to (?:the )?confidence",
            minus=r"(?:depends? (?:also )?on|looks? at|sees?|cares? about|takes? into account|weighs?|measures?|uses?|rewards?)(?: also| how)? (?:the )?(?:confiden(?:ce|t)|probabilit(?:y|ies)|size of the probabilit(?:y|ies)|assigned probabilit(?:y|ies)|predicted probabilit(?:y|ies))[^,.;]*",
        ),
    ),
    "accuracy depends on the largest logit only, cross-entropy on the probability of the true class",
    {"probabilities of the true class": [0.51, 0.99], "accuracy": [1, 1], "cross-entropy": [0.673, 0.01]},
    scope=r"cross[- ]?entrop", unless=r"\bif\b|depth", method=Method.SYMBOLIC,
)  # fmt: skip
SMOOTH = Thesis(
    (
        Part(plus=r"(?:the )?cross[- ]?entropy(?: loss)?", minus=r"(?:the )?accuracy", inherited=True),
        Part(plus=r"(?:differentiable|smooth|(?:has|gives|provides) (?:a )?useful gradients?|can be (?:minimi[sz]ed|optimi[sz]ed) by gradient descent)", minus=r"(?:non-?differentiable|piecewise constant|a step function|zero gradient(?: almost everywhere)?|(?:has|have|gives?) (?:no|zero) (?:useful )?gradients?(?: almost everywhere)?)"),
    ),
    "cross-entropy is differentiable in the logits, accuracy is piecewise constant",
    {"logit difference": [0.1, 0.2], "accuracy": [1, 1], "cross-entropy": [0.644, 0.598]},
    scope=r"cross[- ]?entrop", unless=r"\bif\b|triplet", method=Method.SYMBOLIC,
)  # fmt: skip
SCALED = Thesis(
    (
        Part(plus=r"(?:multiply|multiplying|scaling|scale|rescaling|dividing|doubling|halving)(?: of)?(?: all)? (?:the |all )?logits(?: by (?:a (?:positive )?(?:constant|factor|number|temperature)|two|2|10|ten))?|(?:changing|raising|lowering) the (?:softmax )?temperature|temperature scaling"),
        Part(plus=r"(?:the )?accuracy", minus=r"(?:the )?cross[- ]?entropy(?: loss)?|the loss"),
        Part(plus=r"(?:unchanged|unaffected|untouched|the same|invariant|(?:does|do|did|will|can)(?: not|n['’]t) (?:change|affect|alter|influence)|no (?:effect|influence)|cannot (?:change|affect|alter))", minus=r"(?:changes?|affects?|alters?|influences?|different|varies)"),
    ),
    "a positive factor in front of the logits keeps their order, and so the accuracy, but changes the probabilities",
    {"logits": [1, 0], "times 10": [10, 0], "accuracy": [1, 1], "cross-entropy": [0.313, 0.00005]},
    scope=r"cross[- ]?entrop|logits", unless=r"negative (?:constant|factor|number)", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip

ZERO_LOSS = Thesis(
    (
        Part(plus=r"(?:an? )?(?:accuracy (?:of|is|at|=) (?:100 ?\\?%|one|1(?:\.0)?)|100 ?\\?% accuracy|perfect accuracy|perfectly accurate|(?:a )?perfect (?:classifier|accuracy)|(?:correct|right|correctly classified)(?: (?:predictions?|examples?|images?|answers?|ones?))?|(?:every|each|all) (?:image|example|prediction)s? (?:is|are) (?:right|correct|classified correctly)|classifies (?:everything|every \w+|all \w+) correctly)"),
        Part(plus=r"(?:positive|non-?zero|above zero|greater than (?:zero|0)|larger than (?:zero|0)|not (?:zero|0|vanish))", minus=r"(?:zero|0(?!\.?\d)|vanish(?:es)?|nothing|no (?:cross[- ]?entropy|loss))"),
        Part(plus=rf"{_LOSS}|costs?"),
    ),
    "a correct prediction with p < 1 still has the cross-entropy −log p > 0",
    {"p of the true class": 0.9, "prediction": "correct", "cross-entropy": 0.105},
    scope=r"cross[- ]?entrop|log[- ]?loss|likelihood", unless=r"triplet|depth|probability (?:of )?(?:one|1)|p ?= ?1|limit|approach|confiden|certain|infinit", truth=Truth.ALWAYS, reads_if=True, method=Method.SYMBOLIC,
)  # fmt: skip
BOUND = Thesis(
    (
        Part(plus=rf"(?:the )?{_LOSS}(?: of (?:a|an|one|any|each|every) (?:\w+ )?(?:example|image|prediction|mistake))?"),
        Part(
            plus=r"(?:is |are )?unbounded(?: above)?|(?:has|have) no upper (?:bound|limit)|(?:can|may|could) (?:be |grow |become |get )*(?:arbitrarily (?:large|high)|as large as (?:one|you) likes?|larger than (?:1|one)|above (?:1|one)|exceed (?:1|one))|without (?:an? )?(?:upper )?(?:bound|limit)|grows? without (?:bound|limit)",
            minus=r"(?:is |are |lies? |stays? )*(?:always )?(?:at most (?:1|one)(?!\.?\d)|between (?:0|zero) and (?:1|one)(?!\.?\d)|never (?:larger|more|greater) than (?:1|one)|bounded(?: above)?(?: by \w+)?|never exceeds? (?:1|one))|(?:cannot|can(?:not|['’]t)) (?:exceed|be (?:larger|more|greater) than) (?:1|one)",
        ),
    ),
    "−log p of the true class grows without bound as p goes to 0",
    {"p of the true class": 0.01, "cross-entropy": 4.605},
    scope=r"cross[- ]?entrop|log[- ]?loss|likelihood", unless=r"triplet|\bif\b|clip|uniform|best|baseline|below|correct", method=Method.SYMBOLIC,
)  # fmt: skip
SAME_RATES = Thesis(
    (
        Part(plus=r"(?:the )?(?:same|equal|identical) (?:test |validation |top-1 )?accurac(?:y|ies)|equally accurate", minus=r"(?:different|unequal|another|other) (?:test |validation )?accurac(?:y|ies)"),
        Part(plus=r"(?:the )?(?:same|equal|identical) (?:mean |test |validation )?(?:cross[- ]?entrop(?:y|ies)|loss(?:es)?)", minus=r"(?:very |quite |a )*(?:different|unequal|another|other) (?:mean |test |validation )?(?:cross[- ]?entrop(?:y|ies)|loss(?:es)?)|differ (?:\w+ )?in (?:their |the |mean |average |test )*(?:cross[- ]?entrop(?:y|ies)|loss(?:es)?)"),
        Part(plus=r"(?:networks?|models?|classifiers?|have|has|having|with|of)", inherited=True),
    ),
    "cross-entropy weighs confidence and accuracy does not: neither fixes the other",
    {"probabilities of the true class": {"first": [0.6, 0.6], "second": [0.9, 0.9]}, "accuracy": [1, 1], "cross-entropy": [0.511, 0.105]},
    scope=r"cross[- ]?entrop|log[- ]?loss", unless=r"\bour\b|\bhere\b|\d", truth=Truth.OPEN, method=Method.COUNT, reads_if=True,
)  # fmt: skip

DIRECTIONS = Thesis(
    (
        Part(plus=r"(?:the )?(?:cross[- ]?entropy|loss) and (?:the )?accuracy|(?:the )?accuracy and (?:the )?(?:cross[- ]?entropy|loss)|the two|both", inherited=True),
        Part(plus=r"(?:move|go|change|run|develop)(?: \w+)? in (?:the )?opposite directions?|(?:move|go) (?:against|opposite to) each other", minus=r"(?:move|go|change|run|develop|rise|fall|increase|decrease)(?: \w+)? (?:in the same direction|together|at the same time|at once|simultaneously)|both (?:rise|fall|increase|decrease)"),
    ),
    "cross-entropy weighs confidence and accuracy does not, so that both can rise together",
    {"probabilities of the true class": {"first": [0.51, 0.51, 0.51], "second": [0.99, 0.99, 0.4]}, "cross-entropy": [0.673, 0.312], "accuracy": [1, 0.667]},
    scope=r"cross[- ]?entrop", unless=r"triplet|\bour\b|\bhere\b|\d", truth=Truth.OPEN, method=Method.COUNT,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    EARLY, ACCURATE, ACCURACY, MARGINS, HARD, UNSURE, CONFIDENCE, MISLABELLED, CONSISTENT, LAYERS, DEFINITION, ITSELF, COMPARED,
    NEIGHBOURS, POOLED, EMPTY, NORMALISED, INPLACE, CROSS_ENTROPY, TURNED_LOSS, ARGMAX, SMOOTH, SCALED,
    SETTLED, HOOKS, HAS_DEPTH, LAST_PROBE, UNTRAINED, SLIP, TRUE_LABEL, ZERO_LOSS, BOUND, SAME_RATES, DIRECTIONS,
)  # fmt: skip

__all__ = ["THESES"]
