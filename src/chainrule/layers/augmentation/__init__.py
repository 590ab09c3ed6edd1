"""Augmentation: each example varied at random in every step of training, on the device, and never otherwise."""

from chainrule.layers.augmentation.affine import RandomAffine, RandomRotation, RandomTranslation, RandomZoom
from chainrule.layers.augmentation.augmentation import Augmentation
from chainrule.layers.augmentation.colour import RandomBrightness, RandomColorJitter, RandomContrast, RandomHue, RandomSaturation
from chainrule.layers.augmentation.crop import RandomCrop
from chainrule.layers.augmentation.erasing import RandomErasing
from chainrule.layers.augmentation.flip import RandomFlip
from chainrule.layers.augmentation.mixing import CutMix, Mixing, MixUp
from chainrule.layers.augmentation.noise import GaussianNoise, RandomNoise
from chainrule.layers.augmentation.series import RandomScale, RandomShift
from chainrule.layers.augmentation.spectrogram import SpecAugment
from chainrule.layers.augmentation.tokens import WordDropout

__all__ = [
    "Augmentation",
    "CutMix",
    "GaussianNoise",
    "MixUp",
    "Mixing",
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
    "SpecAugment",
    "WordDropout",
]
