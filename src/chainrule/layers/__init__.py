"""Layers: the parts that networks are made of, with Keras's names and meanings."""

from chainrule.augment import (
    CutMix,
    GaussianNoise,
    MixUp,
    RandomAffine,
    RandomBrightness,
    RandomColorJitter,
    RandomContrast,
    RandomCrop,
    RandomErasing,
    RandomFlip,
    RandomHue,
    RandomNoise,
    RandomRotation,
    RandomSaturation,
    RandomScale,
    RandomShift,
    RandomTranslation,
    RandomZoom,
    SpecAugment,
    WordDropout,
)
from chainrule.layers.attention import MultiHeadAttention
from chainrule.layers.convolution import Conv1D, Conv2D
from chainrule.layers.core import Activation, Dense, Flatten, Reshape
from chainrule.layers.embedding import Embedding, PositionEmbedding
from chainrule.layers.forecasting import LinearForecast, SeasonalNaive
from chainrule.layers.merging import Add, Average, Concatenate, Multiply, Subtract
from chainrule.layers.normalization import BatchNormalization, LayerNormalization
from chainrule.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from chainrule.layers.recurrent import GRU, LSTM, SimpleRNN
from chainrule.layers.regularization import Dropout
from chainrule.layers.rescaling import Rescaling, SmoothClip
from chainrule.layers.steps import Cropping1D, Masking, Permute, RepeatVector, ReverseSteps
from chainrule.layers.upsampling import UpSampling2D
from chainrule.networks.layer import Input, Inputs, Layer, Shape, Symbol
from chainrule.networks.trace import Trace, current_trace, tracing

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "Add",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Concatenate",
    "Conv1D",
    "Conv2D",
    "Cropping1D",
    "CutMix",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Input",
    "Inputs",
    "Layer",
    "LayerNormalization",
    "LinearForecast",
    "Masking",
    "MaxPooling1D",
    "MaxPooling2D",
    "MixUp",
    "MultiHeadAttention",
    "Multiply",
    "Permute",
    "PositionEmbedding",
    "RandomAffine",
    "RandomBrightness",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomErasing",
    "RandomFlip",
    "RandomHue",
    "RandomNoise",
    "RandomRotation",
    "RandomSaturation",
    "RandomScale",
    "RandomShift",
    "RandomTranslation",
    "RandomZoom",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "ReverseSteps",
    "SeasonalNaive",
    "Shape",
    "SimpleRNN",
    "SmoothClip",
    "SpecAugment",
    "Subtract",
    "Symbol",
    "Trace",
    "UpSampling2D",
    "WordDropout",
    "current_trace",
    "tracing",
]
