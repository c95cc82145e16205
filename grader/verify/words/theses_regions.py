# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about one triplet: which ones have a loss, how large it is, and what changes it."""

from __future__ import annotations

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis

_SCOPE = r"facenet|schroff|triplet|\banchor"
MARGIN = r"(?:the |a |our )?(?:margin(?: (?:of )?\$?(?:α|\\alpha))?|α|\\alpha)"
_ONES = r"(?: (?:negatives?|triplets?|ones?|negative examples?|examples?|exemplars?))?"
_NO_LOSS = rf"(?:(?:has|have|having|with|gives?|produces?|incurs?|gets?|costs?|is|are|at|a|an|exactly|of|loss|its|then|always|already) )*(?:zero[- ]loss|no loss|a loss of (?:zero|0)|loss (?:zero|0)(?!\.)|nothing(?: to the (?:loss|gradient|sum|mean))?|zero gradients?|no gradients?|neither (?:loss|gradient) nor (?:gradient|loss))|(?:contributes?|adds?|costs?|brings?|gives?|supplies|supply|provides?|teach(?:es)?)(?: the network)? (?:nothing|neither[^,.;]*|no (?:loss|gradient|signal|more)[^,.;]*|zero)|(?:drops?|falls?) out(?: of the (?:loss|sum|mean))?|(?:is |are |becomes? )*(?:inactive|switched off|ignored by the (?:loss|gradient)|useless for (?:the )?(?:training|gradient))|(?:the |its |their )?(?:loss|hinge)(?: of (?:such )?(?:a |an |the )?\w* ?\w*)? (?:vanishes|(?:(?:is|are|becomes?|equals?)(?: then| exactly| always)*|=) (?:zero|0(?!\.\d)))(?=$|[,;.:)\s])|stops? contributing|no longer contributes?|ceases? to contribute|(?:satisf(?:y|ies)|fulfils?|meets?|respects?|obeys?)(?: already)? (?:the (?:margin )?constraint|{MARGIN})(?: with the margin)?(?: already)?|constraint (?:is|holds)(?: satisfied)?"
_LOSS = rf"(?:(?:has|have|with|gives?|produces?|still|a|incurs?|leaves?|keeps?) )*(?:(?:positive|non-?zero) (?:loss|hinge)|loss (?:above|greater than|larger than|more than) (?:zero|0))|(?:still )?contributes?(?: to the (?:loss|gradient|sum))?(?= *$| *[,;.)])|(?:(?:is|are|remains?|stays?) )+active(?! (?:ones|triplets))|violates? (?:the (?:margin )?constraint|{MARGIN})|(?:the |its |their )?(?:loss|hinge) (?:is|are|stays?|remains?)(?: still| strictly| always)* (?:positive|non-?zero|above zero|greater than (?:zero|0))|(?:has|have|gives?|provides?) (?:a )?(?:non-?zero|useful) gradient"

ACTIVE = Thesis(
    (
        Part(
            plus=rf"(?:an? |the |all |every |each )*(?:easy|satisfied){_ONES}|negatives? (?:that (?:is|are|lies?) )?(?:outside|beyond) {MARGIN}",
            minus=rf"(?:an? |the |all |every |each )*(?:semi-?\s?hard|(?<!semi-)(?<!semi )hard|violating){_ONES}|negatives? (?:that (?:is|are|lies?) )?(?:inside|within) {MARGIN}",
            inherited=True,
        ),
        Part(plus=_NO_LOSS, minus=_LOSS),
    ),
    "an easy triplet has loss 0, a semi-hard or a hard one d(a,p) − d(a,n) + α > 0",
    {"d(a,p)": 0.5, "margin": 0.2, "easy": {"d(a,n)": 0.9, "loss": 0}, "semi-hard": {"d(a,n)": 0.6, "loss": 0.1}, "hard": {"d(a,n)": 0.3, "loss": 0.4}},
    scope=_SCOPE, unless=r"\b(?:mean|average)\b|\bif\b|\d\.\d|\bwhen(?:ever)?\b|\bhad\b|at the start|margin (?:of|is|=) ?(?:0|zero)\b(?!\.)|batch[- _]?(?:hard|all)|hardest|easiest|called|collaps|named|define", method=Method.COUNT, ordered=True,
)  # fmt: skip
SEMI_HARD_LOSS = Thesis(
    (
        Part(plus=rf"(?:an? |the |all |every |each |its )*semi-?\s?hard{_ONES}", inherited=True),
        Part(plus=r"(?:triplet )?loss(?:es)?|hinge|costs?|contributes?|contributions?"),
        Part(
            plus=rf"(?:strictly )?between (?:zero|0) and {MARGIN}|in (?:the (?:open )?interval )?\(?(?:zero|0), ?{MARGIN}\)?|(?:positive|non-?zero|above (?:zero|0)|greater than (?:zero|0)|more than nothing)(?:,? (?:but|and|yet))? (?:less|smaller|below|lower|under)(?: than)? {MARGIN}|(?:less|smaller|lower)(?: than)? {MARGIN}|below {MARGIN}|at most {MARGIN}|smaller than {MARGIN}",
            minus=rf"(?:more|larger|greater|higher|above|bigger|exceeds?|at least|no less)(?: than)? {MARGIN}|exactly {MARGIN}|equal to {MARGIN}|between {MARGIN} and (?:twice|2)(?: ?(?:times )?{MARGIN})?",
        ),
    ),
    "0 < d(a,n) − d(a,p) < α puts the loss of a semi-hard triplet between 0 and α",
    {"d(a,p)": 0.5, "d(a,n)": 0.6, "margin": 0.2, "loss": 0.1},
    scope=_SCOPE, unless=r"\bif\b|\d\.\d|(?<!semi-)(?<!semi )\bhard\b", method=Method.COUNT, ordered=True,
)  # fmt: skip
HARD_LOSS = Thesis(
    (
        Part(plus=rf"(?:an? |the |all |every |each |its )*(?<!semi-)(?<!semi )hard{_ONES}|(?:an? |the |every |each )*(?:negative|triplet)s?(?: (?:that|which|whose negative) (?:is|are|lies?))? (?:closer|nearer)(?: to the anchor)? than (?:the|its) positive", inherited=True),
        Part(plus=r"(?:triplet )?loss(?:es)?|hinge|costs?|contributes?|contributions?"),
        Part(
            plus=rf"(?:more|larger|greater|higher|above|bigger|exceeds?)(?: than)? {MARGIN}",
            minus=rf"(?:less|smaller|lower)(?: than)? {MARGIN}|below {MARGIN}|between (?:zero|0) and {MARGIN}|(?:zero|nothing|no loss)",
        ),
    ),
    "with d(a,n) < d(a,p) the loss d(a,p) − d(a,n) + α is larger than α",
    {"d(a,p)": 0.5, "d(a,n)": 0.3, "margin": 0.2, "loss": 0.4},
    scope=_SCOPE, unless=r"\bif\b|\d\.\d|semi|hardest", method=Method.COUNT, ordered=True,
)  # fmt: skip
PLACES = Thesis(
    (
        Part(
            plus=rf"(?:an? |the |all |every |each |its )*(?:semi-?\s?hard|easy){_ONES}",
            minus=rf"(?:an? |the |all |every |each |its )*(?<!semi-)(?<!semi )hard{_ONES}",
            inherited=True,
        ),
        Part(
            plus=r"(?:farther|further|more distant)(?: away)?(?: from (?:the|its) anchor)? than (?:the|its|their) positives?|beyond (?:the|its) positive|(?:lies?|is|are|sits?) (?:farther|further)(?: away)?(?: from (?:the|its) anchor)? than (?:the|its) positive|behind the positive",
            minus=r"(?:closer|nearer)(?: to (?:the|its|their) anchor)? than (?:the|its|their) positives?|(?:before|in front of) the positive|(?:closer|nearer) to the anchor",
        ),
    ),
    "hard negatives are closer to the anchor than the positive, semi-hard and easy ones farther away (FaceNet, section 3.2)",
    {"d(a,p)": 0.5, "margin": 0.2, "hard": 0.3, "semi-hard": 0.6, "easy": 0.9},
    scope=_SCOPE, unless=r"\bif\b|\d\.\d|hardest|easiest|positives? (?:are|is) (?:hard|easy)|hard positive|easy positive|batch[- _]?hard|must|should|want", kind=Kind.DEFINITION, ordered=True,
)  # fmt: skip
SEMI_WITHIN = Thesis(
    (
        Part(plus=rf"(?:an? |the |all |every |each |its )*semi-?\s?hard{_ONES}", minus=rf"(?:an? |the |all |every |each |its )*(?:easy){_ONES}", inherited=True),
        Part(
            plus=rf"(?:within|inside|in) {MARGIN}|(?:by )?(?:less|no more|not (?:by )?(?:as much|more)) (?:than |as )?{MARGIN}|not (?:yet )?(?:beyond|outside) {MARGIN}|(?:by )?not (?:by )?the (?:full |whole )?margin|violates? {MARGIN}|not by enough",
            minus=rf"(?:beyond|outside|past) {MARGIN}|by (?:more than|at least|over) {MARGIN}|(?:satisf(?:y|ies)|respects?|fulfils?|meets?) {MARGIN}",
        ),
    ),
    "a semi-hard negative is farther than the positive, but by less than the margin; an easy one by more (FaceNet, section 3.2)",
    {"d(a,p)": 0.5, "margin": 0.2, "semi-hard": 0.6, "easy": 0.9},
    scope=_SCOPE, unless=r"\bif\b|\d\.\d|hardest|loss|(?<!semi-)(?<!semi )\bhard\b", kind=Kind.DEFINITION, ordered=True,
)  # fmt: skip
HARDEST = Thesis(
    (
        Part(plus=r"(?:the |its |a )?hardest (?:anchor-)?positives?(?: (?:of|for) (?:an|the|each|every|its) anchor)?|hard positives?", minus=r"(?:the |its |a )?hardest negatives?(?: (?:of|for) (?:an|the|each|every|its) anchor)?"),
        Part(
            plus=r"(?:farthest|furthest|most distant|least similar|most dissimilar)(?: away)?(?: (?:one|positive|negative|stranger|image|example))?(?: from (?:the|its) anchor)?|(?:largest|greatest|maximal|maximum) (?:squared )?distance",
            minus=r"(?:closest|nearest|most similar|least distant)(?: (?:one|positive|negative|stranger|image|example))?(?: to (?:the|its) anchor)?|(?:smallest|least|minimal|minimum) (?:squared )?distance",
        ),
    ),
    "the hardest positive of an anchor is the farthest one, the hardest negative the nearest one (FaceNet, section 3.2)",
    {"distances of two images": [0.2, 0.9], "hardest as a positive": 0.9, "hardest as a negative": 0.2},
    scope=_SCOPE, unless=r"\bif\b|semi|easiest|mislabel|would|thought", kind=Kind.DEFINITION,
)  # fmt: skip
NEVER_NEGATIVE = Thesis(
    (
        Part(plus=r"(?:the |a |its |any |every )*(?:triplet )?(?:loss|hinge)(?: of (?:a|any|every|each|the) triplet)?|the (?:mean|batch) loss"),
        Part(plus=r"(?:is|are|stays?|remains?) (?:always |never less than zero|at least (?:zero|0)|non-?negative|never negative)+|(?:is )?non-?negative|never (?:negative|below (?:zero|0)|less than (?:zero|0)|falls below (?:zero|0)|drops below (?:zero|0)|goes below (?:zero|0))|at least (?:zero|0)(?!\.)|cannot (?:be|become|get) negative", minus=r"(?:is|becomes?|turns?|gets?|be|can be|may be|goes|go|drops?|falls?) (?:\w+ )?(?:negative|below (?:zero|0)(?!\.))"),
    ),
    "the positive part [·]₊ never lets the loss of a triplet be negative",
    {"d(a,p)": 0.1, "d(a,n)": 1.0, "margin": 0.2, "without the positive part": -0.7, "loss": 0},
    scope=_SCOPE, unless=r"\bif\b|without|unclipped|inside|bracket|argument|before|gradient|cross|negatives|(?:a|the|every|each|hard|easy) negative\b", method=Method.SYMBOLIC,
)  # fmt: skip
LARGEST = Thesis(
    (
        Part(plus=r"(?:no |any |the |a |every |each |largest |possible |maximal |maximum )*(?:triplet )?(?:loss|triplet|hinge)(?: of (?:a|any|each|every) triplet)?"),
        Part(plus=r"(?:cost|loss|exceeds?|at most|larger than|greater than|more than|up to|bounded by|is|beyond|maximum|never)(?: (?:more|larger|greater|bigger) than)?"),
        Part(minus=rf"{MARGIN}(?=\s*(?:$|[.,;)]))", plus=rf"(?:4|four) ?(?:\+|plus) ?(?:α|\\alpha|{MARGIN})"),
        Part(plus=r"(?:no|never|cannot|at most|largest|maximum|maximal|bounded|exceeds?|more than|any)"),
    ),
    "on the unit sphere a triplet can cost up to 4 + α: the positive opposite, the negative at the anchor",
    {"d(a,p)": 4, "d(a,n)": 0, "margin": 0.2, "loss": 4.2},
    scope=r"sphere|unit|normali[sz]ed|length one", unless=r"semi|\bhard\b|easy|\bif\b|positive|negative|closer|gradient|collaps", method=Method.SYMBOLIC, refutes=False,
)  # fmt: skip
INVARIANT = Thesis(
    (
        Part(
            plus=r"(?:a |an |any |the )*(?:rotations?|reflections?|translations?|shifts?|isometr(?:y|ies)|orthogonal (?:maps?|transformations?|matri(?:x|ces)))(?: of (?:the )?(?:whole |entire |all )?(?:embedding )?(?:space|embeddings|vectors))?|(?:rotating|reflecting|translating|shifting) (?:all |the |whole )*(?:embeddings?|vectors|space|points|embedding space)|adding (?:the same|one|a (?:fixed|common|constant)) vector to (?:all |every |each |the )*(?:embeddings?|vectors|points)",
            minus=r"(?:multiplying|scaling|rescaling|stretching|doubling|halving|inflating|shrinking) (?:all |the |every |whole )*(?:embeddings?|vectors|points|distances|space)(?: (?:by|with) (?:a (?:common )?(?:factor|constant|number)(?: of)?(?: \w+)?|two|three|2|3|10|ten|\w))?|(?:a |common |global )*(?:scaling|rescaling)(?: of (?:all |the )*(?:embeddings|vectors|distances))?",
        ),
        Part(plus=r"(?:the |its |their )?(?:triplet )?(?:loss|distances|triplets)|(?:value|values)"),
        Part(
            plus=r"(?:leaves?|keeps?|unchanged|untouched|unaffected|invariant|the same|(?:is|are) not felt|not felt|does(?: not|n['’]t) (?:change|alter|affect|touch|matter)|(?:do|will|would|can)(?: not|n['’]t) (?:change|alter|affect)|no (?:effect|influence)|as (?:it|they) (?:is|are|was|were))(?: (?:unchanged|untouched|the same|alone|as it is|invariant|as it was))?",
            minus=r"(?:changes?|alters?|affects?|influences?|scales?|multiplies|reduces?|raises?|increases?|lowers?)",
        ),
    ),
    "distances do not change under rotations and translations, but scale with the embeddings, while the margin stays",
    {"embeddings": [[1, 0], [0, 1]], "squared distance": 2, "all times 3": 18},
    scope=_SCOPE, unless=r"\bif\b|image|augment|margin (?:is|be|gets?) (?:also )?scaled|as well as the margin|together with|crop|alignment|normali[sz]ing after", method=Method.SYMBOLIC,
)  # fmt: skip
COSINES = Thesis(
    (
        Part(plus=r"(?:the |its |their )?squared (?:euclidean )?distance|the distance"),
        Part(plus=r"(?:equals?|is|are|=|becomes?|amounts? to|comes? to|turns? into|as|gives?)"),
        Part(
            plus=r"(?:two|2)(?: minus|−|-| [-−]) ?(?:twice|two times|2|2 times|double)(?: of)? ?(?:the |their |its )?(?:cosine|inner product|dot product|scalar product|cos)(?: similarity)?|twice (?:the difference (?:of|between) )?(?:one|1) minus (?:the |their )?(?:cosine|inner product|dot product)|2 ?[-−] ?2 ?[·*]? ?\\?cos(?: ?\(?\\?[\wθ]+\)?)?",
            minus=r"(?:one|1)(?: minus| −| -) (?:the |their )?(?:cosine|inner product|dot product|scalar product)(?: similarity)?|(?:two|2) minus (?:the |their )?(?:cosine|inner product|dot product)|(?:one|1|two|2) plus (?:twice )?(?:the |their )?(?:cosine|inner product|dot product)|(?:one|1) minus twice (?:the |their )?(?:cosine|inner product|dot product)|1 ?[-−] ?\\?cos(?:ine)?(?: ?\(?\\?[\wθ]+\)?)?|2 ?[-−] ?\\?cos(?: ?\(?\\?[\wθ]+\)?)?",
        ),
    ),
    "‖u − v‖² = ‖u‖² + ‖v‖² − 2 u·v = 2 − 2 u·v for unit vectors",
    {"u": [1, 0], "v": [0, 1], "u·v": 0, "squared distance": 2},
    scope=r"unit|sphere|normali[sz]ed|length one|norm one", unless=r"\bif\b|half|proportional", method=Method.SYMBOLIC,
)  # fmt: skip
RANKING = Thesis(
    (
        Part(plus=r"(?:rank(?:ing|ed|s)?|order(?:ing|ed|s)?|sort(?:ing|ed)?|nearest neighbou?rs?|comparing)"),
        Part(plus=r"cosines?(?: similarity| similarities)?|inner products?|dot products?"),
        Part(plus=r"(?:squared )?(?:euclidean )?distances?|euclidean(?: distance)?"),
        Part(plus=r"(?:the same|amounts? to the same|agrees?|coincides?|equivalent|identical|same order|equal)(?: thing| order| ranking| result)?", minus=r"(?:differ(?:s|ent)?|disagrees?|not the same|contradicts?|conflict)(?: \w+)?"),
    ),
    "‖u − v‖² = 2 − 2 u·v falls as u·v rises, so that both give the same order on the unit sphere",
    {"u·v": [0.2, 0.9], "squared distance": [1.6, 0.2]},
    scope=r"unit|sphere|normali[sz]ed|length one|norm one", unless=r"\bif\b|un-?normali[sz]ed|without|increas|decreas|ascend|descend|rising|falling|larger|smaller|revers|opposite", method=Method.SYMBOLIC,
)  # fmt: skip
RANKING_WAY = Thesis(
    (
        Part(noun=r"(?:squared )?(?:euclidean )?distances?", plus=r"ascending (?:squared )?(?:euclidean )?distances?|farther apart", minus=r"descending (?:squared )?(?:euclidean )?distances?|closer together"),
        Part(noun=r"cosines?(?: similarit(?:y|ies))?|(?:inner|dot|scalar) products?|similarit(?:y|ies)|angles? between", plus=r"ascending (?:cosines?|(?:inner|dot) products?|similarit(?:y|ies))", minus=r"descending (?:cosines?|(?:inner|dot) products?|similarit(?:y|ies))"),
    ),
    "‖u − v‖² = 2 − 2 u·v falls as u·v rises, for unit vectors",
    {"u·v": [0.2, 0.9], "squared distance": [1.6, 0.2]},
    scope=r"unit|sphere|normali[sz]ed|length one|norm one", unless=r"un-?normali[sz]ed|without|angle|margin|loss|variance|kernel|orthogonal", method=Method.SYMBOLIC, reads_if=True, opposed=True,
)  # fmt: skip
INFLATE = Thesis(
    (
        Part(plus=r"(?:without|lacking|no) (?:the )?(?:normali[sz]ation|unit sphere|constraint on the (?:norm|length)s?)|unnormali[sz]ed embeddings?"),
        Part(plus=r"(?:inflat\w+|scal(?:e|es|ing) up|blow(?:s|ing)? up|stretch\w+|enlarg\w+|growing|multiply\w*)"),
        Part(plus=r"loss"),
        Part(plus=r"(?:zero|0|reduce[sd]?|lower\w*|vanish\w*|away|trivially|cheaply|cheat\w*|satisf\w+)"),
    ),
    "without normalisation the differences of distances grow with the scale while the margin stays, so that satisfied orders end with loss 0",
    {"d(a,p)": 0.2, "d(a,n)": 0.3, "margin": 0.2, "loss": 0.1, "all times 2": {"d(a,p)": 0.8, "d(a,n)": 1.2, "loss": 0}},
    scope=_SCOPE, unless=r"\bif\b", method=Method.SYMBOLIC, refutes=False,
)  # fmt: skip
ONE_PICTURE = Thesis(
    (
        Part(plus=r"(?:a |an |any |every )*(?:person|identity|class|people|identities|label)s? (?:with|having|that (?:has|have)|of which there is|represented by) (?:only |just )?(?:one|a single|1) (?:picture|image|face|photo|example)s?(?: in (?:the|a) batch)?|an? (?:single|lone) (?:picture|image|face|photo) of (?:a|one) (?:person|identity|class)|single(?:ton)?[- ](?:image )?(?:identit(?:y|ies)|class(?:es)?|persons?)|lone images?", inherited=True),
        Part(
            plus=r"(?:cannot|can ?n['’]t|can never|never|does not|unable to) (?:be|supply|serve as|act as|provide|give|yield)? ?(?:an? |any )?(?:anchors?|positives?)|(?:has|have|there is|yields?|gives?|offers?|forms?) no positives?(?: pairs?)?|(?:can|may|does|still)(?: still| only| be| serve| act| as)* (?:somebody['’]s |an? |the |someone['’]s )*negatives?",
            minus=r"(?:can|may)(?: still| also| be| supply| serve| act| as)* (?:an? )?anchors?|(?:cannot|can never|can ?n['’]t) (?:be|serve as|act as) (?:an? )?negatives?",
        ),
    ),
    "an anchor needs a second image of its identity in the batch; a negative does not",
    {"labels": [0, 0, 1], "anchors": [0, 1], "negative": 2},
    scope=_SCOPE, unless=r"\bif\b", method=Method.COUNT,
)  # fmt: skip
ONE_IDENTITY = Thesis(
    (
        Part(plus=r"(?:a |any |the )*(?:mini-?)?batch(?:es)? (?:(?:made up|consisting|composed|that consists?|made) )?(?:of|with|from|holding|containing) (?:only |just )?(?:images of )?(?:one|a single|only one) (?:identity|person|class|label)|(?:all|only) (?:images|examples) of (?:one|the same|a single) (?:identity|person|class)"),
        Part(plus=r"(?:has|have|offers?|gives?|contains?|yields?|holds?|provides?|there (?:is|are))?(?: still| then)*\s*(?:no|not any|not a single|zero) (?:valid )?triplets?|no negatives?|(?:has|have|offers?|contains?) no(?:ne| negatives?)", minus=r"(?:still |also |always )*(?:has|have|offers?|gives?|contains?|yields?|provides?)(?: still| also)* (?:some |many |enough |a )*(?:valid )?triplets?"),
    ),
    "a triplet needs a negative, an image of another identity",
    {"labels": [0, 0, 0], "valid triplets": 0},
    scope=_SCOPE, unless=r"\bif\b|would", method=Method.COUNT,
)  # fmt: skip
NOT_ITSELF = Thesis(
    (
        Part(plus=r"(?:the |its |a )*positive(?: image)?|an image|the anchor(?= and the positive)"),
        Part(
            plus=r"(?:must|has to|needs to|should)(?: always)? (?:differ from|be (?:different from|another image than|distinct from)) (?:the |its )?(?:anchor|positive)(?: image)?|(?:cannot|can never|must not|may not|is never|never) (?:be |equal |coincide with )?(?:the )?(?:anchor(?: image)?(?: itself)?|same image)|(?:is )?(?:another|a different|a second) image(?: than the anchor)?",
            minus=r"(?:may|can|could)(?: also| well)? (?:be|equal|coincide with) (?:the )?(?:anchor(?: image)?(?: itself)?|same image)|(?:may|can) be its own positive|(?:is|are) allowed to (?:be|equal) the anchor",
        ),
    ),
    "in a valid triplet i ≠ j: an image is not its own positive",
    {"labels": [0, 0, 1], "valid": [[0, 1, 2], [1, 0, 2]], "not valid": [0, 0, 2]},
    scope=_SCOPE, unless=r"\bif\b|would", kind=Kind.DEFINITION, method=Method.COUNT,
)  # fmt: skip
MEANS = Thesis(
    (
        Part(plus=r"(?:averag(?:e|ing)|mean)(?: \w+){0,2}? (?:over|of) (?:only )?(?:the )?(?:active|positive|violating|non-?zero|contributing)(?: triplets| ones| losses| terms)?(?: only)?"),
        Part(plus=r"(?:over|of) all(?: the)?(?: valid)?(?: triplets| ones)?|(?:the )?(?:mean|average) over all"),
        Part(plus=r"(?:at least|never (?:less|smaller|lower)(?: than)?|never gives less|no (?:less|smaller)|(?:is )?(?:larger|greater|higher|more)(?: than| or equal)?|not (?:less|smaller)|gives (?:a )?(?:larger|higher) \w+)", minus=r"(?:at most|never (?:more|larger|greater|higher)(?: than)?|(?:is )?(?:smaller|less|lower)(?: than)?|gives (?:a )?(?:smaller|lower) \w+)"),
    ),
    "the same sum is divided by fewer triplets, so that the mean over the active ones is at least that over all",
    {"losses": [0, 0.1, 0.3], "mean over the active ones": 0.2, "mean over all": 0.133},
    scope=_SCOPE, unless=r"\bif\b", method=Method.SYMBOLIC,
)  # fmt: skip
PLAIN_SQUARED = Thesis(
    (
        Part(plus=r"(?:the |its )*hardest (?:negatives?|positives?)(?: and (?:the )?hardest (?:negatives?|positives?))?|(?:the )?(?:order|ranking) of the (?:negatives|distances)|nearest neighbou?rs?", minus=r"(?:the )?(?:set of )?(?:semi-?\s?hard|active) (?:triplets|negatives)(?: at a given margin)?|(?:the )?(?:value of the )?(?:triplet )?loss"),
        Part(plus=r"(?:plain|unsquared|non-?squared|ordinary)(?: euclidean)?(?: distances?)?(?: (?:and|or|as|as well as|instead of|to|with|than|under|for) (?:under |for |with |the )?squared(?: distances?| ones?)?)?|squaring(?: the)?(?: distances?)?|squared(?: distances?)? (?:and|or|as) (?:plain|unsquared)(?: ones| distances)?", inherited=True),
        Part(plus=r"(?:the same(?: one)?|identical|unchanged|does(?: not|n['’]t) (?:change|matter|depend)|do(?: not|n['’]t) (?:change|depend|matter)|agrees?|coincides?)", minus=r"(?:differs?|different|changes?|not the same|depends?)(?: \w+)?"),
    ),
    "squaring keeps the order of distances, but not their differences, with which the margin is compared",
    {"d(a,p)": 0.5, "d(a,n)": 0.6, "margin": 0.15, "plain": "0.1 < 0.15: active", "squared": "0.11 < 0.15", "at d(a,p) = 1, d(a,n) = 1.1": "plain 0.1 active, squared 0.21 not"},
    scope=_SCOPE, unless=r"\bif\b|gradient", method=Method.SYMBOLIC,
)  # fmt: skip
SWAPPED = Thesis(
    (
        Part(plus=r"(?:swapping|exchanging|interchanging) (?:the )?anchor and (?:the )?positive|(?:if|when) (?:the )?anchor and (?:the )?positive (?:are swapped|change (?:roles|places))|exchang\w+ the roles of (?:the )?anchor and (?:the )?positive"),
        Part(plus=r"loss|value|triplet"),
        Part(plus=r"(?:may|can|could|generally|usually|in general) (?:change|alter|affect|give another)|changes?|(?:is|are) not symmetric", minus=r"(?:leaves?|keeps?|never changes?|does(?: not|n['’]t) (?:change|alter|affect)|unchanged|the same|(?:is|are) symmetric)(?: [^,.;]*(?:unchanged|the same|alone|as it is))?"),
    ),
    "d(a,p) stays, but the negative is then measured from the other image",
    {"a": 0, "p": 0.5, "n": 1, "loss with margin 0.5": 0, "after the swap": 0.5},
    scope=_SCOPE, unless=r"distance d\(a, ?p\)", method=Method.COUNT, reads_if=True,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    ACTIVE, SEMI_HARD_LOSS, HARD_LOSS, PLACES, SEMI_WITHIN, HARDEST, NEVER_NEGATIVE, LARGEST, INVARIANT, COSINES, RANKING, RANKING_WAY, INFLATE, ONE_PICTURE,
    ONE_IDENTITY, NOT_ITSELF, MEANS, PLAIN_SQUARED, SWAPPED,
)  # fmt: skip

__all__ = ["THESES"]
