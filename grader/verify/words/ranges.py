# ruff: noqa: E501 -- a pattern stays on one line
"""In which range a quantity of the course lies, and whether it takes its ends: the quantities and what they are called.

A range has a least and a greatest value, each attained or not, at margins, sizes and numbers of directions that differ
from world to world: `4 + α` is the largest loss on the sphere in each of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.verify.reading.patterns import compiled

NEAR = 700
Sizes = Mapping[str, float]
WORLDS: tuple[Sizes, ...] = (
    {"alpha": 0.2, "R": 128, "N": 1000, "D": 64, "M": 32},
    {"alpha": 0.7, "R": 50, "N": 12, "D": 16, "M": 5},
)


@dataclass(frozen=True)
class End:
    """One end of a range in each world, and whether it is taken."""

    at: Callable[[Sizes], float]
    taken: bool = True


@dataclass(frozen=True)
class Quantity:
    """What it is called, where it lies, why, and what takes its ends."""

    words: str
    low: End
    high: End
    says: str
    lowest: Mapping[str, object] = field(default_factory=dict)
    highest: Mapping[str, object] = field(default_factory=dict)
    scope: str = ""
    unless: str = "(?!)"
    not_near: str = "(?!)"  # what right before or in the sentence makes it another thing
    of_features: bool = False  # of the feature map √(1/R)[sin, cos] only

    def in_scope(self, sentence: str, around: str) -> bool:
        """Whether a sentence within its text speaks of this quantity."""
        return (
            compiled(f"(?s:{self.scope})").search(around) is not None
            and compiled(self.not_near).search(around[-len(sentence) - NEAR :]) is None
            and compiled(self.unless).search(sentence) is None
        )


def at(value: float, *, taken: bool = True) -> End:
    """An end that is the same in every world."""
    return End(lambda _: value, taken)


NOWHERE = at(math.inf, taken=False)
SPHERE = r"unit (?:hyper)?(?:sphere|norm|length|vectors?|circle)|\bsphere\b|normali[sz]ed (?:embeddings?|vectors?)|(?:norm|length) (?:one|1)\b|‖(?:f\(\w\)|\w)‖(?:_2)? ?= ?1(?!\d)|lie on the (?:unit )?(?:hyper)?sphere"
_FREE = r"\b(?:our|my|observed|measured|seen|batch|data|run|same (?:class|person|identity)|non-?negative|orthant|relu|orthogonal|perpendicular|hemisphere|accepted|threshold|not normali[sz]ed|unnormali[sz]ed|without normali[sz]|semi-?hard|hard negatives?|of the positives?|to (?:the|its) (?:positive|negative))\b"
_THE = r"(?:(?:the|a|an|any|each|every|no|all|its|their|of|one|two|both|single|such|these) )*"
_TWO = r"(?:(?:between|of|from) (?:(?:any|two|the|unit|such|normali[sz]ed|both|a pair of|different|distinct) )*(?:unit vectors|points|embeddings|vectors|faces|of them|images|q and k|x and y|u and v)(?: (?:on|of|from) (?:the |a )?(?:unit )?(?:hyper)?(?:sphere|circle))?)"
_PAIR = r"(?:[axyupfqi](?:\w|\(\w+\)|_\w)?|f\([^()]{1,4}\)|e_\w)"
SQUARED = rf"{_THE}squared (?:euclidean |L_?2 |l2 )?distances?(?: {_TWO})?|{_THE}(?:euclidean )?distances? squared|‖ ?{_PAIR} ?- ?{_PAIR} ?‖(?:_2)?\^2"
PLAIN = rf"{_THE}(?:plain |ordinary |unsquared |euclidean )*distances?(?: {_TWO})?|‖ ?{_PAIR} ?- ?{_PAIR} ?‖(?:_2)?(?!\^|_)"
COSINE = rf"{_THE}(?:cosines?(?: similarit(?:y|ies))?|(?:inner|dot|scalar) products?)(?: {_TWO})?"
LOSS = rf"{_THE}(?:(?:triplet |hinge )?(?:loss|hinge)(?:es)?|terms?|summands?)(?: (?:of|for) {_THE}(?:single )?(?:triplets?|terms?))?"
_PHI = r"(?:φ|z)\([qx](?:_\w)?\)(?:\^T ?| ?· ?| )?(?:φ|z)\([ky](?:_\w)?\)(?:\^T)?"
ESTIMATE = rf"{_PHI}|{_THE}(?:(?:random[- ]feature|kernel|monte[- ]carlo|approximate|resulting) )*(?:estimates?|estimators?|approximations?)(?: of {_THE}(?:gaussian |rbf )?(?:kernel|G)(?: values?)?)?|{_THE}(?:inner|dot|scalar) products? of (?:the |two )*(?:random )?feature(?:s| vectors)|{_THE}(?:estimated|approximate[d]?) kernel(?: values?| entries)?"
GAUSSIAN = rf"{_THE}(?:gaussian|rbf)(?: kernel)?(?: values?| function)?(?: (?-i:G|K|κ))?(?:\(\w+, ?\w+\))?|(?-i:G|G_ij|K_G|κ)(?:\(\w+(?:_\w)?, ?\w+(?:_\w)?\))?(?!\w)|e\^\{{?-‖q ?- ?k‖\^2/\(2σ\^2\)\}}?|exp\(-‖q ?- ?k‖\^2/\(2σ\^2\)\)"
EXPONENTIAL = rf"{_THE}(?:exponential|softmax) (?:kernel|similarity)|exp\(q(?:_i)?(?:\^T ?| ?· ?)k(?:_j)?(?: ?/ ?(?:√\(?[Dd]\w*\)?|σ\^2))?\)|e\^\{{?q(?:\^T ?| ?· ?)k(?:/(?:√\(?[Dd]\w*\)?|σ\^2))?\}}?"
POLYNOMIAL = rf"\(?q(?:_i)?(?:\^T ?| ?· ?)k(?:_j)? ?\+ ?1\)\^2|{_THE}(?:degree-(?:2|two) |quadratic |polynomial |inhomogeneous )+kernel"
_NORM_FACTOR = r"(?:exp\(|e\^\{?\(?)\+?‖(?:q|k)(?:_\w)?‖\^2/\(?2(?:σ\^2|√\(?[Dd]\w*\)?)\)?\)*\}?"
WEIGHT = rf"{_THE}(?:softmax |attention )+(?:weights?|probabilit(?:y|ies))"
VARIANCE = rf"{_THE}variances?(?: of (?:{_PHI}|{_THE}(?:kernel |random[- ]feature )*(?:estimates?|estimators?|approximation)(?: of {_THE}(?:gaussian )?kernel)?))"
DEVIATION = rf"{_THE}(?:standard (?:deviation|error)s?)(?: of (?:{_PHI}|{_THE}(?:kernel |random[- ]feature )*(?:estimates?|estimators?|approximation)(?: of {_THE}(?:gaussian )?kernel)?))"
_TRIG = r"^(?=.*(?:random|fourier|\bcos))(?!.*(?:positive (?:random )?features|FAVOR|Performer))"
_ESTIMATE_UNLESS = (
    r"attention|output|quotient|ratio|numerator|denominator|variance|deviation|error|unbiased|bias"
)

QUANTITIES: tuple[Quantity, ...] = (
    Quantity(SQUARED, at(0), at(4), "‖u − v‖² = 2 − 2 u·v lies between 0 and 4 on the unit sphere", {"u": [1, 0], "v": [1, 0], "squared distance": 0}, {"u": [1, 0], "v": [-1, 0], "squared distance": 4}, SPHERE, _FREE + r"|\bplain\b"),
    Quantity(PLAIN, at(0), at(2), "‖u − v‖ lies between 0 and 2 on the unit sphere", {"u": [1, 0], "v": [1, 0], "distance": 0}, {"u": [1, 0], "v": [-1, 0], "distance": 2}, SPHERE, _FREE + r"|squared"),
    Quantity(COSINE, at(-1), at(1), "the inner product of unit vectors is the cosine of their angle", {"u": [1, 0], "v": [-1, 0], "u·v": -1}, {"u": [1, 0], "v": [1, 0], "u·v": 1}, SPHERE, _FREE + "|random|features|quer|key|relu"),
    Quantity(LOSS, at(0), End(lambda s: 4 + s["alpha"]), "on the unit sphere [d(a,p) − d(a,n) + α]₊ lies between 0 and 4 + α: the positive opposite the anchor, the negative on it", {"d(a,p)": 0.1, "d(a,n)": 1, "margin": 0.2, "loss": 0}, {"d(a,p)": 4, "d(a,n)": 0, "margin": 0.2, "loss": 4.2}, rf"^(?=.*(?:triplet|facenet|anchor))(?=.*(?:{SPHERE}))", r"semi|\bhard\b|easy|collaps|same point|batch|active|cross|mean|plain distance|minim|gradient|lies? on the sphere"),
    Quantity(ESTIMATE, at(-1), at(1), "it is a mean of cosines of w·(q − k)", {"R": 1, "w·(q − k)": "π", "φ(q)·φ(k)": -1}, {"q = k": True, "φ(q)·φ(k)": 1}, _TRIG, _ESTIMATE_UNLESS, of_features=True),
    Quantity(GAUSSIAN, at(0, taken=False), at(1), "exp(−d) with d ≥ 0 lies in (0, 1], and is 1 at d = 0", {"‖q − k‖²/(2σ²)": 10, "kernel": 0.0000454}, {"q = k": True, "kernel": 1}, r"gauss|\bRBF\b|kernel", r"estimat|approximat|random|variance|feature map|attention with|matrix|polynomial|\btimes\b|·|product of"),
    Quantity(EXPONENTIAL, at(0, taken=False), NOWHERE, "exp grows without bound with q·k and is positive", {"q·k": -10, "exp": 0.0000454}, {"q·k": 10, "exp": 22026}, "", r"unit|normali|estimate|approximat|gaussian kernel times|\btimes\b"),
    Quantity(POLYNOMIAL, at(0), NOWHERE, "a square is never negative, and 0 where q·k = −1", {"q·k": -1, "(q·k + 1)²": 0}, {"q·k": 9, "(q·k + 1)²": 100}, "", r"unit|normali|features?|entries"),
    Quantity(_NORM_FACTOR, at(1), NOWHERE, "‖·‖² is not negative, so exp of it over 2σ² is at least 1", {"‖k‖": 0, "factor": 1}, {"‖k‖²/(2σ²)": 10, "factor": 22026}, "", "-‖|unit|normali"),
    Quantity(WEIGHT, at(0, taken=False), at(1, taken=False), "softmax weights are positive and sum to one", {"weights": [0.0001, 0.9999]}, {"weights": [0.0001, 0.9999]}, r"softmax|attention", r"random|polynomial|linear|feature|mask|estimat|RFA|kerneli|single key|one key|sum"),
    Quantity(VARIANCE, at(0), End(lambda s: 1 / (2 * s["R"]), taken=False), "the variance (1 − K²)²/(2R) lies between 0 at K = 1 and 1/(2R) as K tends to 0", {"K": 1, "variance": 0}, {"R": 1, "K": 0.01, "variance": 0.4999}, _TRIG, "output|attention|ratio|single cosine|one cosine|random phase|cos\\(Wx ?\\+ ?b", of_features=True),
    Quantity(DEVIATION, at(0), End(lambda s: 1 / math.sqrt(2 * s["R"]), taken=False), "the standard deviation (1 − K²)/√(2R) is below 1/√(2R)", {"K": 1, "deviation": 0}, {"R": 1, "K": 0.01, "deviation": 0.707}, _TRIG, "output|attention|ratio|coordinate|entr|random phase|cos\\(Wx ?\\+ ?b", of_features=True),
    Quantity(rf"{_THE}(?:(?-i:VAL|FAR)(?:\(\w\))?|validation rates?|false[- ]accept(?:ance)? rates?|accurac(?:y|ies)|vote shares?)", at(0), at(1), "it is a share of a number of pairs, images or votes", {}, {}, r"facenet|verification|prediction depth|probe|pairs", r"%|per ?cent|our|my"),
    Quantity(rf"(?:‖(?:φ|z)\(\w\)‖(?:_2)?(?:\^2)?|{_THE}(?:squared )?(?:euclidean )?(?:norms?|lengths?) of {_THE}(?:random )?feature vectors?(?: of {_THE}(?:inputs?|tokens?|x))?|{_THE}(?:random )?feature vectors?(?: (?:of|for) {_THE}(?:inputs?|tokens?|vectors?|x))?(?= (?:has|have|is|are|lies?) (?:all |always |of |exactly |(?:a |the )?(?:euclidean )?)*(?:norm|length)))", at(1), at(1), "sin² + cos² = 1 for each frequency, so φ(x)·φ(x) = R/R = 1 whatever is drawn", {"R": 1, "w·x": [0, 1, 2], "φ(x)·φ(x)": [1, 1, 1]}, {"R": 1, "w·x": [0, 1, 2], "φ(x)·φ(x)": [1, 1, 1]}, _TRIG, r"phase|on average|in expectation|expected|key", r"polynomial|\+ ?1\)\^2|quadratic|monomial|ψ", of_features=True),
    Quantity(rf"{_THE}elu\(\w+\) ?\+ ?1|elu ?\+ ?1", at(0, taken=False), NOWHERE, "elu(x) + 1 is eˣ for x < 0 and x + 1 from 0 on", {"x": -10, "elu(x) + 1": 0.0000454}, {"x": 9, "elu(x) + 1": 10}, "", "numerical|float"),
    Quantity(rf"{_THE}cross[- ]?entrop(?:y|ies)(?: loss)?(?: of {_THE}(?:example|image|prediction)s?)?", at(0, taken=False), NOWHERE, "−log p of the true class is positive and grows without bound", {"p": 0.999, "cross-entropy": 0.001}, {"p": 0.001, "cross-entropy": 6.9}, "", r"correct|accuracy|uniform|initial|mean|our|best|below|chance|between two"),
)  # fmt: skip


def squared_letter(text: str) -> str | None:
    """The letter by which a text in plain signs names the squared distance of two embeddings.

    >>> squared_letter("Put D(x,y)=‖x-y‖^2 for embeddings"), squared_letter("the symbol d(x,y) always means the squared distance")
    ('D', 'd')
    """
    named = [
        found.group("letter")
        for pattern in (SQUARED_IS, SQUARED_MEANS)
        for found in pattern.finditer(text)
    ]  # fmt: skip
    return named[-1] if named and len(set(named)) == 1 else None


SQUARED_IS = re.compile(
    r"(?<![\w\\])(?P<letter>[dDδρ])(?:\([\w(), ]{1,14}\)|_\{?\w{1,3}\}?)? ?:?= ?‖[^‖]{1,24}‖(?:_2)?\^2"
)
SQUARED_MEANS = re.compile(
    r"(?<![\w\\])(?P<letter>[dDδρ])(?:\([\w(), ]{1,14}\)|_\{?\w{1,3}\}?)? (?:\w+ ){0,3}?(?:means|denotes|is|stands for|be) (?:\W?the\W? |\W*)(?:\*?squared\*?) (?:euclidean )?distance"
)

SQUARED_THROUGHOUT = re.compile(
    r"\bdistances?\b[^.;]{0,50}\b(?:squared|squares)\b|\bsquared\b[^.;]{0,20}\bdistances?\b[^.;]{0,30}\b(?:throughout|everywhere|always)\b", re.I
)  # fmt: skip

__all__ = [
    "PLAIN",
    "QUANTITIES",
    "SQUARED",
    "SQUARED_THROUGHOUT",
    "WORLDS",
    "End",
    "Quantity",
    "Sizes",
    "squared_letter",
]
