"""What the papers say, number by number, with the place where each stands and how far an answer may be off.

A value is the paper's own, in the unit given; a validation rate is in per cent. Read in the papers' text unless the
source says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Allowance(Enum):
    """How an answer may differ from a fact's value."""

    EXACT = "exact"
    RELATIVE = "relative"
    """By a share of the value."""
    ABSOLUTE = "absolute"
    """By so many of the fact's unit."""


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may be off: nothing, a share of the value, or so many units."""

    allowance: Allowance
    size: float = 0.0

    def admits(self, given: float, value: float) -> bool:
        """Whether `given` is near enough to `value`; a last-place rounding of the bound itself counts as near."""
        allowed = {
            Allowance.EXACT: 0.0,
            Allowance.RELATIVE: self.size * abs(value),
            Allowance.ABSOLUTE: self.size,
        }[self.allowance]
        return abs(given - value) <= allowed * (1 + 1e-9)


EXACT = Tolerance(Allowance.EXACT)
WITHIN_2_PERCENT = Tolerance(Allowance.RELATIVE, 0.02)
WITHIN_A_TWENTIETH_POINT = Tolerance(Allowance.ABSOLUTE, 0.05)


@dataclass(frozen=True)
class Slip:
    """A value that people give instead, and why it is not the one."""

    value: float
    says: str


@dataclass(frozen=True)
class Fact:
    """One number from a paper.

    `subject` are the names under which a text speaks of what is measured, `quantity` the words for the measure;
    a text that has one of each and a number makes a claim about this fact. `also` are other values that count as
    right, `between` a range of them, within the tolerance too, `low` and `high` a range that is exact, `slips` known
    wrong ones.
    """

    key: str
    value: float
    unit: str
    source: str
    says: str
    subject: tuple[str, ...]
    quantity: tuple[str, ...]
    tolerance: Tolerance = WITHIN_2_PERCENT
    also: tuple[float, ...] = ()
    between: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    slips: tuple[Slip, ...] = ()

    def accepts(self, given: float) -> bool:
        """Whether a number is this fact's value, another accepted one, or in its range, within the tolerance.

        >>> fact("resnet50_parameters").accepts(25.6e6), fact("nn1_flops").accepts(3.8e9)
        (True, False)
        """
        values = (self.value, *self.also)
        if any(self.tolerance.admits(given, value) for value in values):
            return True
        if self.between is not None:
            lowest, highest = self.between
            return self.tolerance.admits(given, min(max(given, lowest), highest))
        return self.low is not None and self.high is not None and self.low <= given <= self.high

    def slip(self, given: float) -> Slip | None:
        """The known wrong value that this number is, if it is one."""
        if self.accepts(given):
            return None
        return next((slip for slip in self.slips if self.tolerance.admits(given, slip.value)), None)


FACENET = "Schroff et al., FaceNet, arXiv 1503.03832"
RESNET = "He et al., Deep Residual Learning, arXiv 1512.03385"
DEPTH = "Baldock et al., Example Difficulty, arXiv 2106.09647"
TORCHVISION = "counted in torchvision's model"

PARAMETERS = ("parameters", "params", "parameter count", "weights")
FLOPS = ("FLOPs", "FLOPS", "multiply-adds", "floating point operations")
INPUT = ("input", "input size", "resolution", "pixels")
LAYERS = ("layers", "layers deep", "depth")
VAL = ("VAL", "validation rate", "validation accuracy", "verification accuracy")
ACCURACY = ("accuracy", "classification accuracy")

NN1 = ("NN1", "Zeiler & Fergus", "Zeiler&Fergus")
NN2 = ("NN2",)
NN3 = ("NN3",)
NN4 = ("NN4",)
NNS1 = ("NNS1",)
NNS2 = ("NNS2",)
SHAPES = ("ResNet-18 of the homework", "resnet18(num_classes=6)")

FAMILY_PARAMETERS = Slip(6.6e6, "6.6M to 7.5M is the range of the Inception models in general")


def _percent(
    key: str,
    value: float,
    source: str,
    says: str,
    subject: tuple[str, ...],
    quantity: tuple[str, ...] = VAL,
    slips: tuple[Slip, ...] = (),
) -> Fact:
    # 87.9 and 0.879 say the same; the tolerance of the share is smaller than any two rates' distance.
    return Fact(
        key,
        value,
        "%",
        source,
        says,
        subject,
        quantity,
        WITHIN_A_TWENTIETH_POINT,
        low=(value - 0.05) / 100 - 1e-12,
        high=(value + 0.05) / 100 + 1e-12,
        slips=slips,
    )


TRIPLETS = (
    Fact(
        "margin",
        0.2,
        "squared distance",
        f"{FACENET}, section 3.3",
        "the margin α is 0.2, for squared distances of embeddings of length 1",
        ("margin", "α", "alpha"),
        ("margin", "set to"),
        EXACT,
        slips=(
            Slip(1.0, "1 is the default of torch.nn.TripletMarginLoss"),
            Slip(0.5, "0.5 is common in other people's code"),
            Slip(0.05, "0.05 is the learning rate that training starts with"),
        ),
    ),
    Fact(
        "embedding_norm",
        1.0,
        "length",
        f"{FACENET}, section 3.1",
        "embeddings lie on the unit sphere: ‖f(x)‖ = 1",
        ("embedding", "‖f(x)‖"),
        ("norm", "length", "hypersphere"),
        EXACT,
    ),
    Fact(
        "batch_size",
        1800,
        "exemplars",
        f"{FACENET}, section 3.2",
        "most experiments use batches of around 1,800 exemplars",
        ("batch", "mini-batch"),
        ("batch size", "exemplars", "images"),
        Tolerance(Allowance.RELATIVE, 0.06),
    ),
    Fact(
        "faces_per_identity",
        40,
        "faces",
        f"{FACENET}, section 3.2",
        "around 40 faces of each identity are drawn into a mini-batch",
        ("identity", "identities"),
        ("faces per identity", "examples per identity", "exemplars per identity"),
        Tolerance(Allowance.RELATIVE, 0.1),
        slips=(
            Slip(20, "20 is no number of the paper's here"),
            Slip(50, "50 is no number of the paper's here"),
        ),
    ),
    Fact(
        "learning_rate",
        0.05,
        "",
        f"{FACENET}, section 3.3",
        "training starts with a learning rate of 0.05, lowered at the end",
        ("learning rate",),
        ("learning rate",),
        EXACT,
    ),
    Fact(
        "identities",
        8e6,
        "identities",
        f"{FACENET}, section 5",
        "the training faces are of about 8 million people",
        ("identities", "people"),
        ("identities",),
        Tolerance(Allowance.RELATIVE, 0.05),
    ),
    Fact(
        "training_images",
        2e8,
        "images",
        f"{FACENET}, section 5",
        "between 100 and 200 million training thumbnails",
        ("training set", "training images", "thumbnails"),
        ("images", "thumbnails", "faces"),
        between=(1e8, 2e8),
    ),
    Fact(
        "hold_out_images",
        1e6,
        "images",
        f"{FACENET}, section 4.1",
        "the hold-out test set has around one million images, split in five",
        ("hold-out", "hold out"),
        ("images",),
        Tolerance(Allowance.RELATIVE, 0.05),
    ),
    Fact(
        "personal_photos",
        12e3,
        "images",
        f"{FACENET}, section 4.2",
        "the personal photo test set has around 12,000 images",
        ("personal photo", "personal photos"),
        ("images", "photos"),
        Tolerance(Allowance.RELATIVE, 0.05),
    ),
    Fact(
        "false_accept_rate",
        1e-3,
        "",
        f"{FACENET}, section 5",
        "validation rates are given at a false accept rate of 0.001",
        ("FAR", "false accept rate"),
        ("FAR", "false accept rate"),
        EXACT,
        also=(0.1,),
    ),
    Fact(
        "bytes_per_face",
        128,
        "bytes",
        f"{FACENET}, section 5.4",
        "an embedding can be quantized to 128 bytes without loss of accuracy",
        ("face", "embedding"),
        ("bytes",),
        EXACT,
        slips=(Slip(512, "128 numbers are 512 bytes as float32; the paper quantizes each to one byte"),),
    ),
)

NETWORKS = (
    Fact(
        "nn1_parameters",
        140e6,
        "parameters",
        f"{FACENET}, section 3.3 and Table 1",
        "NN1 has 140 million parameters",
        NN1,
        PARAMETERS,
        slips=(
            Slip(7.5e6, "7.5 million are NN2's parameters"),
            Slip(140, "the number is in millions; write 140e6"),
            Slip(26e6, "26 million are NNS1's parameters"),
        ),
    ),
    Fact(
        "nn1_flops",
        1.6e9,
        "FLOPs per image",
        f"{FACENET}, section 3.3 and Table 1",
        "NN1 requires around 1.6 billion FLOPs per image",
        NN1,
        FLOPS,
        slips=(
            Slip(1.6e6, "1.6 billion is 1.6e9, not 1.6e6"),
            Slip(1.6, "the number is in billions; write 1.6e9"),
            Slip(3.8e9, "3.8 billion are ResNet-50's FLOPs"),
        ),
    ),
    Fact(
        "nn1_input",
        220,
        "pixels",
        f"{FACENET}, Table 1",
        "NN1 takes 220×220 images",
        NN1,
        INPUT,
        EXACT,
        slips=(Slip(224, "224×224 is NN2's input"),),
    ),
    Fact(
        "nn1_layers",
        22,
        "layers",
        f"{FACENET}, section 3.3",
        "NN1 is 22 layers deep, counting every row of Table 1",
        NN1,
        LAYERS,
        EXACT,
    ),
    Fact(
        "nn1_layers_with_parameters",
        14,
        "layers",
        f"{FACENET}, Table 1, counted",
        "of NN1's 22 rows in Table 1, 14 have parameters: 11 convolutions and 3 fully connected layers",
        NN1,
        ("layers with parameters", "parameter layers", "layers that have parameters"),
        EXACT,
        slips=(
            Slip(
                22,
                "the 22 rows of Table 1 include pooling, normalisation, concatenation and L2; 14 have parameters",
            ),
        ),
    ),
    Fact(
        "nn1_convolutions",
        11,
        "layers",
        f"{FACENET}, Table 1, counted",
        "NN1 has 11 convolutional layers",
        NN1,
        ("convolutions", "convolutional layers"),
        EXACT,
    ),
    Fact(
        "nn2_parameters",
        7.5e6,
        "parameters",
        f"{FACENET}, section 3.3 and Table 2",
        "NN2 has 7.5 million parameters",
        NN2,
        PARAMETERS,
        slips=(
            Slip(140e6, "140 million are NN1's parameters"),
            Slip(7.5, "the number is in millions; write 7.5e6"),
            FAMILY_PARAMETERS,
        ),
    ),
    Fact(
        "nn2_flops",
        1.6e9,
        "FLOPs per image",
        f"{FACENET}, section 3.3 and Table 2",
        "NN2 requires 1.6 billion FLOPs per image",
        NN2,
        FLOPS,
        slips=(Slip(5e8, "500 million is the smallest of the Inception models in general"),),
    ),
    Fact(
        "nn2_input",
        224,
        "pixels",
        f"{FACENET}, Table 3",
        "NN2 takes 224×224 images",
        NN2,
        INPUT,
        EXACT,
        slips=(Slip(220, "220×220 is NN1's input"),),
    ),
    Fact(
        "nn3_input",
        160,
        "pixels",
        f"{FACENET}, section 3.3",
        "NN3 takes 160×160 images; otherwise it is NN2",
        NN3,
        INPUT,
        EXACT,
    ),
    Fact(
        "nn4_input",
        96,
        "pixels",
        f"{FACENET}, section 3.3",
        "NN4 takes 96×96 images and has no 5×5 convolutions in its higher layers",
        NN4,
        INPUT,
        EXACT,
    ),
    Fact(
        "nn4_flops",
        285e6,
        "FLOPs per image",
        f"{FACENET}, section 3.3",
        "NN4 requires 285 million FLOPs per image",
        NN4,
        FLOPS,
        slips=(Slip(1.6e9, "1.6 billion are NN2's FLOPs"),),
    ),
    Fact(
        "nns1_parameters",
        26e6,
        "parameters",
        f"{FACENET}, section 3.3",
        "NNS1 has 26 million parameters",
        NNS1,
        PARAMETERS,
        slips=(FAMILY_PARAMETERS, Slip(7.5e6, "7.5 million are NN2's parameters")),
    ),
    Fact(
        "nns1_flops",
        220e6,
        "FLOPs per image",
        f"{FACENET}, section 3.3",
        "NNS1 requires 220 million FLOPs per image",
        NNS1,
        FLOPS,
        slips=(Slip(5e8, "500 million is the smallest of the Inception models in general"),),
    ),
    Fact(
        "nns1_input",
        165,
        "pixels",
        f"{FACENET}, Table 3",
        "NNS1 takes 165×165 images",
        NNS1,
        INPUT,
        EXACT,
    ),
    Fact(
        "nns2_parameters",
        4.3e6,
        "parameters",
        f"{FACENET}, section 3.3",
        "NNS2 has 4.3 million parameters",
        NNS2,
        PARAMETERS,
    ),
    Fact(
        "nns2_flops",
        20e6,
        "FLOPs per image",
        f"{FACENET}, section 3.3",
        "NNS2 requires 20 million FLOPs per image",
        NNS2,
        FLOPS,
    ),
    Fact(
        "nns2_input",
        140,
        "pixels",
        f"{FACENET}, Table 3",
        "NNS2 takes 140×116 images",
        NNS2,
        INPUT,
        EXACT,
        also=(116,),
    ),
)

RATES = (
    Fact(
        "best_embedding_dimension",
        128,
        "dimensions",
        f"{FACENET}, Table 5 and section 5.4",
        "128 dimensions do best in Table 5, though the differences are not significant",
        ("embedding", "dimensionality"),
        ("dimensions", "dimensional", "best dimension", "best dimensionality"),
        EXACT,
        slips=(
            Slip(64, "at 64 dimensions VAL is 86.8 %"),
            Slip(256, "at 256 dimensions VAL is 87.7 %"),
            Slip(512, "at 512 dimensions VAL is 85.6 %"),
        ),
    ),
    _percent("val_at_64", 86.8, f"{FACENET}, Table 5", "VAL at 64 dimensions is 86.8 ± 1.7 %", ("64",)),
    _percent(
        "val_at_128",
        87.9,
        f"{FACENET}, Table 5",
        "VAL at 128 dimensions is 87.9 ± 1.9 %",
        ("128",),
        slips=(
            Slip(87.7, "87.7 % is the rate at 256 dimensions"),
            Slip(86.8, "86.8 % is the rate at 64 dimensions"),
            Slip(85.6, "85.6 % is the rate at 512 dimensions"),
            Slip(89.4, "89.4 % is NN2's rate in Table 3"),
            Slip(99.63, "99.63 % is the accuracy on Labeled Faces in the Wild"),
            Slip(1.9, "1.9 is the standard error of that rate"),
        ),
    ),
    _percent("val_at_256", 87.7, f"{FACENET}, Table 5", "VAL at 256 dimensions is 87.7 ± 1.9 %", ("256",)),
    _percent("val_at_512", 85.6, f"{FACENET}, Table 5", "VAL at 512 dimensions is 85.6 ± 2.0 %", ("512",)),
    _percent(
        "val_error_at_64",
        1.7,
        f"{FACENET}, Table 5",
        "its standard error is 1.7 points",
        ("64",),
        ("standard error", "±"),
    ),
    _percent(
        "val_error_at_128",
        1.9,
        f"{FACENET}, Table 5",
        "its standard error is 1.9 points",
        ("128",),
        ("standard error", "±"),
    ),
    _percent(
        "val_error_at_256",
        1.9,
        f"{FACENET}, Table 5",
        "its standard error is 1.9 points",
        ("256",),
        ("standard error", "±"),
    ),
    _percent(
        "val_error_at_512",
        2.0,
        f"{FACENET}, Table 5",
        "its standard error is 2.0 points",
        ("512",),
        ("standard error", "±"),
    ),
    _percent("val_of_nn1", 87.9, f"{FACENET}, Table 3", "NN1's VAL on the hold-out set is 87.9 ± 1.9 %", NN1),
    _percent("val_of_nn2", 89.4, f"{FACENET}, Table 3", "NN2's VAL on the hold-out set is 89.4 ± 1.6 %", NN2),
    _percent("val_of_nn3", 88.3, f"{FACENET}, Table 3", "NN3's VAL on the hold-out set is 88.3 ± 1.7 %", NN3),
    _percent("val_of_nn4", 82.0, f"{FACENET}, Table 3", "NN4's VAL on the hold-out set is 82.0 ± 2.3 %", NN4),
    _percent(
        "val_of_nns1", 82.4, f"{FACENET}, Table 3", "NNS1's VAL on the hold-out set is 82.4 ± 2.4 %", NNS1
    ),
    _percent(
        "val_of_nns2", 51.9, f"{FACENET}, Table 3", "NNS2's VAL on the hold-out set is 51.9 ± 2.9 %", NNS2
    ),
    _percent(
        "val_with_2_6_million",
        76.3,
        f"{FACENET}, Table 6",
        "with 2.6 million training images VAL is 76.3 %",
        ("2.6M", "2.6 million", "2,600,000"),
    ),
    _percent(
        "val_with_26_million",
        85.1,
        f"{FACENET}, Table 6",
        "with 26 million training images VAL is 85.1 %",
        ("26M", "26 million", "26,000,000"),
    ),
    _percent(
        "val_with_52_million",
        85.1,
        f"{FACENET}, Table 6",
        "with 52 million training images VAL is 85.1 %",
        ("52M", "52 million", "52,000,000"),
    ),
    _percent(
        "val_with_260_million",
        86.2,
        f"{FACENET}, Table 6",
        "with 260 million training images VAL is 86.2 %",
        ("260M", "260 million", "260,000,000"),
    ),
    Fact(
        "error_reduction_by_data",
        60,
        "%",
        f"{FACENET}, section 5.5",
        "tens of millions of images instead of millions cut the error by 60 %, as the text says; Table 6 alone, "
        "76.3 % to 85.1 %, gives 37 %",
        ("error", "training data"),
        ("reduction in error", "relative reduction", "error reduction", "reducing error"),
        WITHIN_2_PERCENT,
        also=(37.1,),
    ),
    _percent(
        "lfw_accuracy",
        99.63,
        f"{FACENET}, section 5.6",
        "with face alignment the accuracy on Labeled Faces in the Wild is 99.63 ± 0.09 %",
        ("LFW", "Labeled Faces in the Wild"),
        ACCURACY,
    ),
    _percent(
        "lfw_accuracy_fixed_crop",
        98.87,
        f"{FACENET}, section 5.6",
        "with a fixed centre crop the accuracy on Labeled Faces in the Wild is 98.87 ± 0.15 %",
        ("LFW with a fixed crop", "fixed center crop", "fixed centre crop", "fixed crop"),
        ACCURACY,
    ),
    _percent(
        "youtube_accuracy",
        95.12,
        f"{FACENET}, section 5.7",
        "on YouTube Faces the accuracy is 95.12 ± 0.39 %",
        ("YouTube Faces", "YTF", "Youtube Faces DB"),
        ACCURACY,
    ),
)

RESNETS = (
    Fact(
        "resnet50_parameters",
        25_557_032,
        "parameters",
        TORCHVISION,
        "ResNet-50 has 25.6 million parameters; the paper does not say",
        ("ResNet-50", "ResNet50"),
        PARAMETERS,
        between=(25e6, 26e6),
        slips=(
            Slip(11_689_512, "11.7 million are ResNet-18's parameters"),
            Slip(60_192_808, "60.2 million are ResNet-152's parameters"),
            Slip(44_549_160, "44.5 million are ResNet-101's parameters"),
            Slip(23_508_032, "23.5 million is ResNet-50 without its last layer"),
            Slip(25.6, "the number is in millions; write 25.6e6"),
        ),
    ),
    Fact(
        "resnet50_flops",
        3.8e9,
        "FLOPs per image",
        f"{RESNET}, Table 1",
        "ResNet-50 takes 3.8 billion multiply-adds per image; 4.1 billion is the count of the later v1.5 network",
        ("ResNet-50", "ResNet50"),
        FLOPS,
        also=(4.1e9,),
        slips=(
            Slip(7.6e9, "7.6 billion are ResNet-101's; or a multiply-add was counted as two"),
            Slip(1.8e9, "1.8 billion are ResNet-18's FLOPs"),
            Slip(3.6e9, "3.6 billion are ResNet-34's FLOPs"),
            Slip(11.3e9, "11.3 billion are ResNet-152's FLOPs"),
            Slip(3.8, "the number is in billions; write 3.8e9"),
        ),
    ),
    Fact(
        "resnet18_parameters",
        11_689_512,
        "parameters",
        TORCHVISION,
        "ResNet-18 has 11.7 million parameters for 1000 classes",
        ("ResNet-18", "ResNet18"),
        PARAMETERS,
    ),
    Fact(
        "resnet18_flops",
        1.8e9,
        "FLOPs per image",
        f"{RESNET}, Table 1",
        "ResNet-18 takes 1.8 billion multiply-adds per image of 224×224",
        ("ResNet-18", "ResNet18"),
        FLOPS,
    ),
    Fact(
        "resnet34_flops",
        3.6e9,
        "FLOPs per image",
        f"{RESNET}, Table 1",
        "ResNet-34 takes 3.6 billion multiply-adds per image",
        ("ResNet-34", "ResNet34"),
        FLOPS,
    ),
    Fact(
        "resnet101_flops",
        7.6e9,
        "FLOPs per image",
        f"{RESNET}, Table 1",
        "ResNet-101 takes 7.6 billion multiply-adds per image",
        ("ResNet-101", "ResNet101"),
        FLOPS,
    ),
    Fact(
        "resnet152_flops",
        11.3e9,
        "FLOPs per image",
        f"{RESNET}, Table 1",
        "ResNet-152 takes 11.3 billion multiply-adds per image",
        ("ResNet-152", "ResNet152"),
        FLOPS,
    ),
    Fact(
        "shapes_resnet_parameters",
        11_179_590,
        "parameters",
        TORCHVISION,
        "resnet18(num_classes=6) has 11,179,590 parameters",
        SHAPES,
        PARAMETERS,
    ),
)

PREDICTION_DEPTH = (
    Fact(
        "neighbours",
        30,
        "neighbours",
        f"{DEPTH}, section 2",
        "the probes vote among k = 30 neighbours",
        ("kNN", "k-NN", "k nearest", "probe", "probes"),
        ("k", "neighbours", "neighbors"),
        EXACT,
        slips=(Slip(5, "5 is scikit-learn's default"), Slip(1, "one neighbour is no vote")),
    ),
    Fact(
        "probe_points",
        11,
        "points",
        "the homework: the input and the ten children of ResNet-18",
        "there are 11 probe points, 0 the input to 10 the last layer",
        SHAPES,
        ("probes", "probe points", "points", "KNNs"),
        EXACT,
    ),
    Fact(
        "shape_classes",
        6,
        "classes",
        "the homework: circle, square, rectangle, right_triangle, heart, ellipse",
        "there are six shapes",
        ("shapes", "shape dataset"),
        ("classes", "shapes"),
        EXACT,
    ),
)

FACTS: tuple[Fact, ...] = (*TRIPLETS, *NETWORKS, *RATES, *RESNETS, *PREDICTION_DEPTH)

ASKED = (
    "margin",
    "nn1_parameters",
    "nn1_flops",
    "nn2_parameters",
    "resnet50_parameters",
    "resnet50_flops",
    "best_embedding_dimension",
    "val_at_128",
)
"""The facts that the homework asks for, in its order."""


def fact(key: str) -> Fact:
    """The fact of this key. Raises `KeyError` if there is none.

    >>> fact("nns1_parameters").value
    26000000.0
    """
    return {one.key: one for one in FACTS}[key]


def facts() -> dict[str, float]:
    """The answers as a student would write them: eight numbers.

    >>> facts()["val_at_128"]
    87.9
    """
    return {key: fact(key).value for key in ASKED}
