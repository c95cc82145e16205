"""Words that may stand in a statement of the course without changing what it says."""

from __future__ import annotations

_WORDS = """
about above accordingly achieve achieved achieves across actually added adding after again against agree
agreement agrees aim alike all almost along already also although always among amongst amount anchor anchors and
another any approach approximately are aren't around ask asked asks author authors average away bad baldock
batch batches became because become becomes been before beginning behavior behaviour being below besides best
better between beyond big bigger bin bins both call called calls can case cases cause causes causing certainly
chiefly choose chooses choosing chosen cifar cifar-10 class classes classified classifies classify clearly close
closer closest come comes commonly compare compared compares comparison complete completely condition conditions
confidence consequently considerably constant constraint convention correct correctly corresponding count
counted counting counts course criterion data dataset datum define defined defines definition depend depending
depends depth depths descent did difference differences different differently dimension dimensional dimensions
directly distance distances divided divides does doesn't doing don't down draw drawn draws due during e.g each
earlier early easiest easy effect effects either embedding embeddings end enough entire entirely equal equally
equals especially etc euclidean even eventually every exactly example examples face facenet faces fact facts far
farther farthest few figure finally find finds first first-layer for form formula found fraction from full fully
function functions further furthermore gave general generally get gets getting give given gives giving go goal
goes going gone good got gradient gradients great greater had hand happen happens hard hardest has have having
held hence her here herself high higher his histogram histograms hold holds how however human hypersphere i.e
identical identities identity image images immediately implied implies imply inception incorrect incorrectly
indeed individual input inputs inside instance instances instead into isn't it's item items its itself just k-nn
keep keeping keeps kept kind knn know known knows label labeled labelled labels large largely larger last late
later layer layers lead leading leads learn learned learning learns learnt least leave leaves leaving left
length less let let's lets level levels likely logit logits loss losses low lower made mainly majority make
makes making many margin markedly matter matters may mean meaning means meant member members merely method
methods mine mined mines mini-batch mini-batches minibatch minimise minimising minimize minimizing mining model
models moderate moment more moreover most mostly much must name named namely near nearer nearest nearest-
neighbour nearly necessary need needed needs negative negatives neighbor neighbors neighbour neighbours net nets
network networks never nevertheless new next norm normalised normalized normally not note notice number numbers
objective observe observed obtain obtained obtains occasionally off offline often old once one ones online only
onto optimisation optimise optimization optimize order other others our out output outputs outside over overall
own pair pairs paper part partial particular particularly partly people per percentage person persons photo
photos pick picked picking picks picture pictures pixels plainly point points portion positive positives
possible possibly practice precisely predicted prediction predictions primarily principle probability probe
probes procedure process properties property proportion purpose put puts quantities quantity quite rarely rather
reach reached reaches really reason reasons recall relation relative relatively remain remains remember report
reported reports require required requires resnet resnet-18 resolved respect respectively result resulting
results right roughly rule same sample sampled samples sampling say says schroff score scores second section see
seen select selected selecting selection selects semi semi-hard sense set sets several shall share should show
shown shows side signal similar similarly simple simply since size slightly small smaller softmax some somebody
someone sometimes somewhat sort space sphere squared stage start stay stays step still stranger strangers
subject subjects such sufficient sum surely table take taken takes taking tell tells tend tends term terms test
tested than thanks that that's the their themselves then theory there there's therefore these they're third this
those though three thus time times together told too took toward towards train trained training trains triplet
triplets true truly truth turn turns two type typically ultimately under unequal unit up update updates upon use
used uses using usually value values vector vectors versus very via vote votes want wanted wants was way were
what whatever when whenever where whereas wherever which whichever while who whole whose why will with within
without work works worse worst write writes written yet your zero
"""

HARMLESS = frozenset(_WORDS.split())

__all__ = ["HARMLESS"]
