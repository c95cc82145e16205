# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about probes, histograms and hooks, and what depends on what in a prediction depth."""

from __future__ import annotations

from grader.verify.claim import Method
from grader.verify.words.theses import Part, Thesis, Truth

_SCOPE = r"prediction depth|baldock|2106\.09647|example difficulty|\bprobes?\b|\bdepths?\b[^.]*\bprobes?\b"
_KEEPS = r"(?:leaves?|keeps?|preserves?|does(?: not|n['’]t) (?:change|alter|affect|move|matter)|(?:do|will|would|can)(?: not|n['’]t) (?:change|alter|affect|move)|unchanged|unaffected|untouched|the same|invariant|no (?:effect|influence|difference)|as (?:it|they) (?:is|are|was|were)|matters? not|irrelevant|immaterial)(?: (?:every|all|each|the|a single|any|its) (?:votes?|depths?|neighbours?|predictions?))?(?: (?:unchanged|as (?:it|they) (?:is|are)|the same|untouched|alone))?"
_CHANGES = r"(?:changes?|alters?|affects?|influences?|moves?|matters?|disturbs?|reorders?|can change|may change)(?: (?:the|every|all|some|its) (?:votes?|depths?|neighbours?|predictions?))?"

SCALING = Thesis(
    (
        Part(
            plus=r"(?:multiplying|scaling|rescaling) (?:all |the |every )*(?:features?|activations?|feature space|coordinates|entries|vectors)(?: (?:by|with) (?:the same|a|one|a common|any|a single) (?:positive )?(?:constant|factor|number|scalar))?|(?:a )?(?:rotations?|reflections?|translations?|shifts?)(?: of the (?:feature space|features|activations|space))?|(?:rotating|reflecting|translating|shifting) (?:the |all )*(?:feature space|features|activations|vectors)|adding (?:the same|one|a constant) vector to (?:all|every|each)(?: the)? (?:features?|activations?|points?)",
            minus=r"(?:multiplying|scaling|rescaling|stretching|weighting) (?:only )?(?:one|a single|a|some|single|individual|one single)(?: single)? (?:coordinate|feature|channel|axis|dimension|entry)s?|(?:standardi[sz]ing|normali[sz]ing|scaling) each (?:feature|coordinate|channel) (?:separately|on its own|by itself)",
        ),
        Part(plus=_KEEPS, minus=_CHANGES),
    ),
    "Euclidean neighbours stay the same when all distances are multiplied alike, and can change when one coordinate is stretched",
    {"point": [0, 0], "others": {"a": [1, 0], "b": [0, 2]}, "nearest": "a", "first coordinate times 3": "b"},
    scope=_SCOPE, unless=r"^(?!.*(?:vote|neighbou?r|probe|depth|k-?NN|matter))|\bif\b|relu|batch norm|cosine|logits|loss", method=Method.SYMBOLIC,
)  # fmt: skip
RENAMED = Thesis(
    (
        Part(plus=r"(?:renaming|permuting|relabell?ing|renumbering|calling) (?:of )?(?:the |all )?(?:six )?(?:classes|labels)(?: by other names)?|(?:the |other )?names of the classes|(?:a )?permutation of the classes"),
        Part(plus=r"(?:(?:would|does|do|will|can)(?: not|n['’]t) (?:change|move|alter|affect|matter)|no (?:effect|influence|difference)|unchanged|the same|leaves?|irrelevant|invariant)(?: (?:a single|any|every|all|the) depths?)?(?: (?:unchanged|as it is|the same))?", minus=r"(?:changes?|alters?|moves?|affects?|matters?)(?: (?:the|every|all|some) depths?)?"),
        Part(plus=r"depths?", inherited=True),
    ),
    "the depth asks only which votes are equal, not how the classes are called",
    {"votes": ["a, b, a", "x, y, x"], "depth": [2, 2]},
    scope=_SCOPE, method=Method.COUNT,
)  # fmt: skip
ALWAYS_DEFINED = Thesis(
    (
        Part(plus=r"(?:the |its |a |an |prediction )*depths?"),
        Part(plus=r"(?:is|are) (?:always )?(?:well[- ])?defined(?: for (?:every|each|all|any) (?:image|example)s?)?|exists? for (?:every|each|all|any) (?:image|example)s?|(?:every|each) (?:image|example) has", minus=r"(?:is|are|remains?) (?:undefined|not defined|infinite|meaningless)|does(?: not|n['’]t) exist"),
        Part(plus=r"(?:images? |examples? )?(?:whose )?votes? (?:that )?(?:never|not) (?:settle|agree|calm|stabili[sz]e)\w*|votes?|settles?|probes?|(?:every|each|all|any|some|such) (?:image|example)s?|images whose|always"),
    ),
    "the last probe agrees with itself, so that every example has a depth, the last layer's at most",
    {"votes": "a, b, a, b", "depth": 3},
    scope=_SCOPE, unless=r"\bif\b|accuracy|training|before|without|bin\b|mean|random", method=Method.COUNT,
)  # fmt: skip
ONE_AGREES = Thesis(
    (
        Part(plus=r"(?:an? |one |the |a single )*(?:agreement|agreeing probe|match)(?: with the last(?: one| probe)?)? at (?:point|layer|probe) (?:L|ℓ|\d+)|(?:one|a single) (?:early )?probe(?: that)? agree(?:s|ing)|(?:probe|layer|point) (?:L|ℓ|\d+) agree(?:s|ing)(?: with the last(?: one| probe)?)?|that (?:one|a|some) (?:early )?probe agrees"),
        Part(plus=r"(?:is |be )?(?:enough|sufficient)|suffices?|means?|implies|guarantees?|bounds?"),
        Part(plus=r"depths?"),
    ),
    "an agreement counts only if all later probes agree too: a later disagreement raises the depth above it",
    {"votes": "a, b, a", "probe 0": "agrees with the last", "depth": 2},
    scope=_SCOPE, unless=r"all (?:later|the later)|every later|from there on|and all|and every|onwards?|disagree", method=Method.COUNT, opposed=True,
)  # fmt: skip
COUNTS = Thesis(
    (
        Part(plus=r"(?:the )?(?:bars?|bins?|counts?|entries)(?: of the (?:depth )?histogram)?|(?:the )?(?:depth )?histogram(?: over (?:the |all )?(?:\d+ )?(?:probes|layers|depths))?"),
        Part(plus=r"(?:sums?|adds?|added|total)(?: up)?(?: together)?(?:,? (?:to|give|gives|equal|is|make))*"),
        Part(plus=r"(?:the |to the )?number of (?:test |the )*(?:images|examples|points)|all (?:the )?test images", minus=r"(?:the )?number of (?:layers|probes|points probed|classes|training (?:images|examples|points))|to (?:one|1)\b"),
    ),
    "each test image has one depth and is counted once",
    {"depths": [0, 2, 2], "histogram": [1, 0, 2], "sum": 3},
    scope=_SCOPE, unless=r"normali[sz]ed|relative|shares?|fraction|density|\bif\b|(?<!over )\b\d{2,}(?! (?:probes|layers))", method=Method.COUNT,
)  # fmt: skip
WEIGHTED = Thesis(
    (
        Part(plus=r"weighted (?:by|with) (?:those|the|its|their) (?:counts?|bars?|histogram|numbers?(?: of images)?|bin sizes?)|(?:the )?weighted (?:mean|average)(?: of (?:them|the accuracies))?", minus=r"averaging (?:the |these |all |those )*(?:\w+ )?(?:accuracies|numbers|values|rates)(?: (?:per depth|of the (?:depths|bins|groups)))?(?: without weights| without weighting| directly| plainly)?(?= (?:gives|does|is|yields|equals|would))|(?:the |their )?(?:unweighted|plain|simple|arithmetic|ordinary) (?:mean|average)(?: of (?:them|the (?:\w+ )?accuracies))?(?: per depth)?"),
        Part(plus=r"(?:gives?|equals?|is|averages?|yields?|amounts? to|does so(?: too)?|too|return|reproduces?)(?: to)?"),
        Part(plus=r"(?:the )?(?:overall|total|mean|whole) accuracy|accuracy (?:on|over) (?:all|the whole)[^,.;]*", inherited=True),
    ),
    "the overall accuracy is the mean over images: accuracies per depth have to be weighted by their counts",
    {"counts": [3, 1], "accuracies": [1, 0], "weighted mean": 0.75, "unweighted": 0.5},
    scope=_SCOPE, unless=r"\bif\b|equal counts|same size|\d\d", method=Method.COUNT,
)  # fmt: skip
EMPTY_BIN = Thesis(
    (
        Part(plus=r"(?:at |for |of |in )?(?:an? |the |every )*(?:empty (?:bins?|depths?|bars?)|depths? (?:that|which) no (?:image|example) has|(?:bins?|depths?) without (?:images|examples)|(?:bins?|depths?) with no (?:images|examples)|unoccupied (?:bins?|depths?))"),
        Part(plus=r"accurac(?:y|ies)"),
        Part(plus=r"(?:is |are |stays? )*(?:nan|NaN|not a number|undefined|not defined|0/0)", minus=r"(?:is |are |equals? )*(?:zero|0(?!/)|one|1(?!\d))"),
    ),
    "the accuracy at a depth without images is 0/0, nan",
    {"images": 0, "right": 0, "accuracy": "nan"},
    scope=_SCOPE, unless=r"\bif\b", method=Method.COUNT,
)  # fmt: skip
EVAL_MODE = Thesis(
    (
        Part(plus=r"(?:in |the )?(?:eval(?:uation)?(?:\(\))?[- ]mode|model\.eval\(\)|calling eval\(\)|eval\(\)|at test time|during evaluation)", minus=r"(?:in |the )?(?:train(?:ing)?(?:\(\))?[- ]mode|model\.train\(\)|train\(\)|during training)"),
        Part(plus=r"batch[- ]?norm(?:ali[sz]ation)?(?: layers?)?|BN\b|bn1"),
        Part(plus=r"(?:stored |accumulated |the )*running (?:statistics|means?(?: and variances?)?|averages?|estimates)|stored statistics", minus=r"(?:the )?(?:statistics|means?(?: and variances?)?) of the (?:current |present )?(?:mini-?)?batch|(?:current |mini-?)*batch(?:['’]s)?(?: own)? statistics|(?:current )?batch means?"),
    ),
    "batch normalisation uses the batch's statistics in training mode and the running ones in evaluation mode",
    {"running mean": 0, "batch mean": 3, "x": 3, "in evaluation mode": 3, "in training mode": 0},
    unless=r"\bif\b", method=Method.TABLE,
)  # fmt: skip
NO_GRADIENTS = Thesis(
    (
        Part(plus=r"(?:torch\.)?no_grad(?:\(\))?|inference_mode(?:\(\))?", minus=r"(?:calling )?(?:model\.)?eval\(\)|evaluation mode|eval mode"),
        Part(plus=r"(?:stops?|switches? off|turns? off|disables?|prevents?|suppresses)(?: [\w-]+){0,3}? (?:gradients?|autograd|graph)(?: (?:recording|tracking|computation))?|(?:records?|tracks?|computes?) no gradients?|gradients? (?:is|are) (?:no longer|not) (?:recorded|tracked|computed)"),
    ),
    "no_grad stops the recording of gradients; eval() changes batch normalisation and dropout only",
    {"after eval()": "requires_grad of the output: True", "under no_grad": "False"},
    unless=r"\bif\b|together|both|and (?:torch\.)?no_grad", method=Method.TABLE,
)  # fmt: skip
FROM_NETWORK = Thesis(
    (
        Part(plus=r"(?:the )?(?:prediction )?depths?"),
        Part(
            plus=r"(?:needs?|requires?|depends? on|presupposes?|is a property of|belongs? to)(?: both)?(?: the)? ?(?:a |an |(?:image|example)(?:,? and|,? together with|,? as well as) (?:of )?(?:the |a )?)?(?:trained )?(?:network|model|features of (?:a|the) (?:trained )?network)(?: too| as well)?|(?:can|may|will|does)? ?(?:differs?|changes?) (?:between|from|with)(?: two| several| one| different| the)*(?: trained)? (?:networks?|models?)(?: to (?:another|the next))?",
            minus=r"(?:computed|read off|determined|known|obtained)? ?(?:from the (?:data|images?|pixels)(?: set)? alone|without (?:any |a )?(?:trained )?(?:network|model)|before (?:any |the )?(?:network|model|training)[^,.;]*)|(?:is a )?property of the (?:image|data|example) alone|independent of the (?:network|model)|the same (?:for|in|with|under) (?:every|all|any|each) (?:trained )?(?:networks?|models?)|depends? (?:only |solely )?on the (?:test )?(?:image|example)(?: only| alone)",
        ),
    ),
    "the depth is read from the features of a trained network at its layers",
    {"network": ["one layer", "ten layers"], "depth": "differs with the features"},
    scope=r"prediction depth|baldock", unless=r"\bif\b|not (?:only|just)|correlat|similar|consistent", method=Method.TABLE,
)  # fmt: skip
DEPTH_ZERO = Thesis(
    (
        Part(plus=r"(?:a )?depth (?:of )?(?:zero|0)\b"),
        Part(plus=r"(?:is )?(?:possible|occurs?|can (?:occur|happen)|happens|attained)", minus=r"(?:is )?(?:impossible|never (?:occurs?|happens|attained)|cannot (?:occur|happen|be)|excluded|ruled out)"),
    ),
    "depth 0 only asks that the neighbours of the raw pixels vote as the last probe does, and all probes between",
    {"votes": "a, a, a", "depth": 0},
    scope=_SCOPE, unless=r"\bif\b|our|\bhere\b", method=Method.COUNT,
)  # fmt: skip
SEEDS = Thesis(
    (
        Part(plus=r"(?:disagree|differ|deviate|contradict each other|vote differently)(?: (?:most|more|mostly|often|strongly|about|on|in|for|with each other))*", minus=r"(?:agree|coincide|vote alike)(?: (?:most|more|mostly|often|strongly|about|on|in|for|with each other))*"),
        Part(plus=r"(?:networks?|models?|runs?)(?: trained)?(?: (?:from|with) (?:different|other|several) (?:random )?seeds)?|different(?:ly)? (?:seeds|seeded networks|initiali[sz]ed networks)|seeds|(?:the )?(?:members of an )?ensemble"),
        Part(plus=r"(?:images?|examples?|points|those|ones)? ?(?:with|of|at) (?:the |a )?(?:largest|highest|greatest|large|high|larger|higher) (?:prediction )?depths?|deep(?:er|est)? (?:ones|images|examples|predictions)", minus=r"(?:images?|examples?|points|those|ones)? ?(?:with|of|at) (?:the |a )?(?:smallest|lowest|least|small|low|smaller|lower) (?:prediction )?depths?|shallow(?:er|est)? (?:ones|images|examples|predictions)"),
    ),
    "networks trained from different seeds agree on the examples of small prediction depth and less on those of large depth (Baldock et al. 2021, section 3)",
    {"table": "Baldock et al. 2021, section 3", "value": "consensus falls as the depth rises"},
    scope=_SCOPE, unless=r"\bif\b|\bour\b|\bwe\b|probes", truth=Truth.MOSTLY,
)  # fmt: skip
LIKELIHOOD = Thesis(
    (
        Part(plus=r"minimi[sz](?:ing|es?|ation of)(?: the)? cross[- ]?entropy(?: loss)?", minus=r"maximi[sz](?:ing|es?|ation of)(?: the)? cross[- ]?entropy(?: loss)?"),
        Part(plus=r"maximi[sz](?:ing|es?|ation of)(?: the)? (?:log[- ]?)?likelihood|maximum[- ]likelihood(?: estimation)?", minus=r"minimi[sz](?:ing|es?|ation of)(?: the)? (?:log[- ]?)?likelihood"),
    ),
    "the cross-entropy is the negative log-likelihood of the labels, so that minimising it maximises the likelihood",
    {"p of the true class": [0.5, 0.9], "cross-entropy": [0.693, 0.105]},
    unless=r"\bif\b|negative log", method=Method.SYMBOLIC,
)  # fmt: skip
SHIFTED_LOGITS = Thesis(
    (
        Part(plus=r"(?:adding|subtracting) (?:the same|a|one|some|any) (?:number|constant|value)(?: \w)? (?:to|from) (?:all |each |every |the )*(?:six )?logits?|(?:a )?common shift of (?:all )?(?:the )?logits|shifting all (?:the )?logits(?: by (?:the same|a) (?:constant|number|amount))?"),
        Part(plus=_KEEPS + r"|where (?:it|they) (?:was|were|is|are)", minus=r"(?:changes?|alters?|raises?|lowers?|affects?)(?: (?:the|both|its))?"),
        Part(plus=r"loss|cross[- ]?entropy|accuracy|softmax|probabilit(?:y|ies)|prediction", inherited=True),
    ),
    "softmax does not change when the same number is added to every logit",
    {"logits": [[1, 0], [6, 5]], "probabilities": [0.731, 0.269]},
    scope=r"logit|softmax|cross[- ]?entrop", unless=r"\bif\b|one of the|single", method=Method.SYMBOLIC,
)  # fmt: skip
TRAINED_DIRECTLY = Thesis(
    (
        Part(plus=r"(?:the )?accuracy", minus=r"(?:the )?cross[- ]?entropy(?: loss)?", inherited=True),
        Part(plus=r"(?:cannot|can(?: not|['’]t)|could not|is hard to) (?:be )?(?:trained|optimi[sz]ed|minimi[sz]ed|maximi[sz]ed|used)[^,.;]*|(?:has|have|gives?|its|with) (?:a )?(?:zero|no|uninformative) (?:useful |informative )?gradients?[^,.;]*|gradient (?:is|with[^,.;]*is) (?:zero|uninformative)[^,.;]*", minus=r"(?:can|could|may) (?:also |well |just as well )*be (?:trained|optimi[sz]ed|maximi[sz]ed|minimi[sz]ed)(?: directly)?[^,.;]*|gradient (?:[^,.;]* )?is informative"),
    ),
    "accuracy is piecewise constant in the weights: its gradient is zero almost everywhere",
    {"logit difference": [0.1, 0.2], "accuracy": [1, 1], "gradient": 0},
    scope=r"cross[- ]?entrop", unless=r"\bif\b|triplet|reinforcement|surrogate gradient", method=Method.SYMBOLIC,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    SCALING, RENAMED, ALWAYS_DEFINED, ONE_AGREES, COUNTS, WEIGHTED, EMPTY_BIN, EVAL_MODE, NO_GRADIENTS, FROM_NETWORK, DEPTH_ZERO, SEEDS, LIKELIHOOD,
    SHIFTED_LOGITS, TRAINED_DIRECTLY,
)  # fmt: skip

__all__ = ["THESES"]
