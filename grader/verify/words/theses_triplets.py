# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about the triplet loss, FaceNet's mining and its rates."""

from __future__ import annotations

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis, Truth

_SCOPE = r"facenet|schroff|triplet|\banchor"
_MARGIN = r"(?:the |a |our )?(?:margin(?: (?:of )?\$?(?:α|\\alpha|0\.2))?|α|\\alpha|0\.2)"
_ZERO = r"(?:zero|0(?!\.?\d)|nothing)"
_ALL_EQUAL = r"(?:(?:all|every|the) (?:embeddings?|outputs?|vectors?|points?|images?|of them|inputs?)(?: vectors?)? (?:are |is |were |get |being |be )*(?:all )?(?:equal|identical|the same|mapped (?:in)?to (?:one|the same|a single|a common)(?: \w+)?|(?:land|lie|sit|end up|fall|collapse)\w* (?:on|at|in|into|to|onto) (?:one|the same|a single)(?: \w+)?|coincide)|(?:embeddings?|outputs?) (?:all )?coincide|(?:maps?|sends?|embeds?|puts?|mapping|sending) (?:every(?:thing| \w+)?|all(?: \w+)?) (?:in)?to (?:one|the same|a single|a common)(?: \w+)?|(?:network|model|embeddings?|encoder|it|f|training|everything|all (?:faces|images|points)) collapses?(?: (?:in|on)?to (?:a |one |the same |a single )?(?:constant|point|vector|value))?|(?:fully |completely |totally )?collapsed(?: (?:network|model|embedding|solution|encoder|map|one|state))?|(?:the |a )?(?:constant|trivial) (?:embedding|map|network|solution|function)|(?:full |complete )?collapse|(?:f\(x\)|f|the (?:embedding|network|map|function)) (?:= ?0|is (?:the same|constant|equal)(?: for (?:all|every) \w+)?)|f\(a\) ?= ?f\(p\) ?= ?f\(n\))"
_LOSS_IS = r"(?:triplet )?(?:loss(?:es)?|hinge)(?: (?:of|for|in|on) (?:each|every|all|the|any|a)(?: of the)? triplets?)? (?:(?:is|are|was|becomes?|stays?|equals?|equal|exactly|to|at|just|still|then|precisely|always|=|remains?|drops|falls|settles|goes|amounts|stuck) ?)+"
_DISTANCE_TO = r"(?:(?:squared )?distance (?:from the anchor )?(?:to|of) the )"

COLLAPSED_LOSS = Thesis(
    (
        Part(plus=_ALL_EQUAL, inherited=True),
        Part(
            plus=rf"(?:{_LOSS_IS}(?:{_MARGIN})|(?:a |the )?(?:loss|hinge) (?:of |= ?)?(?:exactly |just )?(?:{_MARGIN})|costs? (?:exactly |just |still )?(?:{_MARGIN})|(?:a )?(?:positive|non-?zero) loss|{_LOSS_IS}(?:not |never )(?:zero|0)|(?:is|are|equals?) (?:exactly )?(?:{_MARGIN}) for (?:each|every|all) triplets?)",
            minus=rf"(?:{_LOSS_IS}(?:{_ZERO}|minimal|the minimum)|(?:triplet )?loss(?:es)? vanish(?:es)?|(?:a |the )?(?:loss|hinge) (?:of |= ?)?(?:exactly )?{_ZERO}|(?:zero|no|minimal|the (?:smallest|least|minimal) possible|the minimum) loss|costs? nothing|minimi[sz]es the (?:triplet )?loss)",
        ),
    ),
    "with all embeddings equal both distances are 0, and each triplet's loss is [0 − 0 + α]₊ = α",
    {"d(a,p)": 0, "d(a,n)": 0, "margin": 0.2, "loss": 0.2},
    scope=_SCOPE, unless=r"\bwould\b|without (?:a |the )?margin|margin (?:of|is|=) ?(?:zero|0\b(?!\.\d))|gradient|no margin|contrastive|softplus|semi-?hard (?:triplet|loss)", method=Method.COUNT, reads_if=True,
)  # fmt: skip
COLLAPSE = Thesis(
    (
        Part(plus=r"(?:the )?(?:very )?hardest (?:negatives?|ones|examples?|triplets?)|hardest[- ]negative mining|(?:always |only )?(?:the )?(?:closest|nearest|most similar) negatives?|hard(?:est)? (?:negative )?mining", minus=r"(?:the )?semi-?\s?hard (?:negatives?|ones|examples?|triplets?|mining|selection)(?: mining)?", inherited=True),
        Part(
            plus=r"(?:leads?|leading|led) (?:the \w+ )?(?:in practice )?(?:early on )?(?:in)?to|(?:causes?|causing|risks?|risking|results? in|resulting in|ends? in|brings? about|produces?|provokes?|drives?|driving|makes?|pushes?|traps?|trapped|gets? stuck|get the (?:network|model) stuck|invites?|favou?rs?|carr(?:y|ies) the (?:risk|danger) of|danger(?:ous)?|collaps\w+ (?:the|all|every|an?)\b|collapses|be harmful)",
            minus=r"(?:avoids?|avoiding|prevents?|preventing|rules? out|excludes?|guards? against|protects?(?: \w+)? (?:against|from)|helps? against|cures?|keeps? (?:the \w+ |training )?from|reduces? the (?:risk|danger) of|saves? (?:the \w+ )?from|circumvents?|mitigates?|counters?|against|safe from|immune to)",
        ),
        Part(plus=r"collaps\w*|(?:bad |poor )?local (?:minim\w+|optim\w+)|degenerate (?:solution|embedding|model)|f\(x\) ?= ?0|constant (?:embedding|function)|(?:the same|a single|one) point|(?:the |all |every )?(?:embeddings?|network|model)"),
    ),
    "the hardest negatives can lead to bad local minima early on, to a collapsed model; semi-hard ones are taken against it (FaceNet, section 3.2)",
    {"table": "FaceNet, section 3.2", "value": "hardest negatives can lead to a collapsed model"},
    scope=_SCOPE, unless=r"faster|converge|batch[- _]?hard|slow|(?:skip|avoid|exclud|drop|leav|ignor|discard|filter|remov|moderat|replac|soften|down-?weight|clip)\w*(?: out)?(?: using| selecting| choosing)?(?: of)?(?: the)?(?: very)? hardest|hardest negatives with", truth=Truth.CAN, of_paper=True,
)  # fmt: skip
BATCH_HARD = Thesis(
    (
        Part(
            plus=r"(?:the )?(?:farthest|furthest|most distant|most dissimilar|least similar|hardest) positives?|positives? (?:that (?:is|lies|are) )?(?:farthest|furthest|most distant)(?: away)?|(?:the )?(?:nearest|closest|most similar|least distant) negatives?|negatives? (?:that (?:is|lies|are) )?(?:nearest|closest)|(?:largest|greatest|maximum|maximal) (?:squared )?(?:distance to (?:a|the|any) positive|positive distance)|(?:smallest|least|minimum|minimal) (?:squared )?(?:distance to (?:a|the|any) negative|negative distance)",
            minus=r"(?:the )?(?:nearest|closest|most similar|least distant|easiest) positives?|positives? (?:that (?:is|lies|are) )?(?:nearest|closest)|(?:the )?(?:farthest|furthest|most distant|most dissimilar|least similar|easiest) negatives?|negatives? (?:that (?:is|lies|are) )?(?:farthest|furthest|most distant)(?: away)?|(?:smallest|least|minimum|minimal) (?:squared )?(?:distance to (?:a|the|any) positive|positive distance)|(?:largest|greatest|maximum|maximal) (?:squared )?(?:distance to (?:a|the|any) negative|negative distance)",
            worst=True,
        ),
        Part(plus=r"batch[- _]?hard(?: (?:mining|loss|triplet loss|variant|version|sampling))?|per anchor|for (?:each|every) anchor|each anchor|every anchor|takes?|uses?|picks?|selects?|enters?|enter|chosen|considers?|keeps?|pairs?|combines?"),
    ),
    "batch-hard takes the farthest positive and the nearest negative of each anchor (Hermans et al. 2017, equation 5)",
    {"distances of the positives": [0.2, 0.9], "distances of the negatives": [0.5, 1.4], "hardest positive": 0.9, "hardest negative": 0.5},
    scope=r"batch[- _]?hard[^.]*\.?[^.]*\.?[^.]*$", unless=r"\beasy\b|easiest|semi|batch[- _]?all|moderate|swap|\bbug\b|would|rather", kind=Kind.DEFINITION,
)  # fmt: skip
ALL_PAIRS = Thesis(
    (
        Part(
            plus=r"(?:all|every|each)(?: of)?(?: the)?(?: possible| valid)? (?:anchor[- –—/]+(?:and[- ])?positive(?: pairs?| combinations?)?|positive pairs?|positives|pairs of (?:an? )?anchor and (?:an? )?positive|pairs? of the same (?:person|identity|class))",
            minus=r"(?:only |just |solely |exclusively |nothing but )(?:the |with the |on the )?(?:very )?(?:hardest|hard|farthest|furthest|most distant) (?:anchor-)?positives?(?: pairs?)?|(?:the )?(?:hardest|farthest|furthest) (?:anchor-)?positives?(?: pairs?)?(?: (?:of|for|per) (?:each|every|an|the) anchor)? (?:alone|only)|one (?:randomly chosen |random )?(?:positive|anchor-positive pair) per (?:anchor|identity)|(?:a )?(?:random )?(?:subset|sample|selection) of (?:the )?anchor[- –]positive pairs|(?:the )?hardest positives?(?: of (?:each|every|an) anchor)?(?= and (?:discards?|drops?|ignores?|leaves?|throws?)\b)|only the hardest(?: one)?(?: (?:in|of) (?:each|the|a|every) (?:mini-?)?batch)?",
        ),
        Part(plus=r"(?:is|are|was|were|get|gets|be|being)? ?(?:used|taken|kept|included|considered|formed|selected|chosen|picked|enter|trained on|employed|exploited|paired|mined)|uses?|using|takes?|keeps?|considers?|forms?|trains?|goes? over|works? with|selects?|picks?|chooses?|enumerates?|employs?|enters?|mines?|positives"),
    ),
    "all anchor-positive pairs of a mini-batch are used, not the hardest positives only (FaceNet, section 3.2)",
    {"table": "FaceNet, section 3.2", "value": "all anchor-positive pairs"},
    scope=r"facenet|schroff|1503\.03832|\bpaper\b|\bauthors\b", unless=r"batch[- _]?(?:hard|all)|hermans|\bcould\b|option|one way|distance|same-identity|accepted|threshold|number of", of_paper=True,
)  # fmt: skip
FROM_BATCH = Thesis(
    (
        Part(plus=r"(?:the |its |their |semi-?\s?hard |hardest |hard |suitable |such )*(?:negatives?|triplets?|exemplars?|mining|search|selection)", inherited=True),
        Part(plus=r"(?:is|are|was|were|get|gets|be|being)? ?(?:selected|chosen|picked|mined|searched|found|taken|drawn|generated|formed|sought|looked for|computed|come|done|made|happens)|selects?|chooses?|picks?|mines?|mining|searches|takes?|looks?|finds?|draws?|generates?|comes?|selection|search"),
        Part(
            plus=r"(?:from |in |within |inside |over )(?:the |a |each |its |every |one |large )*(?:same |current |own |large )*(?:mini-?)?batch(?:es)?|online(?: from within (?:the|a) (?:mini-?)?batch)?|on the fly",
            minus=r"(?:from |in |within |of |over |across |on |through )(?:the |a |all (?:of )?(?:the )?|its )*(?:(?:whole|entire|full|complete) )(?:training )?(?:set|data ?set|data|collection|corpus)|over all (?:the )?training (?:images|faces|data)|offline",
        ),
    ),
    "negatives are mined online, inside the mini-batch (FaceNet, section 3.2)",
    {"table": "FaceNet, section 3.2", "value": "online, from within a mini-batch"},
    scope=r"facenet|schroff|1503\.03832|\bpaper\b|\bauthors\b", unless=r"batch[- _]?(?:hard|all)|hermans|infeasible|impossible|expensive|\bcould\b|option|checkpoint|ideal|subset|costly|mislabel|poorly", of_paper=True,
)  # fmt: skip
SEMI_HARD_CHOSEN = Thesis(
    (
        Part(plus=r"(?:the |only |mostly |just )*semi-?\s?hard(?: negatives?| ones| exemplars?| triplets?)?", minus=r"(?:(?:always|only|just) )*(?:the )?(?:very )?(?:hardest|easiest|easy|random|farthest) negatives?(?: exemplars?)?"),
        Part(plus=r"(?:is|are|was|were|get|gets|be|being) (?:used|selected|chosen|picked|taken|mined|preferred|kept|trained on|searched)|uses?|selects?|chooses?|picks?|takes?|mines?|trains? on|prefers?|chose|selected|picked|took|searches for"),
        Part(plus=r"facenet|schroff(?: et al\.?)?|(?:the )?(?:paper|authors)|they"),
    ),
    "FaceNet takes semi-hard negatives (section 3.2)",
    {"table": "FaceNet, section 3.2", "value": "semi-hard negatives"},
    scope=r"facenet|schroff|1503\.03832", unless=r"batch[- _]?(?:hard|all)|hermans|collaps|minim|ideal|could|lead|can |mean|define|distance|closer|farther|further|within|between|loss|positive distance|argm|training set|accelerat|converg", of_paper=True,
)  # fmt: skip
WANTED = Thesis(
    (
        Part(plus=r"must|should|has to|have to|needs? to|ought to|want(?:s|ed)?|requires?|required|asks?|asked|demands?|enforces?|enforced|constraint|goal|aim|objective|wish|is to be|are to be|desired|supposed to be|ensures?|ensured|makes? sure|so that|until|in order that|such that|tries to|wants"),
        Part(
            plus=rf"anchor(?: \w+){{0,4}}? (?:closer|nearer) to (?:the|its|a|every) positive(?= than (?:to )?(?:the|its|a|any|every) negative)|(?:the |every |each |a |any |all )*negatives?(?: \w+){{0,6}}? (?:farther|further|more distant)(?: away)?(?: from (?:the|its|an) anchor)?(?: than (?:the|its|any|every) positive(?: one)?)?|(?:the |every |each |a |any |all )*positives?(?: \w+){{0,6}}? (?:closer|nearer)(?: to (?:the|its|an) anchor)?(?: than (?:the|its|any|every|all) negatives?)?|{_DISTANCE_TO}negatives?(?: \w+){{0,4}}? (?:exceeds?|be(?:at)?s?|(?:be |is )?(?:larger|greater|more|bigger)(?: than)?)|{_DISTANCE_TO}positives?(?: \w+){{0,4}}? (?:be |is )?(?:smaller|less)(?: than)?",
            minus=rf"anchor(?: \w+){{0,4}}? (?:closer|nearer) to (?:the|its|a|every) negative(?= than (?:to )?(?:the|its|a|any|every) positive)|(?:the |every |each |a |any |all )*positives?(?: \w+){{0,6}}? (?:farther|further|more distant)(?: away)?(?: from (?:the|its|an) anchor)?(?: than (?:the|its|any|every|all) negatives?(?: one)?)?|(?:the |every |each |a |any |all )*negatives?(?: \w+){{0,6}}? (?:closer|nearer)(?: to (?:the|its|an) anchor)?(?: than (?:the|its|any|every) positives?)?|{_DISTANCE_TO}positives?(?: \w+){{0,4}}? (?:exceeds?|(?:be |is )?(?:larger|greater|more|bigger)(?: than)?)|{_DISTANCE_TO}negatives?(?: \w+){{0,4}}? (?:be |is )?(?:smaller|less)(?: than)?",
        ),
        Part(plus=rf"(?:by |at least |more than |a |the |of |plus |minus )*(?:{_MARGIN})|\bthan\b"),
    ),
    "the constraint is d(a,p) + α < d(a,n): the negative has to be farther by the margin (FaceNet, equation 1)",
    {"d(a,p)": 0.3, "d(a,n)": 0.6, "margin": 0.2, "satisfied": True},
    scope=_SCOPE, unless=r"\bif\b|semi-?\s?hard|\bhard\b|easy|violat|mining|selected|picks?|chosen|batch", kind=Kind.DEFINITION,
)  # fmt: skip
IDENTITY = Thesis(
    (
        Part(plus=r"(?:the |a |an |every |each |its )*positives?(?: (?:image|example|one|face|photo))?", minus=r"(?:the |a |an |every |each |its )*negatives?(?: (?:image|example|one|face|photo))?", inherited=False),
        Part(
            plus=r"(?:(?:is|are|shows?|comes?|has|have|shares?|with|belongs?|being|of|from|image|images|another|other|different|a|an|photo|picture|face|the|that|to|its|label) )*(?:the same|the anchor['’]s|its own) (?:person|identity|class|label|individual|subject)(?: as the anchor| as it)?",
            minus=r"(?:(?:is|are|shows?|comes?|has|have|with|belongs?|being|of|from|image|images|a|an|photo|picture|face|any|some|the|that|to) )*(?:(?:another|a different|different|any other|some other|an?other) (?:person|identity|class|label|individual|subject)|someone else|other (?:people|identities|persons|classes))(?: (?:than|from) the anchor)?",
        ),
    ),
    "the positive shows the same person as the anchor, the negative another one (FaceNet, section 3.1)",
    {"table": "FaceNet, section 3.1", "value": "positive: same person, negative: another person"},
    scope=_SCOPE, unless=r"\bif\b|pairs?|false|rate|closer|farther|further|nearer|distance|mislabel|accept", kind=Kind.DEFINITION,
)  # fmt: skip
PULLS = Thesis(
    (
        Part(plus=r"(?:the )?(?:triplet |hinge )?(?:loss|gradient|training|objective|update|descent|step)|gradient descent|minimi[sz]ing(?: (?:the|this|it|triplet|hinge|loss))*|it|training", inherited=True),
        Part(
            plus=r"(?:pulls?|draws?|moves?|brings?|drags?|attracts?|pulling)(?: \w+){0,2} positives?(?: \w+){0,2}? (?:closer|nearer|towards?|in|together)|(?:pushes|moves?|drives?|repels?|pushing|shoves?)(?: \w+){0,2} negatives?(?: \w+){0,2}? (?:away|apart|out|off)|(?:pulls?|draws?|brings?) (?:the )?(?:anchor and (?:the )?positive|same-identity pairs|images of (?:the same|one) person) (?:closer )?together|pushes (?:the )?(?:anchor and (?:the )?negative|images of different people) apart|attracts the positive|repels the negative",
            minus=r"(?:pushes|moves?|drives?|repels?|pushing)(?: \w+){0,2} positives?(?: \w+){0,2}? (?:away|apart|out|off)|(?:pulls?|draws?|moves?|brings?|drags?|attracts?|pulling)(?: \w+){0,2} negatives?(?: \w+){0,2}? (?:closer|nearer|towards?|in|together)",
            worst=True,
        ),
    ),
    "the loss [d(a,p) − d(a,n) + α]₊ falls when the positive comes nearer and when the negative goes away",
    {"d(a,p)": [0.5, 0.4], "loss at d(a,n) = 0.6": [0.1, 0.0]},
    scope=_SCOPE, unless=r"\bif\b|relative", method=Method.SYMBOLIC,
)  # fmt: skip
BATCH_ALL = Thesis(
    (
        Part(plus=r"batch[- _]?all(?: (?:loss|triplet loss|variant|version))?|it|the loss|the mean", inherited=True),
        Part(plus=r"averages?|averaged|mean|average|divided|divides?|normali[sz]ed|normali[sz]es"),
        Part(plus=r"(?:only )?(?:over |of |by |across )(?:only |just )?(?:the |those |all |number of )*(?:triplets? (?:with|of|that have|whose) (?:a )?(?:positive|non-?zero)(?: loss(?:es)?)?|triplets? whose loss is (?:positive|non-?zero|not zero)|(?:active|violating|non-?zero|positive|contributing) (?:triplets?|losses|ones|terms)|those (?:that are positive|with positive loss))(?: only)?"),
    ),
    "the batch-all loss is the mean over the triplets with positive loss",
    {"losses": [0, 0.1, 0.3], "mean over the positive ones": 0.2, "mean over all": 0.133},
    scope=r"batch[- _]?all", unless=r"\bif\b|fraction|share|batch[- _]?hard|all (?:the )?(?:valid )?triplets|all valid|\bthan\b", refutes=False, kind=Kind.DEFINITION,
)  # fmt: skip

# -- the rates -------------------------------------------------------------------------------------------------------

_RATES = r"(?:false[- ]accept(?:ance)?|\bFAR\b|\bVAL\b|validation rate)"
THRESHOLD = Thesis(
    (
        Part(noun=r"(?:distance |acceptance |decision )?thresholds?(?: (?:d|t|τ|\\tau))?", plus=r"accepting more pairs|a more generous threshold|loosening", minus=r"accepting fewer pairs|being stricter|strictness|a more cautious threshold", inherited=True),
        Part(
            noun=r"(?:both (?:rates|VAL and (?:the )?FAR|FAR and (?:the )?VAL)|(?:the )?(?:VAL|FAR|validation rate|false[- ]accept(?:ance)?(?: rate)?)s?|(?:number of )?(?:accepted pairs|false accept(?:ance)?s|true accept(?:ance)?s|acceptances)|both|rates?|of the two(?: rates)?|either(?: of (?:the two|both|the)(?: rates)?| rate)?)",
            plus=r"(?:accepts?|admits?|lets? (?:in|through)) more(?: \w+)? (?:pairs?|images|faces)|more (?:\w+ )?pairs(?: of (?:different|the same) (?:people|persons?|identit(?:y|ies)))? (?:(?:are|get) accepted|(?:get|come|slip) through|pass)|more false accept(?:ance)?s|(?:brings?|takes?|drives?|pushes?) (?:up (?:the )?(?:VAL|FAR)|(?:the )?(?:VAL|FAR) up)",
            minus=r"(?:brings?|takes?|drives?|pushes?) (?:down (?:the )?(?:VAL|FAR)|(?:the )?(?:VAL|FAR) down)|(?:accepts?|admits?|lets? (?:in|through)) fewer(?: \w+)? (?:pairs?|images|faces)|fewer (?:\w+ )?pairs (?:are|get) accepted|fewer false accept(?:ance)?s",
        ),
    ),
    "a larger distance threshold accepts every pair that a smaller one accepts, so VAL and FAR both rise or stay",
    {"distances of same pairs": [0.4, 1.2], "thresholds": [1.0, 1.5], "VAL": [0.5, 1.0]},
    scope=rf"{_RATES}|facenet|verification", unless=r"similarit|cosine|score|\bour\b|\bwould\b|\d\s?%|trade", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
THRESHOLD_LETTER = Thesis(
    (Part(noun=r"\$?(?:t|τ|\\tau)\$?(?![\w(])"), THRESHOLD.parts[1]), THRESHOLD.says, THRESHOLD.witness,
    scope=r"(?=.*(?:VAL|FAR|accept|verification))(?=.*(?:threshold(?: of| is)? \$?(?:t|τ|\\tau)\b|(?:at most|below|under|≤|<|\\leq?) ?\$?(?:t|τ|\\tau)\b))",
    unless=r"similarit|cosine|score|\bour\b|\bwould\b|\d\s?%|trade", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
SIGNIFICANT = Thesis(
    (
        Part(plus=r"(?:the )?differences?|(?:the )?gaps?"),
        Part(plus=r"(?:statistically )?insignificant|not (?:statistically )?significant|(?:lies?|are|is) within (?:the )?(?:noise|error(?: bars?)?|uncertaint(?:y|ies))", minus=r"(?:statistically |highly |clearly )*significant"),
        Part(plus=r"dimensions?|embeddings?|dimensionalit(?:y|ies)|sizes|table 5"),
    ),
    "the differences in VAL between the embedding sizes are statistically insignificant (FaceNet, Table 5)",
    {"table": "FaceNet, Table 5", "64": "86.8±1.7", "128": "87.9±1.9", "256": "87.7±1.9", "512": "85.6±2.0"},
    scope=r"facenet|schroff|\bVAL\b", unless=r"\bif\b", of_paper=True,
)  # fmt: skip
_MORE_TRIPLETS = r"(?:number of |share of |fraction of )?(?:active|violating|contributing) triplets|(?:triplets?|number of triplets|share of triplets|fraction of triplets) (?:with|of|that have|whose loss is) (?:a )?(?:positive|non-?zero)(?: loss(?:es)?)?|(?:number of |share of |fraction of )?(?:semi-?\s?hard) (?:negatives|triplets)"
MARGIN_MORE = Thesis(
    (
        Part(noun=r"(?:the )?margins?(?: (?:α|\\alpha))?|(?<=[ -])(?:α|\\alpha)"),
        Part(noun=rf"{_MORE_TRIPLETS}|(?:triplet )?loss(?:es)?(?: values?)?", plus=r"more (?:of the )?triplets (?:are|stay|become|remain) (?:active|violating)|more triplets (?:contribute|violate|count)(?: \w+)*|more triplets active|fewer triplets easy|fewer easy triplets|the more triplets (?:have|get) (?:a )?(?:positive|non-?zero) loss", minus=r"fewer (?:of the )?triplets (?:are|stay|become|remain) (?:active|violating)|fewer triplets (?:contribute|violate|count)(?: \w+)*|fewer triplets active|more triplets easy|more (?:easy triplets|triplets (?:are|become|with) (?:easy|zero loss|satisfied))"),
    ),
    "[d(a,p) − d(a,n) + α]₊ rises with α: a larger margin leaves more triplets with a positive loss",
    {"d(a,n) − d(a,p)": 0.3, "loss at α = 0.2": 0, "loss at α = 0.5": 0.2},
    scope=_SCOPE, unless=r"gradient|\bour\b|accuracy|VAL|train(?:s|ing)? (?:longer|faster)|depth|final|after training", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
LOSS_IN_NEGATIVE = Thesis(
    (
        Part(noun=rf"{_DISTANCE_TO}negatives?|negative distances?|d\(a, ?n\)|d_\{{?(?:an|n)\}}?|‖a ?[-−] ?n‖²", plus=r"negatives? (?:is |are |gets? |moves? |moving |goes |going |being )*(?:moved |pushed )?(?:farther|further)(?: away)?", minus=r"negatives? (?:is |are |gets? |moves? |comes? |moving |being )*(?:moved |pulled )?(?:closer|nearer)"),
        Part(noun=r"(?:the )?(?:triplet )?(?:loss|hinge)(?: of (?:the|a) triplet)?"),
    ),
    "[d(a,p) − d(a,n) + α]₊ falls with d(a,n)",
    {"d(a,p)": 0.5, "d(a,n)": [0.55, 0.65], "margin": 0.2, "loss": [0.15, 0.05]},
    scope=_SCOPE, unless=r"gradient|positive(?! loss)|zero|margin\b.*(?:larger|smaller)", method=Method.SYMBOLIC, reads_if=True, opposed=True,
)  # fmt: skip
LOSS_IN_POSITIVE = Thesis(
    (
        Part(noun=rf"{_DISTANCE_TO}positives?|positive distances?|d\(a, ?p\)|d_\{{?(?:ap|p)\}}?|‖a ?[-−] ?p‖²", plus=r"positives? (?:is |are |gets? |moves? |moving |goes |going |being )*(?:moved |pushed )?(?:farther|further)(?: away)?", minus=r"positives? (?:is |are |gets? |moves? |comes? |moving |being )*(?:moved |pulled )?(?:closer|nearer)"),
        Part(noun=r"(?:the )?(?:triplet )?(?:loss|hinge)(?: of (?:the|a) triplet)?"),
    ),
    "[d(a,p) − d(a,n) + α]₊ rises with d(a,p)",
    {"d(a,p)": [0.45, 0.55], "d(a,n)": 0.6, "margin": 0.2, "loss": [0.05, 0.15]},
    scope=_SCOPE, unless=r"gradient|negative|zero|margin\b.*(?:larger|smaller)", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip

SUFFICES = Thesis(
    (
        Part(plus=r"(?:loss|hinge)(?: of (?:a|the|such a) triplet)? (?:is|becomes?|to be|be|equals?|to)(?: exactly)?(?: zero| 0(?!\.?\d)| vanish)|(?:loss|hinge) vanish(?:es)?|(?:stops?|ceases?) (?:to contribut\w+|contributing)|no longer contributes?|contributes? (?:nothing|no (?:loss|gradient))|drops? out(?: of the (?:loss|sum))?|costs? nothing|(?:is|becomes?) (?:inactive|satisfied)|(?:has|have|gets?) (?:a )?(?:zero loss|no loss|loss zero)|(?:constraint|condition) (?:is|holds|becomes)(?: satisfied| met| fulfilled)?|satisf(?:y|ies) the constraint|for the loss to vanish|gradient (?:is|becomes) zero"),
        Part(plus=r"(?:as soon as|once|when(?:ever)?|if|suffices?|(?:is|be) (?:already )?(?:enough|sufficient)|enough that|already when|all (?:it|that is) (?:takes|needed)|provided(?: that)?|the moment)"),
        Part(
            plus=rf"negatives?(?: \w+){{0,8}}? (?:farther|further|more distant|away)(?: (?:from|than|the|its|anchor|positive|away|is|lies))* by (?:at least |more than )?(?:the |a )?(?:full |whole )?{_MARGIN}|negatives?(?: \w+){{0,6}}? (?:at least |more than )?(?:the |a )?{_MARGIN} (?:farther|further)(?: (?:away|from|than|the|its|anchor|positive))*|(?:beyond|outside|past) {_MARGIN}|positive(?:['’]s)?(?: \w+){{0,4}}? plus {_MARGIN}",
            minus=rf"negatives?(?: \w+){{0,8}}? (?:farther|further|more distant)(?: away)?(?: from (?:the|its) anchor)? than (?:the|its) positive(?: one)?(?: (?:is|one))?(?!,? (?:by|plus|but|and|yet)\b)|positive(?: \w+){{0,6}}? (?:closer|nearer)(?: to (?:the|its) anchor)? than (?:the|its) negative(?!,? (?:by|plus|but|and|yet)\b)|{_DISTANCE_TO}negative (?:exceeds?|is (?:larger|greater) than) (?:that to |the (?:squared )?(?:distance|one) (?:to|of) )?the positive(?!,? (?:by|plus)\b)",
        ),
    ),
    "the loss [d(a,p) − d(a,n) + α]₊ is zero only where the negative is farther by at least the margin",
    {"d(a,p)": 0.5, "d(a,n)": 0.6, "margin": 0.2, "loss": 0.1},
    scope=_SCOPE, unless=r"\bonly (?:if|when|where)\b|margin (?:of|is|=) ?(?:zero|0\b(?!\.\d))|not (?:enough|sufficient|yet)|does(?: not|n['’]t) suffice|without (?:a )?margin", kind=Kind.DEFINITION, method=Method.COUNT, reads_if=True,
)  # fmt: skip
STRANGERS = Thesis(
    (
        Part(plus=r"(?:adding|more|additional|extra|removing|fewer)(?: more| further| some)? (?:pairs of (?:strangers|different (?:people|persons|identities))|different[- ](?:identity |person )?pairs|impost[eo]r pairs)(?: to the test(?: set)?)?", minus=r"(?:adding|more|additional|extra|removing|fewer)(?: more| further| some)? (?:pairs of the same (?:person|identity)|same[- ](?:identity |person )?pairs|genuine pairs)(?: to the test(?: set)?)?"),
        Part(plus=r"(?:the )?(?:VAL|validation rate)", minus=r"(?:the )?(?:FAR|false accept rate)"),
        Part(plus=r"(?:unchanged|unaffected|untouched|the same|(?:does|do|will|can)(?: not|n['’]t) (?:change|affect|touch|alter|lower|raise)|no (?:effect|influence)|cannot (?:change|affect))", minus=r"(?:lowers?|raises?|reduces?|increases?|decreases?|changes?|affects?|falls?|rises?|drops?|dilutes?)"),
    ),
    "VAL divides by the pairs of the same person and FAR by those of different people, so that pairs of the other sort do not enter",
    {"same pairs accepted": "9 of 10", "different pairs": [10, 1000], "VAL": [0.9, 0.9]},
    scope=_RATES, unless=r"threshold (?:is|gets) (?:re-?)?(?:tuned|chosen|set)|at a fixed FAR|at FAR", method=Method.COUNT,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    COLLAPSED_LOSS, COLLAPSE, BATCH_HARD, ALL_PAIRS, FROM_BATCH, SEMI_HARD_CHOSEN, WANTED, IDENTITY, PULLS, BATCH_ALL, THRESHOLD, THRESHOLD_LETTER,
    SUFFICES, STRANGERS, SIGNIFICANT, MARGIN_MORE, LOSS_IN_NEGATIVE, LOSS_IN_POSITIVE,
)  # fmt: skip

__all__ = ["THESES"]
