# ruff: noqa: E501 -- a pattern or a sentence stays on one line
"""Which quantity of the course rises or falls with which other one, in words: `a wider kernel has lower frequencies`."""

from __future__ import annotations

from collections.abc import Mapping

from grader.verify.claim import Kind, Method
from grader.verify.words.theses import Part, Thesis, Truth

# how much more or less is another matter: these say only which way
_AMOUNTS = r"doubl|halv|tripl|quadrupl|twice|\btimes\b|factor of|\bhalf\b|\bthird\b|quarter|\d\s?%|linearly|quadratically|proportional|1 ?/ ?[√R]|logarithm|exponentially|\bloss of\b"
_OTHER = r"\bour\b|\bmy\b|network|train|epoch|\bdepth\b"


def _varies(
    one: Part, other: Part, says: str, witness: Mapping[str, object], *, scope: str, up: bool, unless: str = "(?!)",
    more: tuple[Part, ...] = (), truth: Truth = Truth.ALWAYS,
) -> Thesis:  # fmt: skip
    return Thesis(
        (one, other, *more), says, witness, scope=scope, unless=f"{_AMOUNTS}|{_OTHER}|{unless}", truth=truth, kind=Kind.FACT,
        method=Method.SYMBOLIC, reads_if=True, opposed=not up,
    )  # fmt: skip


_RANDOM = r"random|fourier|frequenc|bochner|RFA"
_WIDTH = Part(
    noun=r"(?:σ(?:\^2|²)?|\$?\\sigma(?:\^2)?\$?|bandwidths?|(?:gaussian |rbf )?kernel widths?|widths? of the (?:gaussian |rbf )?kernel|(?:gaussian |rbf )kernel|kernel)(?! values?| matrix| estimates?)",
    plus=r"(?:a |the |very |more )*(?:wide|wider|broad|broader|flat|flatter|slowly varying|slowly decaying|smooth|smoother|large) (?:gaussian |rbf )?(?:kernels?|bandwidths?|σ)|(?:a |the )?(?:gaussian |rbf )?kernel (?:is|gets|becomes|that is) (?:made )?(?:wide|wider|broad|broader|flatter|smoother)|widening the (?:gaussian )?kernel|the (?:wider|broader|flatter|smoother) the (?:gaussian |rbf )?kernel",
    minus=r"(?:a |the |very |more )*(?:narrow|narrower|sharp|sharper|peaked|thin|thinner|local|small) (?:gaussian |rbf )?(?:kernels?|bandwidths?|σ)|(?:a |the )?(?:gaussian |rbf )?kernel (?:is|gets|becomes|that is) (?:made )?(?:narrow|narrower|sharper|more peaked)|narrowing the (?:gaussian )?kernel|the (?:narrower|sharper) the (?:gaussian |rbf )?kernel",
)
_SPREAD_WORDS = r"(?:spread|scatter|standard deviation|variance|range|width|scale|magnitude|size|norm)s?"
_FREQUENCIES = r"(?:the |its |their |random |sampled |drawn |projection )*(?:frequenc(?:y|ies)|\$?w(?:_\w)?\$?(?!\w)|\$?\\?omega\$?|ω(?:ᵣ|_r)?|projections?|directions?|rows of \$?W\$?|entries of \$?W\$?)"
FREQUENCY = _varies(
    _WIDTH,
    Part(
        noun=rf"{_SPREAD_WORDS} (?:of|in|for|among) {_FREQUENCIES}|(?:frequency|projection) {_SPREAD_WORDS}|spectral (?:width|spread)|(?:random )?frequenc(?:y|ies)",
        plus=rf"{_FREQUENCIES} (?:with|of) (?:a )?(?:larger?|wider?|greater|broader?|high(?:er)?|big(?:ger)?) {_SPREAD_WORDS}|(?:widely|more) (?:spread|scattered|dispersed)(?: out)?(?: {_FREQUENCIES})?|{_FREQUENCIES} (?:(?:that|which) )?(?:(?:must |should |have to |has to |are |is |be )+)?(?:more )?(?:spread|scattered)(?: out)?(?: more widely| wider| more)?|(?:high|higher|large|larger|fast|faster) (?:random )?frequenc(?:y|ies)|(?:a )?(?:wide|broad) (?:spread|distribution|law|spectrum)(?: (?:of|for) {_FREQUENCIES})?",
        minus=rf"{_FREQUENCIES} (?:with|of) (?:a )?(?:small(?:er)?|narrow(?:er)?|lower|low|less) {_SPREAD_WORDS}|(?:more )?(?:concentrated|clustered)(?: {_FREQUENCIES})?|{_FREQUENCIES} (?:closer|close|near) to (?:zero|0)|(?:low|lower|small|smaller|slow|slower) (?:random )?frequenc(?:y|ies)|(?:a )?narrow (?:spread|distribution|law|spectrum)(?: (?:of|for) {_FREQUENCIES})?",
    ),
    "w ~ N(0, I/σ²): the frequencies have standard deviation 1/σ, so a wider kernel has smaller ones",
    {"σ": [1, 2], "standard deviation of w": [1, 0.5]},
    scope=_RANDOM, up=False, unless=r"number of|how many|more (?:random )?(?:frequenc|features|projections)|fewer|variance of the (?:estimate|kernel)|error|noise|σ ?(?:\^2|²) ?I",
)  # fmt: skip
_NOISE = Part(
    noun=r"(?:the |its |their |sampling |monte[- ]carlo |approximation |estimation |kernel |typical |statistical )*(?:variances?|standard (?:deviation|error)s?|errors?|noise|fluctuations?|scatter|uncertaint(?:y|ies)|spread)(?: of (?:the |this |an? |each )*(?:kernel |random[- ]feature )*(?:estimates?|estimators?|approximations?|mean|average))?",
    plus=r"(?:noisier|less (?:precise|accurate|reliable)|more noisy|(?:a )?(?:worse|poorer) (?:estimate|approximation))(?: (?:estimates?|approximations?))?",
    minus=r"(?:less noisy|more (?:precise|accurate|reliable)|(?:a )?better (?:estimate|approximation))(?: (?:estimates?|approximations?))?",
)
_NOT_FREQUENCIES = r"gradient|(?:spread|scatter|variance|deviation|width|range)s? (?:of|in) (?:the )?(?:frequenc|w\b|projections?|entries|directions|coordinates)|frequencies (?:with|of)|bias|output|attention|ratio|loss|weights?\b"
MORE_FEATURES = _varies(
    Part(
        noun=r"\$?(?:R|r|m)\$?(?!\w)|(?:the )?(?:numbers? of )(?:the )?(?:random )?(?:features?|frequenc(?:y|ies)|projections?|directions?|samples?|draws)",
        plus=r"(?:more|additional|further|many(?: more)?) (?:random )?(?:features?|frequenc(?:y|ies)|projections?|directions?|samples?|draws)|adding (?:random )?(?:features?|frequenc(?:y|ies)|projections?)",
        minus=r"(?:fewer|too few|few|less) (?:random )?(?:features?|frequenc(?:y|ies)|projections?|directions?|samples?|draws)|dropping (?:random )?(?:features?|frequenc(?:y|ies)|projections?)",
    ),
    _NOISE,
    "the variance of a mean of R independent terms is 1/R of one term's",
    {"R": [1, 100], "standard deviation": [1, 0.1]},
    scope=_RANDOM, up=False, unless=_NOT_FREQUENCIES + r"|time|cost|memory|work",
)  # fmt: skip
_APART = Part(
    noun=r"(?:the )?distances?(?: (?:of|between) (?:q and k|x and y|the (?:two )?(?:points|vectors|arguments)|its arguments|query and key))?|\$?(?:\\?\||‖)(?:q ?[-−] ?k|x ?[-−] ?y|\\?delta|δ)(?:\\?\||‖)(?:²|\^2)?\$?|separation",
    plus=r"(?:far|farther|further)(?:[- ]apart| away| from each other)+(?: (?:points|pairs|q and k|arguments|the points (?:are|lie|get)))?|(?:more )?(?:distant|remote) (?:points?|pairs?|arguments?|vectors|q(?:,| and) k)|move apart|(?:points|vectors|arguments|q and k) (?:that )?(?:are|lie|get|move) (?:far|farther|further) (?:apart|away|from each other)",
    minus=r"(?:close|closer|near|nearer|nearby|close[- ]by)(?: (?:points|pairs|together|arguments|to each other|q and k))+|(?:points|vectors|arguments|q and k) (?:that )?(?:are|lie|get|move) (?:close|closer|near|nearer)(?: together| to each other)?",
)
NOISE_APART = _varies(
    _APART, _NOISE, "the variance (1 − K²)²/(2R) of the estimate rises as the kernel K falls with the distance",
    {"R": 1, "K": [1, 0.5, 0], "variance": [0, 0.28125, 0.5]}, scope=_RANDOM, up=True, unless=_NOT_FREQUENCIES + r"|relative|positive (?:random )?features|more features",
)  # fmt: skip
_KERNEL_VALUE = Part(
    noun=r"(?:the |a )?(?:gaussian |rbf )(?:kernel(?: values?)?|similarity)|(?:the )?kernel(?: values?)?|\$?(?:G|κ|\\kappa)\$?(?:\(\w, ?\w\))?(?!\w)|(?:the )?similarity",
    plus=r"(?:more|most) similar", minus=r"(?:less|least) similar",
)  # fmt: skip
KERNEL_APART = _varies(
    _APART, _KERNEL_VALUE, "exp(−d²/(2σ²)) falls as the distance d grows",
    {"‖q − k‖²/(2σ²)": [0.5, 2], "kernel": [0.607, 0.135]}, scope=r"gauss|\bRBF\b", up=False, unless=r"variance|error|estimat|polynomial|wide|narrow|bandwidth|exp\(q",
)  # fmt: skip
KEY_WEIGHT = _varies(
    Part(noun=r"(?:the |its |own )?(?:norms?|lengths?)(?: of the key)?", plus=r"(?:a |the )?longer keys?|(?:a |the )?longer one", minus=r"(?:a |the )?shorter keys?|(?:a |the )?shorter one"),
    Part(noun=r"(?:the |a |its |attention )*(?:weights?)|(?:the |a |more )?(?:influence|attention)"),
    "beside the Gaussian factor of the distance a key's weight has exp(‖k‖²/(2σ²)), which grows with its norm",
    {"same distance, ‖k‖²/(2σ²)": [0, 1], "weights": [0.269, 0.731]}, scope=r"softmax|attention", up=True,
    unless=r"quer(?:y|ies) of|query['’]s|gaussian alone|value|unit|normali", more=(Part(plus=r"(?:at |with |of )?(?:the )?(?:same|equal|identical) distances?(?: (?:from|to) the query)?|equally (?:far|distant)(?: (?:from|to) the query)?"),),
)  # fmt: skip
EXPONENTIAL = _varies(
    Part(noun=r"(?:the |its |their )?(?:inner|dot|scalar) products?|\$?q(?:\^\\top ?|ᵀ|·|\\cdot ?)k\$?|(?:the )?scores?"),
    Part(noun=r"(?:the )?(?:softmax|exponential) kernel|\$?(?:\\)?exp\(q(?:\^\\top ?|ᵀ|·|\\cdot ?)k[^)]*\)\$?|(?:unnormali[sz]ed )?(?:attention )?weights?"),
    "exp is increasing: the larger q·k, the larger exp(q·k/√D)", {"q·k": [0, 1], "exp": [1, 2.718]}, scope=r"softmax|attention", up=True,
    unless=r"polynomial|variance|gauss|other weights|temperature|sum",
)  # fmt: skip
ANGLE = _varies(
    Part(noun=r"(?:the )?angles?(?: (?:between|of) (?:the )?(?:two )?(?:vectors|embeddings|them))?|\$?(?:θ|\\theta)\$?"),
    Part(noun=r"(?:the |their )?(?:squared )?(?:euclidean )?distances?(?: (?:between|of) (?:the )?(?:two )?(?:vectors|embeddings|them))?", plus=r"farther apart", minus=r"closer together"),
    "‖u − v‖² = 2 − 2 cos θ grows with the angle from 0 to 180°", {"θ": ["60°", "120°"], "squared distance": [1, 3]},
    scope=r"unit|sphere|normali[sz]ed|length one|norm one", up=True, unless=r"cosine|margin",
)  # fmt: skip
SCORE_SPREAD = _varies(
    Part(noun=r"\$?(?:D|d)(?:_k)?\$?(?!\w)|(?:the )?(?:key |query |head )?(?:dimension(?:ality)?|width)s?(?: of (?:the )?(?:keys|queries))?", plus=r"longer (?:keys|queries|vectors)|(?:keys|queries|vectors) with more (?:coordinates|entries|dimensions)|more (?:coordinates|dimensions)"),
    Part(noun=r"(?:the )?(?:variance|standard deviation|spread|typical size|magnitude)s? of (?:the )?(?:raw |unscaled |plain )?(?:(?:dot|inner|scalar) products?|scores?|\$?q(?:\^\\top ?|ᵀ|·|\\cdot ?)k\$?)", plus=r"larger (?:dot|inner|scalar) products?"),
    "q·k is a sum of D products: with independent entries of variance 1 its variance is D", {"D": [4, 64], "variance of q·k": [4, 64]},
    scope=r"softmax|attention|score", up=True, unless=r"scaled (?:dot|score)|√|sqrt|after|divided|cost|time",
)  # fmt: skip
INFLUENCE = Thesis(
    (
        Part(plus=r"(?:the |each |a |its )?(?:query|queries)(?:['’]s?)?(?: own)?(?: norms?| factors?| lengths?| of (?:large|small|greater) norm)|(?:the )?(?:norms?|lengths?|size) of (?:the |a |each )?quer(?:y|ies)|(?:long|longer|large|larger) queries|(?:the )?factor (?:of|with) (?:the )?(?:norm of the )?quer(?:y|ies)|queries of (?:a )?(?:large|larger|greater|high|small) (?:norm|length)", minus=r"(?:the |each |a |its )?keys?(?:['’]s?)?(?: own)?(?: norms?| factors?| lengths?)|(?:the )?(?:norms?|lengths?|size) of (?:the |a |each )?keys?|(?:long|longer|large|larger) keys|(?:the )?factor (?:of|with) (?:the )?(?:norm of the )?keys?|keys of (?:a )?(?:large|larger|greater|high) (?:norm|length)"),
        Part(
            plus=r"(?:has|have|get|gets|carry|carries|with|of|makes?)? ?(?:no|without|not any|zero) (?:influence|effect|bearing|difference|weight|say|part|role)(?: (?:whatever|at all))?|(?:does|do)(?: not|n['’]t) (?:matter|influence|affect|change|enter)|(?:is|are|becomes?) (?:irrelevant|immaterial|without influence)|plays? no (?:part|role)|drops? out|cancels?(?: out)?|never matters?",
            minus=r"(?:has|have|get|gets|carry|carries|gives?|receives?|gain)(?: \w+ of large norm)? ?(?:more|a (?:stronger|larger|greater|big)|an?|some|additional|greater|larger|stronger) (?:influence|effect|bearing|weight|say|part|role|attention)|(?:does|do) matter|matters?|influences?|affects?|(?:is|are) (?:favou?red|preferred|amplified)|counts? more|weighs? more",
        ),
        Part(plus=r"(?:attention )?outputs?|results?|weights?|quotients?|normali[sz]ation|normali[sz]ed|attention|average|mean|(?:more|no|an?) (?:influence|weight|say)"),
    ),
    "exp(‖q‖²/(2σ²)) is the same in every term of both sums and cancels, while exp(‖k‖²/(2σ²)) weighs the terms",
    {"kernel of both keys": 1, "query factors": [3, 3], "key factors": [1, 3], "weights": [0.25, 0.75]},
    scope=r"\A(?=.*(?:softmax|attention))(?=.*(?:gauss|factor|‖|\\\|))", unless=r"\bif\b|same norm|equal norm|unit|normali[sz]ed (?:keys|queries)|temperature|sharper|alone|\bq·k\b", method=Method.SYMBOLIC,
)  # fmt: skip
_EVERYWHERE = r"(?:on the whole (?:real )?(?:line|axis)|everywhere|for all (?:values of )?\S+|throughout|without exception|over the whole range|globally|for every value)"
POLYNOMIAL_MONOTONE = Thesis(
    (
        Part(plus=r"(?:the |this |quadratic |polynomial |degree-2 )*(?:polynomial |quadratic )?kernel|\$?\(q(?:\^\\top ?|ᵀ|·|\\cdot ?)k ?\+ ?1\)(?:\^2|²)\$?|it", inherited=True),
        Part(
            plus=r"(?:is |are )?(?:not|never|no longer|n['’]t) (?:a )?(?:monoton\w*|increasing|decreasing)(?: (?:increasing|function))?(?: (?:in|of|with) [^,.;]*)?|(?:falls|decreases) (?:again )?(?:below|for|when|where|left of|until) [^,.;]*[-−] ?1[^,.;]*|has (?:its|a) minimum at [^,.;]*[-−] ?1[^,.;]*",
            minus=rf"(?:is |are )?(?:monoton\w*|always increasing|strictly increasing)(?: (?:increasing|function|and increasing))?(?: (?:in|of|with) [^,.;]*)?|(?:increases?|grows?|rises?) (?:monotonically |always |strictly )?(?:with|in) [^,.;]*{_EVERYWHERE}|(?:always|monotonically) (?:increases|grows|rises)(?: (?:with|in) [^,.;]*)?|(?:increasing|growing) (?:in [^,.;]* )?{_EVERYWHERE}",
        ),
    ),
    "(q·k + 1)² falls as q·k grows up to −1 and rises from there on", {"q·k": [-3, -1, 1], "(q·k + 1)²": [4, 0, 4]},
    scope=r"polynomial|quadratic|\+ ?1\)(?:\^2|²|\^\{2\})|degree[- ]two|degree[- ]2", unless=r"\bif\b|q·k ?[>≥] ?-1|non-?negative|exp\(|gauss|softmax kernel|number|cost|time", method=Method.SYMBOLIC,
)  # fmt: skip
SPHERE_GRADIENT = Thesis(
    (
        Part(plus=r"(?:the )?gradients?"),
        Part(
            plus=r"(?:(?:is|are|stands|lies|always|then|therefore|exactly) )*(?:orthogonal|perpendicular|tangent(?:ial)?|at right angles|normal)(?: to)?(?: the)?(?: (?:unnormali[sz]ed )?(?:vector|input|sphere|x|z|it|output|embedding))?|(?:has|have) no (?:radial (?:part|component)|component (?:along|in the direction of|parallel to) \S+)|lies in the tangent (?:space|plane)",
            minus=r"(?:(?:is|are|points|always|then|therefore|exactly) )*(?:parallel|proportional|collinear|radial|in the direction of)(?: to)?(?: the)?(?: (?:unnormali[sz]ed )?(?:vector|input|x|z|it|output|embedding))?",
        ),
        Part(plus=r"normali[sz]\w*|sphere|\$?[xz](?:/|\\?\|)|\$?[xz]\$?(?!\w)|before the normali[sz]ation|unnormali[sz]ed"),
    ),
    "the Jacobian (I − ffᵀ)/‖x‖ of x/‖x‖ maps every gradient to one that is orthogonal to x", {"x": [2, 0], "gradient at f": [3, 4], "gradient at x": [0, 2]},
    scope=r"triplet|facenet|embedding", unless=r"\bif\b|anchor['’]s|2 ?\(|without normali[sz]", method=Method.SYMBOLIC,
)  # fmt: skip
SUM_OF_GRADIENTS = Thesis(
    (
        Part(plus=r"(?:the )?(?:three |all )?gradients?(?: of (?:the (?:loss|triplet|hinge|three)|\$?\\?ell\$?|ℓ|an active triplet|L|a triplet)| \([^()]{1,40}\)| for (?:the )?a(?:nchor)?, (?:the )?p(?:ositive)? and (?:the )?n(?:egative)?)?|(?:the )?sum of (?:the |all )?(?:three )?gradients|they", inherited=True),
        Part(
            plus=r"(?:must |have to |always |also |therefore |do |should )*(?:(?:add|sum)(?: up)? to (?:zero|0)|cancel(?: (?:out|each other|exactly))*|(?:is|are|vanish|be) (?:the )?(?:zero|zero vector|0)|vanishes)(?: (?:together|in total|when added))?",
            minus=r"(?:must |always |also |therefore |do |generally )*(?:(?:do|does)(?: not|n['’]t) (?:(?:in general|always|generally) )?(?:add|sum)(?: up)? to (?:zero|0)(?: (?:in general|as a rule))?|(?:add|sum)(?: up)? to (?!zero|0|\$|\d|\()[^,.;$=]{1,20}|(?:do|does)(?: not|n['’]t) cancel)",
        ),
    ),
    "the loss does not change when a, p and n are moved together, so that its gradients 2(n − p) + 2(p − a) + 2(a − n) add up to zero", {"a, p, n": [0, 1, 3], "gradients": [4, 2, -6], "sum": 0},
    scope=r"triplet|facenet", unless=r"\bif\b(?! the loss)|collaps|easy|same point|normali[sz]|^(?!.*(?:three|sum|\badd\b|total|together|all gradients))", method=Method.SYMBOLIC,
)  # fmt: skip

THESES: tuple[Thesis, ...] = (
    FREQUENCY, MORE_FEATURES, NOISE_APART, KERNEL_APART, KEY_WEIGHT, EXPONENTIAL, ANGLE, SCORE_SPREAD, INFLUENCE, POLYNOMIAL_MONOTONE, SPHERE_GRADIENT, SUM_OF_GRADIENTS,
)  # fmt: skip

__all__ = ["THESES"]
