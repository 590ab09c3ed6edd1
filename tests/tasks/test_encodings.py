"""Texts of other encodings: what is met is told with what would fit, and what is said holds for new examples too."""

import numpy as np
import pytest
from typer.testing import CliRunner

from chainrule.cli import app
from chainrule.tasks.learning import open_trained_run, predict_file


@pytest.fixture
def reviews(tmp_path):
    random = np.random.default_rng(0)
    said = {"1": ["fête", "élégant"], "0": ["raté", "gênant"]}
    lines = [f"{label} {' '.join(random.permutation([random.choice(said[label]), 'le', 'film']))}" for label in said for _ in range(40)]
    (tmp_path / "reviews").write_bytes("\n".join(lines).encode("latin-1"))
    (tmp_path / "new.txt").write_bytes("Une fête".encode("latin-1"))
    return tmp_path


def learn(folder, *options):
    said = ["learn", str(folder / "reviews"), "--runs", str(folder), "--name", "run", "--epochs", "30", "--quiet", *options]
    return CliRunner().invoke(app, said)


def test_the_encoding_of_texts_can_be_said(reviews):
    refused = learn(reviews)
    assert refused.exit_code == 2 and "encoding='cp1252'" in refused.output and "line 1" in refused.output
    assert learn(reviews, "--encoding", "latin-1").exit_code == 0
    found = predict_file(open_trained_run(reviews / "run"), reviews / "new.txt").frame
    assert found["predicted class"].to_list() == ["1"] and found["text"].to_list() == ["Une fête"]


def test_an_encoding_is_for_texts_alone(reviews):
    assert "'latin-77' is not the name of an encoding" in learn(reviews, "--encoding", "latin-77").output
    (reviews / "reviews").rename(reviews / "qa1_train.txt")
    refused = CliRunner().invoke(app, ["prepare", str(reviews / "qa1_train.txt"), "--encoding", "latin-1"])
    assert refused.exit_code == 2 and "encoding is for texts" in refused.output
