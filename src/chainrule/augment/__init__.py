"""Augmentation: each example varied at random in every step of training, on the device, and never otherwise."""

from chainrule.augment.affine import RandomAffine, RandomRotation, RandomTranslation, RandomZoom
from chainrule.augment.augmentation import Augmentation
from chainrule.augment.colour import RandomBrightness, RandomColorJitter, RandomContrast, RandomHue, RandomSaturation
from chainrule.augment.crop import RandomCrop
from chainrule.augment.flip import RandomFlip
from chainrule.augment.masking import RandomErasing, SpecAugment, WordDropout
from chainrule.augment.mixing import CutMix, Mixing, MixUp
from chainrule.augment.noise import GaussianNoise, RandomNoise
from chainrule.augment.series import RandomScale, RandomShift

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
