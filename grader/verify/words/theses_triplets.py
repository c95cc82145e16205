# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about the triplet loss, FaceNet's mining and its rates."""

from __future__ import annotations

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis, Truth

_SCOPE = r"facenet|schroff|triplet|\banchor"
_MARGIN = r"(?:the |a |our )?(?:margin(?: (?:of )?\$?(?:α|\\alpha|0\.2))?|α|\\alpha|0\.2)"
_ZERO = r"(?:zero|0(?!\.?\d)|nothing)"
_ALL_EQUAL = r"(?:(?:all|every|the) (?:embeddings?|outputs?|vectors?|points?|images?|of them|inputs?)(?: vectors?)? (?:are |is |were |get |being |be )*(?:all )?(?:equal|identical|the same|mapped (?:in)?to (?:one|the same|a single|a common)(?: \w+)?|(?:land|lie|sit|end up|fall|collapse)\w* (?:on|at|in|into|to|onto) (?:one|the same|a single)(?: \w+)?|coincide)|(?:embeddings?|outputs?) (?:all )?coincide|(?:maps?|sends?|embeds?|puts?|mapping|sending) (?:every(?:thing| \w+)?|all(?: \w+)?) (?:in)?to (?:one|the same|a single|a common)(?: \w+)?|(?:network|model|embeddings?|encoder|it|f|training|everything|all (?:faces|images|points)) collapses?(?: (?:in|on)?to (?:a |one |the same |a single )?(?:constant|point|vector|value))?|(?:fully |completely |totally )?collapsed(?: (?:network|model|embedding|solution|encoder|map|one|state))?|(?:the |a )?(?:constant|trivial) (?:embedding|map|network|solution|function)|(?:full |complete )?collapse|(?:f\(x\)|f|the (?:embedding|network|map|function)) (?:= ?0|is (?:the same|constant|equal)(?: for (?:all|every) \w+)?)|f\(a\) ?= ?f\(p\) ?= ?f\(n\)|\$?a ?= ?p ?= ?n\$?)"
_LOSS_IS = r"(?:triplet )?(?:loss(?:es)?|hinge)(?: (?:of|for|in|on) (?:each|every|all|the|any|a)(?: of the)? triplets?)? (?:(?:is|are|was|becomes?|stays?|equals?|equal|exactly|to|at|just|still|then|precisely|always|=|remains?|drops|falls|settles|goes|amounts|stuck) ?)+"
_DISTANCE_TO = r"(?:(?:squared )?distance (?:from the anchor )?(?:to|of) the )"

COLLAPSED_LOSS = Thesis(
    (
        Part(plus=_ALL_EQUAL, inherited=True),
        Part(
            plus=rf"(?:{_LOSS_IS}(?:{_MARGIN})|(?:a |the )?(?:loss|hinge) (?:of |= ?)?(?:exactly |just )?(?:{_MARGIN})|(?:costs?|pays?|contributes?) (?:exactly |just |still |then )*(?:{_MARGIN})|(?:\$?(?:L|\\?ell|ℓ|l)\$? ?(?:=|equals) ?\$?)(?:{_MARGIN})|(?:a )?(?:positive|non-?zero) loss|{_LOSS_IS}(?:not |never )(?:zero|0)|(?:is|are|equals?) (?:exactly )?(?:{_MARGIN}) for (?:each|every|all) triplets?)",
            minus=rf"(?:{_LOSS_IS}(?:{_ZERO}|minimal|the minimum)|(?:triplet )?loss(?:es)? vanish(?:es)?|(?:a |the )?(?:loss|hinge) (?:of |= ?)?(?:exactly )?{_ZERO}|(?:zero|no|minimal|the (?:smallest|least|minimal) possible|the minimum) loss|costs? nothing|minimi[sz]es the (?:triplet )?loss)",
        ),
    ),
    "with all embeddings equal both distances are 0, and each triplet's loss is [0 − 0 + α]₊ = α",
    {"d(a,p)": 0, "d(a,n)": 0, "margin": 0.2, "loss": 0.2},
    scope=_SCOPE, unless=r"\bwould\b|without (?:a |the )?margin|margin (?:of|is|=) ?(?:zero|0\b(?!\.\d))|(?<![A-Za-z])(?:m|α|\\alpha) ?= ?0(?!\.?\d)|no margin|contrastive|softplus|semi-?hard (?:triplet|loss)", method=Method.COUNT, reads_if=True,
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
            plus=r"(?:(?:is|are|shows?|comes?|has|have|shares?|with|belongs?|being|of|from|image|images|another|other|different|a|an|photo|picture|face|the|that|to|its|label) )*(?:the same|the anchor['’]s(?: own)?|its own|one) (?:person|identity|class|label|individual|subject)(?: as the anchor| as it)?|same (?:person|identity)(?:,? (?:but )?(?:different|another|other) (?:images?|photos?|pictures?))?",
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
    scope=_SCOPE, unless=r"\bif\b|relative|\beasy\b|satisfied|inactive|collaps", method=Method.SYMBOLIC,
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
            plus=r"(?:can |may |could |will |does )?(?:lowers?|reduces?|decreases?|hurts?|shrinks?|drops?) neither(?: (?:of (?:them|the two|both|these|the rates)|rate|one|(?:VAL|FAR) nor (?:the )?(?:VAL|FAR)))?|(?:accepts?|admits?|lets? (?:in|through)) more(?: \w+)? (?:pairs?|images|faces)|more (?:\w+ )?pairs(?: of (?:different|the same) (?:people|persons?|identit(?:y|ies)))? (?:(?:are|get) accepted|(?:get|come|slip) through|pass)|more false accept(?:ance)?s|(?:brings?|takes?|drives?|pushes?) (?:up (?:the )?(?:VAL|FAR)|(?:the )?(?:VAL|FAR) up)",
            minus=r"(?:can |may |could |will |does )?(?:raises?|increases?|lifts?|improves?) neither(?: (?:of (?:them|the two|both|these|the rates)|rate|one|(?:VAL|FAR) nor (?:the )?(?:VAL|FAR)))?|(?:brings?|takes?|drives?|pushes?) (?:down (?:the )?(?:VAL|FAR)|(?:the )?(?:VAL|FAR) down)|(?:accepts?|admits?|lets? (?:in|through)) fewer(?: \w+)? (?:pairs?|images|faces)|fewer (?:\w+ )?pairs (?:are|get) accepted|fewer false accept(?:ance)?s",
        ),
    ),
    "a larger distance threshold accepts every pair that a smaller one accepts, so VAL and FAR both rise or stay",
    {"distances of same pairs": [0.4, 1.2], "thresholds": [1.0, 1.5], "VAL": [0.5, 1.0]},
    scope=rf"{_RATES}|facenet|verification", unless=r"similarit|cosine|score|\bour\b|\bwould\b|\d\s?%|trade", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
THRESHOLD_LETTER = Thesis(
    (Part(noun=r"\$?(?:t|τ|\\tau)\$?(?![\w(])"), THRESHOLD.parts[1]), THRESHOLD.says, THRESHOLD.witness,
    scope=r"\A(?=.*(?:VAL|FAR|accept|verification))(?=.*(?:threshold(?: of| is)? \$?(?:t|τ|\\tau)\b|(?:at most|below|under|≤|<|\\leq?) ?\$?(?:t|τ|\\tau)\b))",
    unless=r"similarit|cosine|score|\bour\b|\bwould\b|\d\s?%|trade", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
_BOTH_RATES = r"(?:both (?:rates|VAL and (?:the )?FAR)|(?:the )?(?:VAL and (?:the )?FAR|FAR and (?:the )?VAL|two rates)|both|each of the two rates)"
SUM_OF_RATES = Thesis(
    (
        Part(plus=_BOTH_RATES, inherited=True),
        Part(
            plus=r"(?:need not|do(?: not|n['’]t)(?: have to| need to)?|never have to|does not have to) (?:add|sum)(?: up)? to (?:one|1|100 ?\\?%)|have different denominators|(?:are|come) from different (?:sets of )?pairs",
            minus=r"(?:always |must |have to |necessarily )*(?:add|sum)s?(?: up)? to (?:one|1|100 ?\\?%)|(?:is|are) one minus (?:each other|the other)|(?:have|share) the same denominator",
        ),
    ),
    "VAL divides by the pairs of the same person and FAR by those of different people: they need not add up to one", {"VAL": "9/10", "FAR": "1/1000"},
    scope=_RATES, unless=r"\bif\b|\bour\b|\bhere\b", method=Method.COUNT, reads_if=True,
)  # fmt: skip
EXTREMES = Thesis(
    (
        Part(
            plus=r"(?:(?:with|at|for|when|if) )?(?:a |the |an )?(?:distance )?threshold (?:of |is |= ?|at )?(?:infinite|infinity|(?:at least )?(?:4|four)(?!\.?\d)|beyond (?:every|all|the largest) distances?|larger than (?:every|all|any) distances?)(?: on (?:the )?squared distances[^,.;]*)?|(?:a |an )?(?:infinite|sufficiently large|very large|huge) threshold|accepting (?:every|all|everything)(?: pairs?)?|(?:every|all) pairs? (?:is|are) accepted",
            minus=r"(?:(?:with|at|for|when|if) )?(?:a |the |an )?(?:distance )?threshold (?:of |is |= ?|at )?(?:0|zero|negative)(?!\.?\d)|(?:a |the )?(?:zero|negative|tiny) threshold|accepting (?:no pairs?|nothing|none)|(?:no|hardly any|not a single) pairs? (?:is|are) accepted|(?:no|hardly any) pair is accepted",
        ),
        Part(plus=rf"(?:(?:and|so|then|both) )*{_BOTH_RATES}|(?:the )?(?:VAL|FAR|validation rate|false accept rate)"),
        Part(
            plus=r"(?:(?:is|are|become|becomes|reach|equals?|equal|both|then|exactly|close to) )*(?:to )?(?:1|one|100 ?\\?%)(?![\w.])",
            minus=r"(?:(?:is|are|become|becomes|reach|equals?|equal|both|then|exactly|close to) )*(?:to )?(?:0|zero|0 ?\\?%)(?![\w.]|\.\d)|vanish(?:es)?",
        ),
    ),
    "a threshold beyond all distances accepts every pair, so that both rates are 1, and one below all distances none, so that both are 0", {"threshold": [0, 4], "VAL": [0, 1], "FAR": [0, 1]},
    scope=_RATES, unless=r"similarit|cosine|score|\bour\b|1\.1|0\.\d", method=Method.COUNT, reads_if=True,
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
    scope=_SCOPE, unless=r"gradient|positive(?! loss)|zero|margin\b.*(?:larger|smaller)|[<>≤≥]", method=Method.SYMBOLIC, reads_if=True, opposed=True,
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

COLLAPSED_GRADIENT = Thesis(
    (
        Part(plus=_ALL_EQUAL + r"|(?:a |the )?collapsed (?:network|model|embedding|state)", inherited=True),
        Part(
            plus=r"(?:(?:the|its|their|all|any|every) )*gradients? (?:(?:is|are|then|also|all|exactly|becomes?) )*(?:zero|0|vanish(?:es)?|the zero vector)(?!\.\d)|gradients? vanish(?:es)?|(?:has|have|with|gives?|and|but)? ?(?:no|zero|vanishing) gradients?(?: at all)?|(?:there is )?nothing (?:pulls|pushes|moves)[^,.;]*|(?:sits?|stays?|stuck) (?:in|at) a (?:saddle|critical|stationary) point",
            minus=r"(?:(?:the|its|their|all) )*gradients? (?:(?:is|are|still|then|there|remains?|stays?|always) )*(?:non-?zero|not zero|large|strong|different from zero)|gradients? (?:do|does) not vanish|(?:has|have|gives?|with) (?:a )?(?:large|strong|non-?zero) gradients?",
        ),
    ),
    "with all embeddings equal the gradients 2(n − p), 2(p − a) and 2(a − n) are all zero", {"a, p, n": ["x", "x", "x"], "gradients": [0, 0, 0]},
    scope=_SCOPE, unless=r"\bwould\b|weights|plain distance|unsquared|numerical", method=Method.SYMBOLIC, reads_if=True,
)  # fmt: skip
_EASY = r"(?:(?:an?|the|all|every|each|any|such|this|that) )*(?:easy|satisfied|inactive|fulfilled) (?:triplets?|ones?|negatives?)|(?:(?:an?|the|every|each|any|such|this|that) )*(?:triplets?|ones?)? ?(?:(?:whose|with|where|of which) (?:an? |the |its )?(?:bracket|hinge argument|argument|difference)(?: (?:is|of))? (?:negative|below (?:zero|0)|less than (?:zero|0))|with (?:a )?negative (?:bracket|argument|difference)|beyond the margin|with loss (?:zero|0))"
EASY_COUNTS = Thesis(
    (
        Part(plus=_EASY + r"|(?:this|that|the|such a) triplet(?= (?:lowers?|reduces?|decreases?|subtracts?|takes?|improves?))"),
        Part(
            plus=r"(?:contributes?|adds?|gives?|changes?|brings?|costs?) (?:exactly |just |therefore |then |simply )*(?:nothing|zero|0(?!\.\d)|no (?:loss|gradient))(?: to the (?:loss|sum|mean|gradient|total))?|(?:does|do)(?: not|n['’]t) (?:count|contribute|enter|matter|lower|reduce)(?: (?:in|to|the|for) [^,.;]{0,30})?|(?:is|are) (?:cut off|clipped|set|counted)(?: (?:at|to|as))* (?:zero|0)|(?:has|have) (?:a )?(?:zero loss|loss (?:zero|0)|no gradients?)(?: at all)?|(?:falls?|drops?) out",
            minus=r"(?:lowers?|reduces?|decreases?|diminish(?:es)?|subtracts? from|improves?|pulls down|makes? up for)(?: (?:the|total|whole|batch|sum|loss|mean|others?|of|over|all|a batch|triplets|losses|its|by|\d+(?:\.\d+)?))*",
        ),
    ),
    "the positive part [·]₊ makes a triplet with a negative bracket contribute 0: it lowers no sum", {"losses": [0.3, "[0.4 − 2 + 0.2]₊ = 0"], "sum": 0.3},
    scope=_SCOPE, unless=r"\bif\b|share of|fraction|number of|mean over (?:the )?active|average over (?:the )?active|training|during", method=Method.COUNT,
)  # fmt: skip
EASY_MOVES = Thesis(
    (
        Part(plus=r"(?:(?:the|its|a) )*gradients? of (?:an? |the |every |each |all )*(?:easy|satisfied|inactive) (?:triplets?|ones?)|(?:an? |the |every |each |all )*(?:easy|satisfied|inactive) (?:triplets?|ones?)"),
        Part(
            plus=r"(?:(?:is|are|always|therefore|exactly) )*(?:zero|0(?!\.\d))|vanish(?:es)?|(?:moves?|pulls?|pushes|changes?) (?:nothing|no embedding|neither[^,.;]*)|(?:has|have|gives?) (?:no|zero|a vanishing) gradients?(?: at all)?",
            minus=r"(?:still |also |always )*(?:pulls?|pushes|moves?|drives?|draws?) (?:the |its )?(?:positive|negative|anchor)[^,.;]*|(?:has|have|gives?) (?:still |also )?(?:a )?(?:non-?zero|small|large) gradients?|(?:is|are) (?:non-?zero|not zero)",
        ),
    ),
    "where the loss is 0 and stays so nearby, its gradient is zero", {"d(a,p)": 0.3, "d(a,n)": 1, "margin": 0.2, "loss": 0, "gradient": 0},
    scope=_SCOPE, unless=r"\bif\b|semi|softplus|soft margin", method=Method.SYMBOLIC,
)  # fmt: skip
MARGIN_PLACE = Thesis(
    (
        Part(plus=r"(?:the )?margin(?: \$?(?:α|\\alpha)\$?)?|\$?(?:α|\\alpha)\$?"),
        Part(plus=r"(?:is |gets |has to be |must be )?(?:added|adds)(?: (?:on|up|always))* ?(?:to|on)", minus=r"(?:is |gets |has to be |must be )?(?:subtracted|taken away)(?: (?:off|away))* ?from"),
        Part(plus=rf"{_DISTANCE_TO}positives?|(?:the )?positive distance|(?:the )?anchor[-– ]positive distance", minus=rf"{_DISTANCE_TO}negatives?|(?:the )?negative distance|(?:the )?anchor[-– ]negative distance"),
    ),
    "[d(a,p) + α − d(a,n)]₊: the margin is added to the distance of the positive (FaceNet, equation 1)", {"d(a,p)": 0.3, "d(a,n)": 0.6, "margin": 0.2, "loss": "[0.3 + 0.2 − 0.6]₊ = 0"},
    scope=_SCOPE, unless=r"\bif\b|threshold|difference", kind=Kind.DEFINITION, method=Method.SYMBOLIC,
)  # fmt: skip
NEAREST = Thesis(
    (
        Part(plus=r"(?:(?:the|its|a) )*(?:nearest|closest)(?: (?:neighbou?r|one|embedding|point|negative|positive|image|vector))?|(?:the )?smallest (?:squared )?distance", minus=r"(?:(?:the|its|a) )*(?:farthest|furthest|most distant)(?: (?:neighbou?r|one|embedding|point|negative|positive|image|vector))?|(?:the )?largest (?:squared )?distance"),
        Part(plus=r"(?:the )?(?:one )?(?:with |of )?(?:the )?(?:largest|greatest|highest|maximal|maximum) (?:cosines?(?: similarity)?|(?:inner|dot|scalar) products?|similarity)|(?:most similar|smallest angle)", minus=r"(?:the )?(?:one )?(?:with |of )?(?:the )?(?:smallest|least|lowest|minimal|minimum) (?:cosines?(?: similarity)?|(?:inner|dot|scalar) products?|similarity)|(?:least similar|largest angle)"),
    ),
    "‖u − v‖² = 2 − 2 u·v falls as u·v rises, for unit vectors", {"u·v": [0.2, 0.9], "squared distance": [1.6, 0.2]},
    scope=r"unit|sphere|normali[sz]ed|length one|norm one", unless=r"\bif\b|un-?normali[sz]ed|without", method=Method.SYMBOLIC,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    COLLAPSED_GRADIENT, EASY_COUNTS, EASY_MOVES, MARGIN_PLACE, NEAREST, COLLAPSED_LOSS, COLLAPSE, BATCH_HARD, ALL_PAIRS, FROM_BATCH, SEMI_HARD_CHOSEN, WANTED, IDENTITY, PULLS, BATCH_ALL, THRESHOLD, THRESHOLD_LETTER,
    SUM_OF_RATES, EXTREMES, SUFFICES, STRANGERS, SIGNIFICANT, MARGIN_MORE, LOSS_IN_NEGATIVE, LOSS_IN_POSITIVE,
)  # fmt: skip

__all__ = ["THESES"]
