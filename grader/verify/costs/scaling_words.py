# ruff: noqa: E501 -- a pattern, a table row or a sentence stays on one line
"""The words of growth: sizes, degrees, factors, errors of estimates."""

from __future__ import annotations

import re
from fractions import Fraction

SIZE = r"(?P<letter>\b(?:N|n|T|D|d|M|R|L|C|B|H|D_\{?(?:random|rand|R|r|k|v)\}?|D_\{?\\text\{random\}\}?)(?![A-Za-z0-9_']))"
WHAT = (
    r"(?:the\s+)?(?:(?:sequence|context|input|text)\s+(?:length\s+)?(?P<size>SIZE)|(?:number|amount)\s+of\s+(?P<many>training (?:images|examples|points|samples)|tokens|positions|keys|queries|keys and queries|(?:random\s+)?features|(?:random\s+)?(?:directions|projections|frequencies)|heads|sequences)(?:\s+SIZE)?"
    r"|(?P<words>(?:sequence|context|input|text)(?:\s+length)?|tokens|positions|keys|length|batch size|(?:head|key|query|model)\s+(?:dimension|size|width)|features|frequencies|random features)|SIZE)"
)


def _what(tail: str = "") -> str:
    """The pattern of a size, its groups' names made unique by `tail`."""
    place = iter(range(9))
    pattern = re.sub(r"SIZE", lambda _: SIZE.replace("letter", f"letter{next(place)}"), WHAT)
    return re.sub(r"\(\?P<(\w+)>", lambda m: f"(?P<{m.group(1)}{tail}>", pattern)


DEGREES: dict[str, Fraction | None] = {
    "linear": Fraction(1), "quadratic": Fraction(2), "cubic": Fraction(3), "constant": Fraction(0), "independent": Fraction(0),
    "exponential": None, "logarithmic": None, "square": Fraction(2), "cube": Fraction(3), "square root": Fraction(1, 2),
    "proportional": Fraction(1),
}  # fmt: skip
DEGREE = re.compile(
    r"(?P<bound>\bat (?:least|most) )?\b(?:(?P<degree>linear|quadratic|cubic|constant|independent|exponential|logarithmic|proportional)(?:ly|ally)?"
    r"(?:\s+(?:time|cost|complexity|growth|memory|scaling|work|dependence))?\s+(?:in|with|of|on|to)|"
    r"(?:grows?|scales?|increases?|rises?)\s+(?:like|as|with)\s+the\s+(?P<power>square root|square|cube)\s+of)\s+" + _what()
    + r"(?P<raised>\s*(?:²|³|\^\s*\{?\s*[23]\s*\}?|\s(?:squared|cubed)\b))?(?!\s?[·*(/^]|\s?(?-i:[NDMRLC])\b|[²³⁴])",
    re.I,
)  # fmt: skip
# "only S and z, that is 2RM + 2R numbers, independent of N": what is kept, not what is done
KEPT = re.compile(r"\b(?:numbers|floats|entries|values|scalars|bytes)\W*(?:(?:which|that|this|and) (?:is|are|stays?)\W*)?$", re.I)  # fmt: skip
NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|(?:a |one )?(?:hundred|thousand)|two|three|four|five|six|seven|eight|nine|ten|sixteen|twenty)"
TIMES = rf"(?P<times>{NUMBER})\s*(?:x|×|\\times|times|-fold|fold)"
TRIGGER = re.compile(
    rf"\b(?P<verb>doubl|tripl|quadrupl|halv)ing\s+{_what('0')}"
    rf"|\b(?:multiplying|increasing|scaling|raising)\s+{_what('1')}\s+(?:by\s+(?:a\s+factor\s+(?:of\s+)?)?(?P<factor>{NUMBER})|(?P<fold>{NUMBER})-fold)"
    rf"|\b(?:(?P<twice>twice|half)|(?P<count>{NUMBER})\s*(?:x|×|\\times|times))\s+(?:as\s+many|as\s+long\s+an?|the\s+number\s+of|more|the)\s+{_what('2')}"
    rf"|\b(?:sequence|text|prompt|context|input)s?(?:\s+length)?\s+(?:that\s+|which\s+)?(?:gets?\s+|becomes?\s+|is\s+|of\s+|grows?\s+)?(?:to\s+)?(?:(?P<twicelong>twice)|(?P<longer>{NUMBER})\s+times)\s+(?:as\s+(?:long|large)|the\s+length)"
    rf"|\bfrom\s+(?P<from>N|D|M|R|L|C|n|d)\s*=\s*(?P<a>\d[\d,]*)\s+to\s+(?:(?:N|D|M|R|L|C|n|d)\s*=\s*)?(?P<b>\d[\d,]*)"
    rf"|\b(?:if|when|as|once)\s+{_what('3')}\s+(?:and\s+(?P<beside>[NMDd](?:_[kv])?)\s+(?:both\s+)?)?(?:is\s+|are\s+)?(?P<passive>doubl|tripl|quadrupl|halv)(?:es|ed|e)\b"
    rf"|\b(?:if|when|once)\s+(?:we|you|one)\s+(?P<active>doubl|tripl|quadrupl|halv)e\s+{_what('5')}"
    rf"|\b(?:if|when|as|once|with|making)\s+{_what('4')}\s+(?:(?:grows?|increases?|rises?|becomes?|gets?|is|growing)\s+)?(?:by\s+a\s+factor\s+(?:of\s+)?(?P<grown>{NUMBER})\b|(?P<manyfold>{NUMBER})[- ]?fold\b|(?P<manytimes>{NUMBER})\s+times\s+(?:as\s+)?(?:large|long|great|big|wide)(?:r|er)?\b)",
    re.I,
)  # fmt: skip
EFFECT = re.compile(
    rf"\b(?P<verb>doubl|tripl|quadrupl|halv)(?:es|ed|e)\b"
    rf"|(?:(?P<twice>twice|half)|{TIMES})\s*(?P<way>slower|faster|longer|cheaper|more|as\s+(?:slow|long|much|many|expensive|large|big|high|dear|costly)|the\s+(?:time|cost|work|memory)|larger|smaller|lower|higher|bigger)"
    rf"|\b(?P<direction>shrinks?|falls?|drops?|decreases?|grows?|increases?|rises?|goes up|multiplies)\s+(?:only\s+)?by\s+(?:a\s+factor\s+(?:of\s+)?)?(?P<by>{NUMBER})(?:\s*(?:x|×|\\times|times)|\b(?!\s*(?:%|percent|points)))",
    re.I,
)  # fmt: skip
# "multiplies softmax time by about 4 and random-feature time by √2"
MULTIPLIES = re.compile(
    rf"\b(?:multipl(?:ies|y)|raises?|increases?|scales?|lifts?|brings? up|pushes)\s+(?P<what>[^.;,]{{2,50}}?)\s+by\s+(?:about |roughly |around |only |just |a factor (?:of )?)*(?P<by>√\s?\d+|{NUMBER})(?!\s?(?:%|percent))"
    rf"|(?:\band\b|,|;)\s+(?:only )?(?P<also>[^.;,]{{2,50}}?)\s+by\s+(?:about |roughly |around |only |just |a factor (?:of )?)*(?P<also_by>√\s?\d+|{NUMBER})(?!\s?(?:%|percent))",
    re.I,
)
DECAY = re.compile(
    r"\b(?:decays?|falls?|shrinks?|drops?|decreases?|goes? down|vanish(?:es)?|declines?|behaves|scales?|goes?|is|are)\s+(?:only\s+)?(?:like|as|with|at (?:a|the) rate(?: of)?|of order)?\s*"
    r"(?P<law>(?:O\s?\(|\\mathcal\{?O\}?\s?\(|Θ\s?\()?\s*(?:1\s*/\s*(?P<root>√|\\sqrt\s?\{?)?\s*\(?(?:R|D_\{?(?:random|rand)\}?)\}?\)?(?P<square>²|\^\s*\{?2\}?)?|(?:R|D_\{?random\}?)\s*(?:\^\s*\{?\s*[-−]\s*(?P<exponent>1/2|0\.5|1|2)\s*\}?|⁻(?P<raised>¹ᐟ²|¹|²)))\s*\)?)(?!\s*[\^²³⁴√\w])",
)  # fmt: skip
NEEDED = re.compile(
    rf"\bto\s+(?:(?P<verb>halv)e|(?:reduce|cut|shrink|decrease|divide)\s+(?P<what>.{{3,40}}?)\s+by\s+(?:a\s+factor\s+(?:of\s+)?)?(?P<by>{NUMBER}))\b(?P<rest>.{{0,70}}?)[,\s]+(?:(?:you|we|one)\s+(?:would\s+)?)?(?:needs?|requires?|takes?|uses?|asks? for|must (?:use|take)|(?:has|have) to (?:use|take|draw))\s+(?:about|roughly|around|some)?\s*"
    rf"(?:(?P<twice>twice)|(?P<count>{NUMBER})\s*(?:x|×|\\times|times))\s+(?:as\s+many|the\s+number\s+of|more)\s+(?P<kind>(?:random\s+)?features|frequencies|directions|projections|samples)",
    re.I,
)  # fmt: skip
SPREADS = (
    (re.compile(r"variance|mean[- ]squared? error|\bmse\b", re.I), Fraction(-1), "the variance of a mean of R independent terms is 1/R of one term's"),
    (re.compile(r"standard (?:deviation|error)|root[- ]mean[- ]squared?|\brmse\b|\b(?:approximation |estimation |typical )?error\b|fluctuations?", re.I), Fraction(-1, 2), "the standard deviation of a mean of R independent terms is 1/√R of one term's"),
)  # fmt: skip
ESTIMATES = re.compile(r"random|estimat|frequenc|monte|features|unbiased|R terms|variance of one", re.I)
