"""Words that may stand in a statement of the course without changing what it says."""

from __future__ import annotations

HARMLESS = frozenset(
    """
    the and that this these those which who whose what its their his her our your all each every any some both either
    are was were been being has have had having does did doing can may must shall will should not for from with without
    into onto over under between within across along around about above below after before during while when where once
    here there then than thus hence therefore also too very quite rather even still yet just only simply exactly merely
    precisely indeed actually clearly plainly really truly surely certainly typically usually generally often mostly
    commonly normally always never sometimes occasionally rarely tends tend likely average mean whole rule general
    because since although though whereas however moreover furthermore besides nevertheless instead again already
    almost nearly roughly approximately about slightly somewhat considerably markedly much more most less least many few
    several other others another same such own one ones two three first second third last next later earlier early late
    example examples image images input inputs point points sample samples datum data case cases instance instances
    face faces photo photos picture pictures item items member members network networks model models net nets layer layers
    probe probes depth depths prediction predictions predicted triplet triplets anchor anchors positive positives negative
    negatives pair pairs embedding embeddings vector vectors distance distances squared euclidean margin loss losses
    batch batches mini-batch mini-batches minibatch training train trained trains test tested set sets dataset
    paper authors author facenet schroff baldock method methods approach definition convention section table figure
    note notice observe recall remember see seen shown shows show find found finds reported report reports observed
    turn turns out fact facts means mean meant meaning say implies imply implied comes come goes gone going go together
    hand happens happen get gets getting got make makes making made give gives giving given gave take takes taking taken
    took keep keeps keeping kept leave leaves leaving left let lets put puts set sets use uses using used work works
    call calls called name named define defines defined holds hold held stays stay remain remains become becomes became
    depend depends depending need needs needed require requires required want wants wanted ask asks asked order
    learn learns learned learnt learning classify classified classifies class classes label labels labelled labeled
    correct correctly incorrect incorrectly right true truth value values number numbers amount size part share fraction
    high higher low lower large larger small smaller big bigger great greater good better best bad worse worst
    up down off away near nearer nearest close closer closest far farther further farthest out inside outside beyond
    way sense course sort kind type form side end start stage step time times moment process procedure goal aim purpose
    it's they're don't that's there's let's doesn't isn't aren't
    therefore accordingly consequently namely e.g i.e etc per via whose upon toward towards against among amongst
    person persons people identity identities individual human somebody someone subject subjects
    space sphere unit hypersphere length norm normalised normalized dimension dimensions dimensional
    function functions term terms formula constant zero equal equals equally unequal different differently difference
    differences similar similarly identical alike corresponding respectively namely respect relation terms
    obtain obtains obtained get reach reaches reached achieve achieves achieved result results resulting lead leads
    leading cause causes causing effect effects reason reasons why how because due thanks
    gradient gradients signal update updates optimisation optimization optimise optimize descent minimise minimize
    minimising minimizing objective criterion constraint condition conditions
    selected select selects selection selecting choose chooses chosen choosing pick picks picked picking mine mines mined
    mining sampled sample sampling draw drawn draws online offline hard hardest easy easiest semi semi-hard moderate
    probability confidence logit logits softmax output outputs score scores neighbour neighbours neighbor neighbors vote
    votes majority nearest-neighbour knn k-nn
    new old simple simply complete completely full fully entire entirely partial partly
    behaviour behavior property properties quantity quantities level levels
    along within whenever wherever whichever whatever
    compare compared comparison compares against relative relatively versus
    practice theory principle moreover
    resnet resnet-18 inception cifar cifar-10
    finally ultimately eventually immediately directly
    particular particularly especially chiefly mainly primarily largely
    possible possibly necessary sufficient enough
    know known knows tell tells told tell say says write writes written put
    count counts counted counting
    bin bins histogram histograms
    """.split()
)  # fmt: skip

__all__ = ["HARMLESS"]
