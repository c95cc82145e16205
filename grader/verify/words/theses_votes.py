# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""What the course teaches about votes, about what a depth proves and needs, and what Baldock et al. studied."""

from __future__ import annotations

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis, Truth

_SCOPE = r"prediction depth|baldock|2106\.09647|example difficulty|\bprobes?\b|\bk-?NN\b"
_DEPTH = r"prediction depth|baldock|2106\.09647|example difficulty|\bdepths?\b[^.]*\bprobes?\b|\bprobes?\b[^.]*\bdepth"
_EX = r"(?:examples?|images?|points?|inputs?|samples?|pictures?|predictions?|ones)"

TIES = Thesis(
    (
        Part(plus=r"(?:an? |with |any |every )*odd (?:\$?k\$?|number of (?:neighbou?rs|votes)|\$?k\$?)|\$?k ?= ?\d?[13579]\$?|\d?[13579] (?:nearest )?neighbou?rs"),
        Part(
            plus=r"(?:ties?|a draw|draws) (?:is|are|remains?|stays?)? ?(?:still |always |well )*(?:possible|can (?:still )?(?:occur|happen|arise)|may (?:occur|happen|arise)|conceivable)|(?:allows?|permits?|leaves room for) (?:a )?ties?|there (?:can|may)(?: still| well)? be (?:a )?ties?|ties? (?:remain|remains|stays?) possible|does(?: not|n['’]t) (?:exclude|rule out|prevent|avoid) (?:all |a |any )?ties?",
            minus=r"(?:ties?|a draw|draws) (?:is|are)? ?(?:then |therefore |always )*(?:impossible|excluded|ruled out|avoided|never (?:occurs?|happens?|arises?)|cannot (?:occur|happen|arise))|(?:would |will |could )?(?:rules? out|excludes?|prevents?|avoids?|makes? impossible) (?:all |any |a )?(?:ties?|draws?)|no ties?(?: (?:is|are) possible| (?:can )?(?:occur|happen)s?)?",
        ),
    ),
    "with more than two classes an odd number of votes can tie: 31 = 13 + 13 + 5",
    {"k": 31, "votes of three classes": [13, 13, 5]},
    scope=_SCOPE, unless=r"(?:two|2) classes|binary|two shapes|break|broken|resolv|smallest|distance", method=Method.COUNT,
)  # fmt: skip
PLURALITY = Thesis(
    (
        Part(
            plus=r"(?:most|the largest number of|the most) (?:votes|neighbou?rs)(?:,? (?:wins|decides|is (?:taken|predicted|chosen)))|(?:a |the )?(?:relative majority|plurality)(?: (?:wins|is enough|suffices|decides))?|(?:needs? no|without an?|no) (?:absolute )?majority(?: is (?:needed|required))?|(?:fewer|less) than half of the votes (?:can|may) (?:win|suffice|decide)",
            minus=r"(?:only )?(?:decides?|predicts?|votes?|wins?|counts?|is (?:taken|predicted))(?: for)?(?: a class)? ?(?:only )?(?:when|if|once|where) (?:a|one|some|the) class (?:has|gets|holds|wins) (?:more than half|an absolute majority|over half|a majority|at least half)(?: (?:of )?(?:the )?votes)?|(?:needs?|requires?) (?:more than half|an absolute majority|over half)(?: of (?:the|its|all)? ?(?:votes|neighbou?rs))?",
        ),
        Part(plus=r"k-?NN|(?:the )?(?:vote|votes|probe|probes|class|winner|neighbou?rs)|nearest[- ]neighbou?rs?|(?:the )?class(?: with)?", inherited=True),
    ),
    "a k-NN vote goes to the class with the most neighbours: a plurality is enough",
    {"votes of 30": {"a": 13, "b": 9, "c": 8}, "winner": "a, with 43 %"},
    scope=_SCOPE, unless=r"would|ensemble|two classes|binary", method=Method.COUNT, reads_if=True,
)  # fmt: skip
UNLABELLED = Thesis(
    (
        Part(plus=rf"{_EX} (?:whose|with) (?:an? )?(?:true |own )?(?:labels?|class(?:es)?) (?:is|are) (?:unknown|not known|missing|hidden)|{_EX} (?:of|with) (?:an )?unknown (?:class|label)s?|unlabell?ed (?:test )?{_EX}|{_EX} without (?:a )?labels?|without (?:knowing |having )?(?:the|its|a|any|their) (?:true )?labels?(?: of the (?:test )?{_EX})?"),
        Part(plus=r"(?:the |a |its |their )?(?:prediction )?depths?"),
        Part(plus=r"(?:be )?(?:compute[sd]?|computing|calculated?|determined?|found|defined|known|obtained|has|have|gets?|possible|makes? sense)"),
    ),
    "the depth compares the votes with the last one and needs no label of the test image",
    {"votes": "b, a, a", "depth if the label is a": 1, "depth if the label is b": 1},
    scope=_DEPTH, unless=r"training (?:images|set|labels|examples|data)|neighbou?rs|accuracy", method=Method.COUNT, reads_if=True,
)  # fmt: skip
NO_RETRAINING = Thesis(
    (
        Part(plus=r"(?:comput\w+|find\w*|determin\w+|obtain\w*|measur\w+)?(?: of)? ?(?:the |a )?(?:prediction )?depths?(?: of (?:an |the |all )?\w+)?"),
        Part(minus=r"(?:re-?train(?:ing|ed|s)?|train(?:ing|ed)? (?:again|anew|a (?:new|second|separate|further) (?:network|model)|one (?:network|model) (?:per|for (?:each|every)) (?:layer|depth|probe)))(?: (?:the |of the )?(?:whole )?(?:network|model))?(?: (?:at|for|up to|of|after) (?:every|each|all) (?:layers?|depths?|probes?))?"),
        Part(plus=r"(?:requires?|needs?|involves?|means?|must|has to|have to|is|be|calls for|presupposes|required|necessary|needed)"),
    ),
    "the depth is read from one trained network by k-NN probes; nothing is trained again (Baldock et al. 2021, section 2)",
    {"table": "Baldock et al. 2021, section 2", "value": "k-NN probes on the hidden layers of one network"},
    scope=_DEPTH, unless=r"\bif\b|\bour\b|\bwe\b|\bI\b|seeds|held-?out|average",
)  # fmt: skip
PROVES = Thesis(
    (
        Part(
            plus=rf"deep(?:er|est)? {_EX}|{_EX} of (?:the )?(?:a )?(?:large|great|high|maximal|largest|highest|greatest|maximum) (?:prediction )?depth|(?:a |the )?(?:large|great|high|maximal|largest|highest) (?:prediction )?depth",
            minus=rf"shallow(?:est)? {_EX}|{_EX} of (?:a )?(?:small|low|zero) (?:prediction )?depth|{_EX} of depth (?:0|zero)|(?:a |the )?(?:small|low) (?:prediction )?depth|(?:a )?(?:prediction )?depth (?:of )?(?:0|zero)",
        ),
        Part(
            plus=rf"mis-?classified|classified (?:wrongly|incorrectly)|(?:wrongly|incorrectly) (?:classified|labell?ed)|mis-?labell?ed|(?:its |the |a |their )?(?:labels?|prediction)s? (?:is|are|must be|has to be) (?:wrong|incorrect|false)|(?:a )?wrong labels?|(?:a )?mistakes?|(?:is|are|be) wrong|misclassified {_EX}",
            minus=rf"classified (?:correctly|rightly)|(?:correctly|rightly) (?:classified|labell?ed)|(?:its |the |their )?(?:labels?|prediction)s? (?:is|are|must be) (?:right|correct)|(?:is|are|be) (?:right|correct)|correct(?:ly)?(?: predictions?| answers?)?|correctly classified {_EX}",
        ),
    ),
    "the depth compares the votes with the last one, not with the label: right and wrong predictions occur at every depth, only their shares differ",
    {"votes": "b, b, a", "depth": 2, "true class a": "classified correctly", "true class b": "misclassified"},
    scope=_DEPTH, unless=r"more often|less often|likely|share|rate|accuracy|\d\s?\\?%|\bhere\b|\bour\b|\bmy\b|\bwe\b|\bI\b|tend|average|fraction|images? of (?:the )?(?:set|histogram)|\d{2,}|need|random",
    truth=Truth.OPEN, method=Method.COUNT, reads_if=True,
)  # fmt: skip
RELATED = Thesis(
    (
        Part(plus=r"(?:the )?(?:prediction )?depths? and (?:the |test )?(?:accuracy|learning (?:time|speed|epoch)|margins?|confidence|consistency|difficulty)|(?:the )?(?:accuracy|margins?|confidence|consistency|learning (?:time|speed)) and (?:the )?(?:prediction )?depths?|(?:the )?(?:accuracy|margins?|confidence|consistency)(?= (?:is|are|does|do) (?:not |un)?(?:related|correlated|depend\w*|connected) (?:with|to|on) (?:the )?(?:prediction )?depth)"),
        Part(plus=r"(?:are|is|be)? ?(?:closely |strongly |clearly )*(?:related|correlated|connected|linked)|go together|depends? on(?: each other)?", minus=r"(?:are|is)? ?(?:entirely |completely )*(?:unrelated|uncorrelated|unconnected|independent|have nothing to do with each other)"),
    ),
    "accuracy, margin, confidence and learning time all go with the prediction depth (Baldock et al. 2021, section 3)",
    {"table": "Baldock et al. 2021, section 3", "value": "they are correlated"},
    scope=_DEPTH, unless=r"\bif\b|\bour\b|\bmy\b|\bwe\b|\bI\b|reported|negatively|positively|inversely|network depth", truth=Truth.MOSTLY,
)  # fmt: skip
_STUDY = r"(?:main |central )?(?:results?|experiments?|networks?|architectures?|models?|data ?sets?|measurements|(?:the )?paper|authors|baldock(?: et al\.?)?)"
DATA_SETS = Thesis(
    (
        Part(plus=_STUDY),
        Part(plus=r"(?:is|are|were|was|uses?|used|comes?|stud(?:y|ies|ied)|trained|obtained|done|on|with|run|works?|carried out|include)(?: (?:on|with|from|for|out|of|mainly|chiefly|mostly))*"),
        Part(plus=r"CIFAR-?\s?100?(?:,? (?:and )?(?:CIFAR-?\s?100?|Fashion[- ]?MNIST|SVHN))*|Fashion[- ]?MNIST|SVHN", minus=r"ImageNet(?:-1k)?|(?<!Fashion-)(?<!Fashion )MNIST|MS ?COCO|LFW|Tiny ?ImageNet", worst=True),
    ),
    "the paper studies ResNet-18, VGG-16 and an MLP on CIFAR-10, CIFAR-100, Fashion MNIST and SVHN (Baldock et al. 2021, section 2)",
    {"table": "Baldock et al. 2021, section 2", "value": "CIFAR-10, CIFAR-100, Fashion MNIST, SVHN"},
    scope=r"baldock|2106\.09647", unless=r"\bif\b|\bour\b|\bmy\b|\bwe\b|\bI\b|facenet|other papers|pre-?trained|could|later work|resnet paper|He et al", of_paper=True,
)  # fmt: skip
ARCHITECTURES = Thesis(
    (
        Part(plus=_STUDY),
        Part(plus=r"(?:is|are|were|was|uses?|used|stud(?:y|ies|ied)|trained|trains?|with|compares?|include)"),
        Part(plus=r"ResNet-?\s?18(?:,? (?:and )?(?:an? )?(?:VGG-?\s?16|MLPs?))*|VGG-?\s?16|(?:an? )?MLPs?", minus=r"ResNet-?\s?(?:34|50|101|152)|AlexNet|DenseNet\S*|(?:an? |vision )*transformers?|ViTs?|Inception|VGG-?\s?19|LSTMs?", worst=True),
    ),
    "the paper studies ResNet-18, VGG-16 and an MLP on CIFAR-10, CIFAR-100, Fashion MNIST and SVHN (Baldock et al. 2021, section 2)",
    {"table": "Baldock et al. 2021, section 2", "value": "ResNet-18, VGG-16, MLP"},
    scope=r"baldock|2106\.09647", unless=r"\bif\b|\bour\b|\bmy\b|\bwe\b|\bI\b|facenet|other papers|could|accuracy|parameters|errors?|layers", of_paper=True, kind=Kind.FACT,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    TIES, PLURALITY, UNLABELLED, NO_RETRAINING, PROVES, RELATED, DATA_SETS, ARCHITECTURES,
)  # fmt: skip

__all__ = ["THESES"]
