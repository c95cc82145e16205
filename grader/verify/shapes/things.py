# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The course's things by their names in words, each with its shape: a table, and words that are composed of them.

`product of transposed key features and values`, `each row of the weight matrix` and `transpose of W` have shapes that
follow from those of their parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

Size: TypeAlias = str | int
Sizes: TypeAlias = tuple[Size, ...]


@dataclass(frozen=True)
class Thing:
    """What the course calls by a name: the shapes it may have, and the one it has for a single query or image."""

    pattern: re.Pattern[str]
    domain: str
    shapes: tuple[Sizes, ...]
    single: Sizes | None = None
    turns: bool = False  # where vectors are columns its sizes may stand the other way round
    unless: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None

    def is_meant(self, sentence: str) -> bool:
        """Whether the other words of a sentence let the name mean this."""
        return not (self.unless is not None and self.unless.search(sentence)) and (
            self.needs is None or self.needs.search(sentence) is not None
        )


def _thing(
    pattern: str,
    domain: str,
    *shapes: Sizes,
    single: Sizes | None = None,
    turns: bool = False,
    unless: str = "",
    needs: str = "",
) -> Thing:
    return Thing(
        re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.I),
        domain,
        shapes,
        single,
        turns,
        re.compile(unless, re.I) if unless else None,
        re.compile(needs, re.I) if needs else None,
    )


OF = r"(?: (?:of|for) (?:all |the |every |each )*"
LAST_STAGES: dict[str, tuple[int, ...]] = {"(?:fc|(?:the )?logits)": (6,)}
LAYERS = r"\b(?:fc|linear|layers?|conv\w*|network|classifier|bias|trainable|learned|distance|triplets?|embeddings?|probes?)\b"
TOKENS = r"(?:queries|keys|tokens|positions)"
KINDS = r"(?:(?:attention|softmax|kernel|similarity|score|raw|scaled|masked|causal|unnormali[sz]ed|normali[sz]ed|pairwise|full|query-key)[ -])*"
THINGS: tuple[Thing, ...] = (
    # attention
    _thing(rf"{KINDS}(?:scores?|weights?|similarity|attention|kernel|logits?|affinity|gram) matrix|matrix of (?:all |the )*{KINDS}(?:scores|weights|similarities|kernel values|logits|inner products)", "attention", ("queries", "keys"), single=("keys",), unless=LAYERS),
    _thing(r"(?:attention|softmax|raw|scaled|all|pairwise) (?:attention )?(?:scores|weights|logits)|scores|similarities", "attention", ("queries", "keys"), single=("keys",), unless=LAYERS),
    _thing(r"(?:causal |attention |triangular )*(?:attention |causal )mask", "attention", ("queries", "keys"), single=("keys",), unless=LAYERS),
    _thing(r"mask", "attention", ("queries", "keys"), single=("keys",), unless=r"\b(?:triplets?|valid|pairs?|anchors?|positives?|negatives?|labels?|strict\w*|image)\b"),
    _thing(rf"row sums of (?:the )?{KINDS}(?:scores?|weights?|matrix|kernel)(?: matrix)?|denominators|normali[sz]ers|normali[sz]ing (?:sums|constants)", "attention", ("queries",), single=()),
    _thing(r"(?:attention )?denominator|normali[sz]er", "attention", (), ("queries",), single=(), unless=r"\bφ\([QK]\)|matrix form|\bnumber (?:per|for (?:each|every))"),
    _thing(r"(?:attention )?numerators", "attention", ("queries", "M"), single=("M",), turns=True),
    _thing(r"(?<!in the )(?<!of the )(?<!in )(?<!of )(?:attention )?numerator", "attention", ("M",), ("queries", "M"), single=("M",), turns=True),
    _thing(r"(?:(?:attention|layer['’]s|matrix of) )*outputs?(?: matrix)?(?: of (?:the )?(?:causal |softmax |kernelized |linear |self-)*attention(?: layer)?)?|result of (?:the )?(?:softmax |linear )?attention|(?:softmax |linear |kernelized |causal |random-feature )*attention(?: layer)?(?= (?:then |finally |still |again )?(?:returns|outputs|yields|delivers|produces))", "attention", ("queries", "M"), ("M",), single=("M",), turns=True, unless=r"\b(?:fc|conv\w*|probes?|network|classifier|pool\w*|layer ?\d|stage|NN\d|ResNet|FaceNet|model|kNN)\b"),
    _thing(r"(?:each|every|one|a single|an?) (?:attention )?output(?: vector| row)?|output (?:vector|row|of (?:one|a single|each|every) (?:query|token|position))", "attention", ("M",), unless=r"\b(?:fc|conv\w*|probes?|network|classifier|pool\w*|layer|stage|NN\d|ResNet|FaceNet|model|kNN)\b"),
    _thing(r"(?:each|every|one|a single|single|an?|the) (?:query|key)(?: vector)?", "attention", ("D",)),
    _thing(r"(?:each|every|one|a single|single|an?|the) value(?: vector| row)", "attention", ("M",)),
    _thing(r"query matrix|matrix of (?:all |the )*queries", "attention", ("queries", "D"), turns=True),
    _thing(r"key matrix|matrix of (?:all |the )*keys", "attention", ("keys", "D"), turns=True),
    _thing(r"value matrix|matrix of (?:all |the )*values", "attention", ("keys", "M"), turns=True),
    _thing(r"(?:each |every |one |a single |single )?(?:summand|outer product)s?(?: (?:in|of) (?:the sum|S))?", "attention", ("L", "M"), single=("L", "M"), turns=True, unless=r"\b(?:q_?i?\b|quer|random|covariance)"),
    _thing(r"(?:running |key-value |recurrent )?state(?: matrix)?(?: S)?|sum of (?:all |the )*outer products|S_i", "attention", ("L", "M"), single=("L", "M"), turns=True, unless=r"\b(?:and Z|Z_i|both|together|numbers|floats)\b"),
    _thing(r"(?:sum of|summing(?: up)?|adding(?: up)?) (?:all |the )*(?:key features|features of (?:all |the )*keys|feature vectors of (?:all |the )*keys|mapped keys|key feature vectors)|sum of (?:all )?the key['’]s features|normali[sz]er (?:state|vector)|Z_i", "attention", ("L",)),
    _thing(r"stack(?:ing)? (?:of )?(?:all |the )*(?:matrices |states |prefix sums )?S_1, ?(?:…|\.\.\.|\\[lc]?dots) ?, ?S_N|(?:stack(?:ing|ed)?|all|array of) (?:of )?(?:all |the )*(?:S_i|states|prefix sums S_i|matrices S_i)(?: stacked)?(?: (?:for|over) (?:all|every) (?:positions?|tokens?))?", "attention", ("N", "L", "M")),
    _thing(r"stack(?:ing)? (?:of )?(?:all |the )*(?:vectors )?Z_1, ?(?:…|\.\.\.|\\[lc]?dots) ?, ?Z_N|(?:stack(?:ing|ed)?|all|array of) (?:of )?(?:all |the )*(?:Z_i|vectors Z_i)(?: (?:for|over) (?:all|every) (?:positions?|tokens?))?", "attention", ("N", "L")),
    _thing(r"(?:each |every |one |a |single )?feature (?:vector|row)s?(?: of (?:one|a|each|a single|every) (?:token|query|key|position|input))?|features of (?:one|a|each|a single|every) (?:token|query|key|position)", "attention", ("L",), unless=r"\b(?:kNN|layer|conv\w*|network|training|test|probe|image)\b"),
    _thing(r"(?:feature matrix(?: of (?:all |the )*(?:queries|keys|tokens|inputs))?|matrix of (?:all |the )*features|mapped (?:queries|keys|tokens|inputs)|(?:query|key) features|features (?:of|for) all (?:queries|keys|tokens|positions|inputs)|φ\([QK]\)|\\(?:var)?phi\([QK]\))", "attention", ("N", "L"), single=("L",), turns=True, unless=r"\b(?:kNN|layer|conv\w*|network|training|test|probe|image)\b"),
    _thing(r"(?:matrix of (?:all |the )*(?:random )?(?:directions|frequencies|projections)|(?:random )?projection matrix|direction matrix|matrix of draws)(?: W)?", "attention", ("R", "D"), turns=True),
    _thing(r"(?:each |every |one |a |single |drawn |random )+(?:direction|frequency|frequency vector|draw|projection(?= \$?w))(?: w(?:_\w)?)?|(?:each|every|one|a|any) (?:drawn |single )?row of W", "attention", ("D",)),
    _thing(r"covariance(?: matrix)?(?: of (?:the |an? |one |each |every |single |drawn |random )*(?:rows? of W|directions?(?: w(?:_\w)?)?|w(?:_\w)?|projections?|frequency|frequencies))", "attention", ("D", "D"), unless=r"\b(?:variables?|together|joint)\b"),
    _thing(r"(?:all |the |random )*projections of (?:all |the )*(?:tokens|queries|keys|inputs)|projected (?:tokens|queries|keys|inputs)", "attention", ("N", "R"), single=("R",), turns=True),
    _thing(r"(?:key|keys['’]) (?:weights|factors)|weights of (?:all |the )*keys", "attention", ("keys",), single=()),
    _thing(r"(?:every|each|one) (?:such |key |key['’]s )?(?:weight|factor)", "attention", (), unless=LAYERS + r"|\bquer"),
    _thing(r"factors a and b|a and b", "attention", ("queries",), unless=r"embedding|anchor|vectors a and b|triplet"),
    _thing(r"(?:Gaussian (?:kernel )?|kernel )?matrix G|diag\(a\) ?G ?diag\(b\)|\\(?:mathrm|operatorname)?\{?diag\}?\(a\) ?\\?,? ?G ?\\?,? ?\\(?:mathrm|operatorname)?\{?diag\}?\(b\)", "attention", ("queries", "keys")),
    _thing(r"(?:the )?(?:vector|column) (?:of (?:all )?)?(?:1s?|ones)|all-ones vector|ones vector", "attention", ("keys",)),
    _thing(r"(?-i:G)(?= (?:is|has)\b)", "attention", ("queries", "keys"), needs=r"\bdiag\b|\ba and b\b|Gaussian|G_\{?ij|Gᵢⱼ"),
    _thing(r"(?:key weights|weights of (?:the |all )*keys) times (?:φ\(K\)|\\(?:var)?phi\(K\)|(?:the )?key features)|(?:weighted|scaled) key features|ψ\(K\)|\\psi\(K\)", "attention", ("keys", "L"), turns=True),
    _thing(r"(?:every|each|an?|one) (?:input|vector|token|query|key)(?= (?:is|gets) (?:then )?(?:turned|mapped|transformed|sent|lifted) (?:in)?to\b)", "attention", ("L",), needs=r"\bsines?\b|\bcosines?\b|\bfeatures?\b|\bφ"),
    _thing(r"(?:square )?brackets?(?: on the right| above)?|sum in (?:the )?(?:square )?brackets?", "attention", ("L", "M"), ("L",), unless=r"\bsecond|\bboth|\binner|\bouter|moving|\bthese"),
    # triplets
    _thing(r"(?:embedding matrix|matrix of (?:all |the )*embeddings|embeddings of (?:a|the|one|the whole) batch|batch of embeddings|(?:array|stack) of (?:all |the )*embeddings)(?: E)?", "triplets", ("batch", "embedding")),
    _thing(r"(?:each|every|one|a single|single|an) embedding(?: vector)?", "triplets", ("embedding",), unless=r"FaceNet|paper"),
    _thing(r"(?:(?:each|every|one|a single|single|an|the) )?embeddings?(?: vectors?)?", "triplets", (128,), needs=r"\bFaceNet\b", unless=r"\bbest\b|\btr(?:y|ied)\b|\bVAL\b|validation|experiment|\bvar(?:y|ied)\b|\bnorm\b|\bour\b|\bmy\b|\bE\b|\bbatch\b"),
    _thing(r"Gram matrix(?: of (?:a|the|one) batch)?|matrix of (?:all |the )*(?:inner|dot|scalar) products|E ?(?:Eᵀ|E\^\{?\\top\}?|E\^\{?T\}?|@ ?E\.T)", "triplets", ("batch", "batch")),
    _thing(r"(?:table|matrix|array) of (?:all |the )*(?:pairwise |squared |euclidean )*distances|(?:pairwise |squared )*distance (?:matrix|table)|pairwise (?:squared )?distances|(?:all |the )?squared distances(?: of (?:a|the) batch)?", "triplets", ("batch", "batch"), unless=r"\b(?:test|training|kNN|neighbou?rs?|per anchor|hardest)\b"),
    _thing(r"(?:squared )?norms(?: of (?:all |the )*(?:embeddings|batch|rows(?: of E)?))?", "triplets", ("batch",), unless=r"\bkeys?\b|quer"),
    _thing(r"(?:batch['’]s )?labels(?: of (?:a|the) batch)?|label vector|vector of labels", "triplets", ("batch",), unless=r"==|one-hot|compar|equal"),
    _thing(r"(?:mask|matrix|table|array) of (?:all |the )*(?:valid |positive |negative |same-label |equal )?(?:pairs|labels? comparisons?|equal labels|positives|negatives)|(?:pair|positive|negative|same-label|label|equality) (?:mask|matrix)|label comparison|labels\[:, ?None\] ?== ?labels(?:\[None, ?:\]|\[None\])|comparison of (?:all |the )*labels", "triplets", ("batch", "batch")),
    _thing(r"(?:mask|array|tensor|cube|table) of (?:all |the )*(?:valid |semi-hard |possible |hard )*triplets|(?:triplet|valid-triplet|semi-hard|triplets) (?:mask|tensor|array)|valid_triplets\(labels\)|semi_hard_triplets\([^()]*\)|(?:losses|loss values?) of (?:all|every) (?:possible )?triplets?", "triplets", ("batch", "batch", "batch")),
    _thing(r"(?:losses|loss|margins?) (?:per|of each|for each|of every|for every|of all|for all) anchors?|hardest (?:positive|negative)(?: distance)?s?(?: (?:per|of each|for each|of every|for every|of all|for all) anchors?)?|(?:distances?|distance) to (?:the|each|its|their) hardest (?:positive|negative)s?", "triplets", ("batch",), single=(), unless=r"\ba hardest|is (?:the|that)"),
    _thing(r"(?:(?:final|mean|averaged|total|whole|overall) )?(?:triplet|batch[- ]hard|batch[- ]all)(?: triplet)? loss(?! per| of each| for each| values)(?: of (?:a|the|one|the whole) batch)?", "triplets", (), unless=r"\b(?:per|each|every|takes|three|before averaging|unreduced)\b"),
    # the depth of examples
    _thing(r"layer_predictions|(?:probes?['’]s?|all(?: the)? probes?['’]?|layer|the probes['’]?) predictions|predictions of (?:all |the )*(?:11 )?probes|(?:table|matrix|array) of (?:all |the )*(?:probe )?predictions", "depth", (11, "test"), single=(11,)),
    _thing(r"depths|(?:all |the )?prediction depths|prediction depth|(?:vector|array|list) of (?:all |the )*(?:prediction )?depths", "depth", ("test",), single=(), unless=r"\bhistogram|accuracy|per depth|by depth"),
    _thing(r"(?:depth )?histogram(?: of (?:all |the )*(?:prediction )?depths)?|depth_histogram", "depth", (11,), unless=r"loss|confiden|margin"),
    _thing(r"accuracy[ _]by[ _]depth|accuracy (?:per|of each|for each|at each) depth|accuracies by depth", "depth", (11,)),
    _thing(r"(?:kNN |k-NN |nearest[- ]neighbou?r |(?:table|matrix|array) of (?:all |the )*)?(?:euclidean |pairwise |squared )*distances? (?:between|of|from) (?:all |the )*(?:test (?:images )?(?:and|to) (?:all |the )*(?:training|stored|train)|(?:each|every|all|the) test images? to (?:all |each |every |the )*(?:training|stored))(?: (?:images|features|vectors|examples|image))?", "depth", ("test", "training"), single=("training",)),
    _thing(r"(?:distance (?:table|matrix))(?: of (?:a|one|each) probe)?", "depth", ("test", "training"), single=("training",)),
    _thing(r"(?:a probe['’]s |the |all )?(?:nearest )?neighbou?rs(?: of| for) all (?:the )?test images|(?:indices|array of indices) of (?:all |the )*(?:k |nearest )*neighbou?rs(?: (?:of|for) all (?:the )?test images)?", "depth", ("test", "neighbours"), single=("neighbours",)),
    _thing(r"(?:stored |the )*training features|features of (?:all |the )*training (?:images|set|examples)|stored (?:features|vectors)", "depth", ("training", "width")),
    _thing(r"test features|features of (?:all |the )*test (?:images|set|examples)", "depth", ("test", "width")),
    _thing(r"(?:(?:final|last|output|fully connected|linear|fc) )*(?:fc|linear|final|last|output|fully connected|classification)(?: layer)?(?:['’]s)? (?:has an? )?(?:weight matrix|weights?)|weight matrix of (?:the )?(?:fc|(?:final|last|linear|output|fully connected)(?: linear)?)(?: layer)?|fc\.weight", "depth", (6, 512), unless=r"\b1000\b|ImageNet"),
    _thing(r"(?:fc\.bias|bias(?: of (?:the )?(?:fc|final|last|linear)(?: linear)?(?: layer)?)?)", "depth", (6,), unless=r"\b1000\b|ImageNet|conv"),
    _thing(r"weight matrix|weights", "depth", (6, 512), needs=r"\b(?:fc|(?:final|last|output|classification)(?: linear| fully connected)? layer|linear layer)\b", unless=r"\b1000\b|ImageNet|attention|conv\d"),
    _thing(r"confusion matrix", "depth", (6, 6)),
    # what the last layer of the ResNet-18 gives; its other stages are read by networks.stages
    *(
        _thing(rf"(?:(?:flattened )?(?:outputs?|activations?) (?:of|after|behind) (?:the )?)?(?:flattened )?{name}(?:['’]s)?(?: (?:output|activations?))?(?: of (?:the |our )?(?:ResNet(?:-?18)?|network))?", "network", sizes, (prod(sizes),), sizes[1:] if len(sizes) > 1 else sizes, unless=r"\bkernel|\bfilter|\bparam|\bbias|\bweights?\b|\bblocks?\b")
        for name, sizes in LAST_STAGES.items()
    ),
    _thing(r"(?:a )?batch of (?:grey |gray |input )?(?:images|pictures|shapes)", "depth", ("batch", 3, 32, 32), ("batch", 32, 32)),
)  # fmt: skip

# -- what is composed ------------------------------------------------------------------------------------------------

_ARTICLE = r"(?:the |all |an? |our |of )*"
PARTS: tuple[tuple[re.Pattern[str], Sizes], ...] = tuple(
    (re.compile(rf"{_ARTICLE}(?:{pattern})(?![\w-])", re.I), sizes)
    for pattern, sizes in (
        (r"query features|features of (?:the )?queries|mapped queries|queries['’] features", ("queries", "L")),
        (r"key features|features of (?:the )?keys|mapped keys|keys['’] features|feature matrix(?: of the keys)?", ("keys", "L")),
        (r"quer(?:ies|y matrix)", ("queries", "D")),
        (r"keys|key matrix", ("keys", "D")),
        (r"values|value matrix|V", ("keys", "M")),
        (r"(?:attention |softmax )?(?:weights|weight matrix)|scores?(?: matrix)?|attention matrix", ("queries", "keys")),
        (r"inputs|tokens", ("N", "D")),
        (r"(?:random )?(?:directions|projection matrix|direction matrix)|W", ("R", "D")),
        (r"state|S", ("L", "M")),
        (r"(?:vector of )?ones", ("keys",)),
    )
)  # fmt: skip
TURNED = re.compile(rf"{_ARTICLE}(?:transposed |transposes? of )", re.I)
TURNED_AFTER = re.compile(r",? transposed\b", re.I)
BEGIN = re.compile(
    r"(?<![\w-])(?:(?:the )?product of |multiplying |(?:the )?(?:matrix )?product between )", re.I
)
JOIN = re.compile(r" (?:and|times|by|with|multiplied (?:by|with)) ", re.I)


def _part_at(text: str, at: int) -> tuple[int, Sizes] | None:
    """One factor that stands at a place: where it ends, and its sizes."""
    turned = TURNED.match(text, at)
    start = turned.end() if turned else at
    found = [
        (one.end(), sizes) for pattern, sizes in PARTS if (one := pattern.match(text, start)) is not None
    ]
    if not found:
        return None
    end, sizes = max(found, key=lambda one: one[0])
    after = None if turned else TURNED_AFTER.match(text, end)
    if turned or after:
        return (after.end() if after else end), sizes[::-1]
    return end, sizes


def products_in(text: str) -> Iterator[tuple[int, int, Sizes | None]]:
    """(start, end, sizes) of each product in words; the sizes are None where it is not defined.

    >>> list(products_in("The product of transposed key features and values has C rows."))
    [(0, 49, ('L', 'M'))]
    >>> list(products_in("Queries times transposed keys give the scores."))
    [(0, 29, ('queries', 'keys'))]
    """
    at = 0
    starts = sorted(
        {found.start() for pattern, _ in PARTS for found in pattern.finditer(text)}
        | {found.start() for found in TURNED.finditer(text)}
        | {found.start() for found in BEGIN.finditer(text)}
    )
    for start in starts:
        if start < at or (start and text[start - 1].isalnum()):
            continue
        begin = BEGIN.match(text, start)
        first = _part_at(text, begin.end() if begin else start)
        if first is None:
            continue
        join = JOIN.match(text, first[0])
        if join is None or (begin is None and join.group().strip() in {"and", "with", "by"}):
            continue
        second = _part_at(text, join.end())
        if second is None:
            continue
        at = second[0]
        one, other = first[1], second[1]
        fits = len(one) == 2 and one[-1] == other[0]
        yield start, at, (one[:-1] + other[1:]) if fits else None


def part_of(sizes: Sizes, which: str) -> Sizes | None:
    """The sizes of a row, a column or the transpose of a thing."""
    if which == "transpose":
        return sizes[::-1]
    if len(sizes) != 2:
        return None
    return sizes[1:] if which == "row" else sizes[:1]


def longest(found: Sequence[tuple[int, int, Thing]]) -> list[tuple[int, int, Thing]]:
    """Of names that overlap, the longest: `output vector` is no output."""
    kept: list[tuple[int, int, Thing]] = []
    for one in sorted(found, key=lambda item: (item[0] - item[1], item[0])):
        if all(one[1] <= other[0] or other[1] <= one[0] for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda item: item[0])


__all__ = ["THINGS", "Sizes", "Thing", "longest", "part_of", "products_in"]
