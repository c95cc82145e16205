# ruff: noqa: E501 -- a pattern stays on one line
"""What words name that can cost something, whatever their order: parts of attention, whole methods, what is kept.

Each `Thing` has its own vocabulary. `read_things` takes every word of a phrase that it knows; what is left over and is
no filling is returned too, so that a caller can tell a phrase that is understood from one that only looks like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from grader.verify.costs.cost_vocabulary import FILLING, KNOWN_ACTIONS
from grader.verify.costs.operations import normal


class Thing(Enum):
    """Something that costs operations, or numbers to keep."""

    LEFT = "the product taken from the left"
    RIGHT = "the product taken from the right"
    OTHER_ORDER = "the other order of the products"
    AGAIN = "sums formed afresh for every position"
    ALL_STATES = "the states of all positions"
    CACHE = "the keys and values of all tokens"
    SIMILARITIES = "φ(Q)φ(K)ᵀ"
    MIXING = "the weights times V"
    SCORES = "QKᵀ"
    ROWS = "the exponentials and their row sums"
    WEIGHTS = "the attention weights"
    NUMERATORS = "the numerators φ(Q)S"
    DENOMINATORS = "the denominators φ(Q)Z"
    DIVISIONS = "the divisions"
    UPDATE = "an update of the sums"
    KEY_UPDATE = "an update of Z"
    SUMS = "the sums S and Z"
    S = "S = φ(K)ᵀV"
    Z = "Z = φ(K)ᵀ1"
    READING = "reading the state out"
    STATE = "the running state"
    PROJECTIONS = "the projections onto the random directions"
    WAVES = "the sines and cosines"
    WEIGHING = "weighting the features of the keys"
    NORMS = "the squared norms"
    FEATURES = "the features"
    DIRECTIONS = "the matrix of the directions"
    DISTANCES = "the distances in a batch"
    SOFTMAX = "softmax attention"
    POLYNOMIAL = "attention by degree-2 features"
    CUBIC = "attention by degree-3 features"
    RANDOM = "random-feature attention"
    LINEAR = "kernelized attention"
    CAUSAL = "the causal recursion"
    MASK = "the causal mask"
    OUTPUTS = "the outputs"
    TOTAL = "everything together"
    WHOLE = "the whole"


_Q, _K = r"\(\s*(?:Q|q_?\{?\w?\}?)\s*\)", r"\(\s*(?:K|k_?\{?\w?\}?)\s*\)"
_PHI = r"[φψΦΨϕ](?:_\{?\w+\}?)?"
_T = r"\s?(?:ᵀ|\^T|')?\s?"
_BY = r"\s*(?:times|by|with|and|into|onto|to|·|\*|×)\s*"
_THE = r"(?:(?:the|all|every|each|its|their|these|those|an?|of|for|N|both) )*"
_SMALL_S = r"(?:(?-i:\bS)(?:_\{?[\w−-]+\}?|[ᵢₙ])?(?![A-Za-z\w'’]))"
_SMALL_Z = r"(?:(?<![A-Za-z\\])[Zz](?:_\{?[\w−-]+\}?|[ᵢₙ])?(?:ᵀ|\^T)?(?![A-Za-z\w'’]))"
_MAKE = r"(?:comput|form|build|fill|evaluat|calculat|obtain|construct|accumulat|produc|creat|generat|get)\w*"
_KEEP = r"(?:stor\w+|keep\w*|kept|sav\w+|hold\w*|held|retain\w*|remember\w*|cach\w+|materiali[sz]\w+)"

_MANY_S = r"(?:(?-i:S)_\{?1\}?\s*,\s*(?:…|\\[lc]?dots|\.\.\.)\s*,?\s*(?-i:S)_\{?\w+\}?)"

VOCABULARY: tuple[tuple[Thing, str], ...] = (
    (Thing.SOFTMAX, rf"(?:\\(?:mathrm|text|operatorname)\{{)?softmax\}}?\s*\((?:[^()]|\([^()]*\))*\)\s*V(?![a-z])|\(\s*Q\s?K{_T}\)\s*V(?![a-z])"),
    (Thing.LEFT, rf"\(\s*{_PHI}{_Q}{_T}{_PHI}{_K}{_T}\)\s*V(?: from the left| first)?|left(?:most)?[- ](?:bracketing|grouping|association|order)|left[- ]to[- ]right(?: (?:order|evaluation|product))?|(?:bracket|multipl|comput|group)\w* from the left|the left[- ]hand (?:side|order)"),
    (Thing.RIGHT, rf"{_PHI}{_Q}{_T}\(\s*{_PHI}{_K}{_T}V\s*\)|right(?:most)?[- ](?:bracketing|grouping|association|order)|right[- ]to[- ]left(?: (?:order|evaluation|product))?|the right[- ]hand (?:side|order)|(?:these|those|the right) brackets"),
    (Thing.OTHER_ORDER, r"the (?:other|opposite|reverse|wrong) (?:order|way round|bracketing|grouping)|brackets? the other way(?: round)?"),
    (Thing.ALL_STATES, rf"(?:{_KEEP} )?(?:(?:all|the|of|N|matrices|states|sums|prefix) )*{_MANY_S}(?: at once)?|{_KEEP} (?:(?:all|every|each)(?: of)? (?:the |these |single |running |intermediate )*(?:{_SMALL_S}|states?|running sums?|prefix sums?|partial sums?)|a copy of {_SMALL_S} (?:for|at) (?:every|each) \w+|{_SMALL_S} (?:for|at) (?:every|each|all) (?:\w+)|(?:the )?(?:states?|sums?) (?:of|at|for) (?:all|every|each) (?:\w+))(?: (?:for|in) (?:the )?(?:backpropagation|backward pass|backprop|training|gradients?|autograd))?|(?:all|every|each) (?:of )?(?:the |N |single )*(?:states?|(?:prefix|running|partial) (?:sums?|matri(?:x|ces)|states?)|{_SMALL_S})(?: (?:is|are|being) (?:all )?{_KEEP})?|all (?:of )?(?:the )?(?:N )?(?:states|prefix sums|{_SMALL_S})"),
    (Thing.AGAIN, r"from scratch|from zero|recomput\w+|rebuild\w*|re-?summing|afresh|anew|all over again|na[iï]ve(?:ly)?|starting over|fresh sums?"),
    (Thing.CACHE, r"(?:kv|key[- ]value)[- ]caches?|caches?|(?:all )?(?:the )?(?:past|previous|earlier|old|seen) (?:keys and values|keys|tokens)|all (?:the )?keys and (?:all )?values"),
    (Thing.SIMILARITIES, rf"{_PHI}{_Q}{_T}{_PHI}{_K}{_T}"),
    (Thing.MIXING, rf"(?:(?:the )?(?:attention )?(?:weights?|weight matrix|attention matrix|probabilit\w+|softmax matrix|softmax(?:\(.{{1,20}}?\))?|A|P|result|it|them|this|rows?)){_BY}(?:the )?(?:(?-i:\bV\b)|(?:matrix of )?values\b)|(?<!sums )(?:times|by|with|·)\s*(?:the )?(?:(?-i:\bV\b)|(?:matrix of )?values\b)|(?:the )?products? (?:with|by) (?:the )?(?:(?-i:V\b)|values)|multipl\w+ (?:(?:the |an? )?(?:attention )?(?:weights?|matrix|result|it|them|this|values|rows?|softmax)? ?)(?:by|with|into|to|and|onto) (?:the )?(?:(?-i:V\b)|values|(?:attention )?weights)|(?:averag\w+|mix\w+|combin\w+|weigh\w+|weighted (?:sums?|averages?|means?|combinations?)|appl\w+ (?:the )?(?:attention )?weights) (?:of|over|to|on)? ?(?:the |all |all the )?(?:values?|(?-i:V\b))(?: vectors?)?(?: (?:with|by) (?:the|these|those) weights)?|values (?:are )?(?:weighted|averaged|mixed)(?: (?:with|by) \w+)?"),
    (Thing.SCORES, rf"Q\s?K{_T}(?:/√\w)?|(?:attention |query-key |dot[- ]product )?(?:scores?|logits?|similarit(?:y|ies))(?: matri(?:x|ces))?|(?:all |the )?(?:pairwise )?(?:dot|inner|scalar) products?(?: (?:of|between|for) (?:all|every|each|the|a|one)? ?(?:pairs?(?: of (?:queries and keys|tokens))?|quer(?:y|ies)(?: (?:and|with) (?:all |every |each |the )?keys?)?))?|compar\w+ (?:of )?(?:all|every|each|the) (?:quer(?:y|ies)|tokens?|pairs?)(?: (?:with|to|and|against) (?:all|every|each|the)(?: other)? ?(?:keys?|tokens?)?)?|query[-–]key (?:products?|pairs?|comparisons?)"),
    (Thing.ROWS, r"exponentials?(?: and (?:the |their )?(?:row sums|sums|normali[sz]ation))?|exponentiat\w+|row sums?|normali[sz]\w+ (?:of )?(?:the )?(?:rows?|scores|weights)|(?:row-?wise|applying|taking) (?:the )?softmax|softmax (?:itself|normali[sz]ation|step|function)|softmax over (?:the )?rows"),
    (Thing.WEIGHTS, r"(?:attention|softmax) (?:weights?|matri(?:x|ces)|probabilit\w+|maps?)|(?:N|n)\s*(?:×|x|by|\\times)\s*(?:N|n)(?: (?:attention|weight|score|softmax))? (?:matri(?:x|ces)|arrays?|weights?|table)|weight matri(?:x|ces)|matrix of (?:attention )?weights|(?:all )?the weights|full matrix"),
    (Thing.NUMERATORS, rf"numerators?|{_PHI}{_Q}{_T}(?:\s?times |·)?{_SMALL_S}|{_SMALL_S}{_T}{_PHI}{_Q}"),
    (Thing.DENOMINATORS, rf"denominators?|normali[sz](?:ers?|ation (?:factors?|terms?))|{_PHI}{_Q}{_T}(?:\s?times |·)?{_SMALL_Z}|{_PHI}{_Q}{_T}\(\s?{_PHI}{_K}{_T}\s?(?:1|𝟏|𝟙)\s?\)"),
    (Thing.DIVISIONS, r"(?:the |final )?divisions?(?: by (?:the |its )?(?:denominators?|scalars?))?|dividing(?: (?:by|the) [\w ]{0,30})?"),
    (Thing.KEY_UPDATE, rf"updat\w+ (?:of |to |for )?(?:the vector )?{_SMALL_Z}|add\w* {_THE}(?:token|key|feature vector|{_PHI}{_K}) to {_SMALL_Z}"),
    (Thing.UPDATE, rf"{_SMALL_S} from {_SMALL_S}|(?:step )?from {_SMALL_S} to {_SMALL_S}|updat\w+ (?:of |to |for )?{_THE}(?:matrix |running |state |two )*(?:{_SMALL_S}(?: and {_SMALL_Z})?|states?|sums|memory)|(?:add\w*|absorb\w*|fold\w*|insert\w*|includ\w*|tak\w+ in) (?:in )?{_THE}(?:new |next |single |further |more )*(?:token|key|pair|position|key-value pair)s?(?: (?:in)?to {_THE}(?:{_SMALL_S}|state|sums?))?|(?:rank[- ](?:one|1)|outer) (?:updates?|products?)(?: {_PHI}{_K}{_T}v_?\{{?\w?\}}?{_T})?|{_PHI}{_K}{_T}v_?\{{?\w\}}?{_T}|{_PHI}{_K}{_T}\s?v_\{{?\w\}}?|updates?\b|updating"),
    (Thing.READING, rf"read(?:ing)?[ -]?(?:it |them |{_SMALL_S} )?(?:out|off)s?(?: of {_THE}(?:state|{_SMALL_S}))?|quer(?:y|ying) (?:of )?{_THE}state|reading (?:{_SMALL_S}|{_THE}state)"),
    (Thing.S, rf"{_PHI}{_K}{_T}(?:times )?V\b|[∑Σ]\S{{0,12}}\s?{_PHI}{_K}{_T}\s?v_?\{{?\w\}}?{_T}|(?:matrix |sum |product )?{_SMALL_S}|key[- ]value (?:matrix|summary|product|sum)|the (?:inner )?brackets?"),
    (Thing.Z, rf"{_PHI}{_K}{_T}(?:1|𝟏|𝟙)(?!\d)|[∑Σ]\S{{0,12}}\s?{_PHI}{_K}|(?:vector |sum )?{_SMALL_Z}|(?:the )?sum of (?:all )?(?:the )?(?:key features|features of (?:all |the )*keys)"),
    (Thing.SUMS, r"(?:two |both |running |prefix |cumulative |global |partial |key )*sums?(?! of)(?: up)?(?: (?:with|over) (?:the )?values)?"),
    (Thing.STATE, r"(?:running |recurrent |hidden |carried |current |internal )*states?|accumulators?"),
    (Thing.PROJECTIONS, rf"projections?|projecting(?: {_THE}(?:queries and keys|keys and queries|queries|keys|vectors?|tokens?))?|[QKX]\s?W{_T}|\bW\s?x\b|w_?\{{?\w?\}}?\s?ᵀ\s?[kqx](?:_\{{?\w\}}?)?"),
    (Thing.WAVES, r"sin(?:es?|us)?(?:,| and| plus|/)? ?(?:the )?cos(?:ines?)?(?: evaluations?)?|trigonometric (?:functions?|evaluations?)"),
    (Thing.WEIGHING, rf"weight\w* (?:of )?(?:the )?(?:keys['’]?(?: features)?|key features|features of the keys|{_PHI}{_K})|(?:the )?(?:key )?(?:weights?|factors?)(?: (?:on|of) the (?:keys|key features)| e_?\{{?\w\}}?)? ?(?:times|on|onto|to) (?:the )?(?:keys?|{_PHI}{_K}|key features)|e_\{{?\w\}}?\s?{_PHI}{_K}|attach\w* {_THE}key (?:weights|factors) to {_PHI}{_K}|(?<!with )(?<!with the )(?<!by the )(?<!using the )key (?:weights|factors)"),
    (Thing.NORMS, r"(?:squared )?(?:key |query |row )?(?:lengths|norms)(?: of the (?:keys|queries))?|‖[kqKQ]_?\{?\w?\}?‖[²^2]*"),
    (Thing.DIRECTIONS, r"(?:projection|frequency|direction) matrix|matrix (?:W|of (?:the )?(?:random )?(?:directions|frequencies|projections))|random (?:directions|frequencies|matrix W?)"),
    (Thing.DISTANCES, r"(?:all |the )?Gram matrix(?: E\s?Eᵀ)?|E\s?Eᵀ|(?:all |the )?(?:(?:pairwise|squared|embedding|mutual|euclidean) )+distances|distance matrix|(?:all )?pairs of (?:the |a )?batch"),
    (Thing.CUBIC, r"(?:cubic|degree[- ](?:three|3)|third[- ](?:order|degree)) (?:polynomial )?(?:kernels?|features?|feature map|map|attention|version)?(?: \(?[qx][^)]{0,12}\)\s?[³^]3?)?"),
    (Thing.POLYNOMIAL, r"(?:(?:degree[- ](?:two|2)|second[- ](?:order|degree)|quadratic|squared)[- ])?polynomial(?: \w{0,0})?(?:[- ](?:kernels?|attention|map|feature map|version|variant|method|form))*|(?:quadratic|squared|degree[- ](?:two|2)|second[- ](?:order|degree)) (?:kernels?|feature maps?|maps?|(?=features?))(?: attention)?|degree[- ](?:two|2)|deg\.? 2|\(\s?[qx]\S{0,10}\s?\S{0,8}\s?[ky]\S{0,8}\s?\+\s?1\s?\)\s?(?:²|\^\s?\{?2)"),
    (Thing.RANDOM, r"(?:causal )?(?:random[- ](?:fourier[- ])?(?:features?|feature (?:map|attention|method|version)s?|map|method|version)|\brff\b|\brfa\b)(?: attention| method| version| approximation| recipe)?|sine-cosine (?:map|features)"),
    (Thing.SOFTMAX, r"(?:soft-?max|standard|vanilla|full|exact|ordinary|usual|plain|classical|dot[- ]product|quadratic|unmasked softmax) (?:dot[- ]product )?(?:self[- ])?(?:attention|version|method|variant|layer|decoder|form)|(?:exact |plain |full |causal |masked |the )?softmax"),
    (Thing.LINEAR, r"(?:kerneli[sz]ed|lineari[sz]ed|linear|kernel|feature-based)[- ](?:self-)?(?:attention|version|method|variant|form|layer|decoder|trick)|kerneli[sz]ed|attention (?:with|by|through) (?:a |the )?(?:feature map|features|kernels?)"),
    (Thing.FEATURES, rf"(?:{_MAKE} |appl\w+ |mapping )?(?:of )?(?:the |all |given |both )*(?:random )?(?:feature (?:maps?|vectors?)|features|{_PHI}(?:{_Q} and {_PHI}{_K}|\(x\))|{_PHI}{_Q}|{_PHI}{_K})"),
    (Thing.MASK, r"(?:causal |triangular )?mask(?:ing|ed)?|causality"),
    (Thing.CAUSAL, r"causal(?:ly)?(?: (?:linear|kerneli[sz]ed) attention| version| case| form| variant| pass| attention)?|recur(?:sion|rence|rent (?:form|version|attention))|prefix[- ]sum (?:form|version)|cumsum"),
    (Thing.OUTPUTS, r"(?:all (?:the |N )?|every |each |one |an? )?(?:new )?(?:outputs?|output (?:vectors?|rows?|matrix)|results? rows?)"),
    (Thing.TOTAL, r"(?:in (?:the )?|the |grand |sum )*(?:total|overall|altogether|everything|together|in all|all told|all in all|added up|adding (?:it |them |everything )?up|summ(?:ed|ing) up|put(?:ting)? (?:it )?(?:all )?together|as a whole)"),
    (Thing.WHOLE, r"(?:(?:the|this|that|whole|entire|full|complete|total|overall|attention|one|a|each) )*(?:layer|pass|method|algorithm|approach|version|variant|recipe|computation|calculation|procedure|mechanism|operator|attention|thing)(?! (?:weights?|matri|scores?))s?|(?:(?:the|this|that|its|their|whole|entire|full|total|overall|asymptotic|time) )+(?:cost|work|time|bill|expense|run ?time|running time|complexity|price|effort)(?! (?:of|for) )|(?:we|one|you) (?:pays?|spends?)|this (?:gives|amounts to|comes to|makes)"),
)  # fmt: skip
_VOCABULARY = tuple((thing, re.compile(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])", re.I)) for thing, pattern in VOCABULARY)  # fmt: skip

GREEK = re.compile(r"(?<![A-Za-z\\])(phi|psi)(?=[_(])")
_FILLING = (
    "more another further extra additional additionally again likewise same too as if then there here "
    "first second third last finally afterwards whose where while whereas because since hence once both "
    "either neither way ways pays pay paying spent spending goes going went go accounts account "
    "contributes contribute come occupies occupy occupying fills fill contain contains holds hold holding "
    "had been being will can may must let counts count counting naturally clearly simply merely exactly "
    "precisely essentially basically order growth class notation terms term asymptotic big theta price "
    "paid amount bill raises raise brings bring down sinks sink drops drop leads lead leaves leave "
    "handled done made built filled formed computed performed performs perform performing evaluated "
    "multiplied accumulated stored kept however whatever large small long early late regardless matter no "
    "not any but say says call called means mean yields yield returns cheap cheaper dear dearer expensive "
    "out into onto off over from through via within without between beside besides beyond beforehand "
    "instead multiplications multiplication additions flops numbers floats entries operations scalar "
    "time-wise linear-time us me i'd per-token per-step rows row columns column matrix matrices vector "
    "vectors product products size sizes their these those such key-side query-side alone plus would "
    "themselves itself by contrast filling spend whoever something build entire complete two three four "
    "simple plain direct implementation implemented loop loops loop-based working carry carrying carried "
    "carries along needed generating producing produced produce equals equal ends end ended up remains "
    "remaining stays standing grows like proportional become becomes becoming turns turn works sits lies "
    "rises rise climbs climb falls fall requires demands demand asks charges eats burns consumes consume "
    "incurs incur involves involve gets sets there's that's therefore altogether summed add adds adding "
    "namely "
)
MORE_FILLING = frozenset(_FILLING.split())


@dataclass(frozen=True)
class Reading:
    """The things that a phrase names, in their order, and the words of it that are not understood."""

    things: tuple[Thing, ...]
    unknown: tuple[str, ...]
    features_only: bool = False  # whether a method is named by its features alone: "random features cost"

    def has(self, *things: Thing) -> bool:
        """Whether one of these is named."""
        return any(thing in self.things for thing in things)

    def unknown_but(self, known: frozenset[str]) -> list[str]:
        """What is not understood, besides words that the caller knows."""
        return [word for word in self.unknown if word.lower() not in known]


def read_things(words: str) -> Reading:
    """The things named in a phrase.

    >>> [thing.name for thing in read_things("reading out all n outputs then costs only").things]
    ['READING', 'OUTPUTS']
    >>> read_things("the feed-forward block after the attention takes").unknown
    ('feed', 'forward', 'block')
    """
    plain = re.sub(r"\s+", " ", GREEK.sub(lambda m: "φ" if m.group(1) == "phi" else "ψ", normal(words)))
    found: list[tuple[int, int, Thing]] = []
    for thing, pattern in _VOCABULARY:
        while True:
            match = next((m for m in pattern.finditer(plain) if m.group().strip("\x00 ")), None)
            if match is None:
                break
            found.append((match.start(), match.end(), thing))
            plain = plain[: match.start()] + "\x00" * len(match.group()) + plain[match.end() :]
    spots = sorted(found, key=lambda item: item[0])
    kept: list[tuple[int, int, Thing]] = []
    for start, end, thing in spots:
        # "random-feature attention with prefix sums" is random-feature attention
        means = thing is not Thing.CACHE and any(
            one in OWNERS and BY_MEANS.fullmatch(plain[until:start].replace("\x00", ""))
            for _, until, one in kept[-1:]
        )
        if not means:
            kept.append((start, end, thing))
    rest = re.findall(r"[A-Za-z][a-z'’]{2,}", re.sub(r"\\[A-Za-z]+", " ", plain.replace("\x00", " ")))
    # a letter that goes on with a formula makes it another one
    rest += re.findall(r"(?<=\x00)\s?([QKVSZW])(?![A-Za-z])|(?<![A-Za-z])([QKVSZW])\s?(?=\x00)", plain) and [
        "formula"
    ]
    known = FILLING | KNOWN_ACTIONS | MORE_FILLING
    return Reading(
        tuple(thing for _, _, thing in kept),
        tuple(word for word in rest if word.lower() not in known),
        bool(ONLY_FEATURES.search(re.sub(r"\s+", " ", normal(words)))),
    )


BY_MEANS = re.compile(
    r"\s*(?:with|by|using|through|via|from|based on)\s+(?:(?:the|its|two|both|a|these|explicit|given) )*\s*",
    re.I,
)
ONLY_FEATURES = re.compile(
    r"\b(?:random|fourier|polynomial|quadratic|squared|degree[- ](?:two|2)) features?\b(?![- ](?:attention|method|version|map))",
    re.I,
)
OWNERS = frozenset(
    {Thing.SOFTMAX, Thing.POLYNOMIAL, Thing.CUBIC, Thing.RANDOM, Thing.LINEAR, Thing.CAUSAL, Thing.WHOLE}
)


__all__ = ["Reading", "Thing", "read_things"]
