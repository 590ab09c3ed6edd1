"""A model in a file: the same bits come back, training goes on as if nothing had happened, and nothing in a file is run."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from small_network import X, Y, assert_same_bits, everything, network

import chainrule as cr
from chainrule.errors import ArgumentError, DataError
from chainrule.optimizers import schedules

OPTIMIZERS = [
    cr.optimizers.SGD(0.05, momentum=0.9, nesterov=True, clipvalue=0.5),
    cr.optimizers.RMSprop(0.01, centered=True, momentum=0.5),
    cr.optimizers.Adam(schedules.WarmUp(schedules.CosineDecay(0.02, 20), 5), amsgrad=True),
    cr.optimizers.AdamW(0.01, weight_decay=0.1),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
def test_saving_and_loading_between_epochs_leaves_no_trace(optimizer: Any, tmp_path: Path) -> None:
    model = network()
    model.compile(optimizer, cr.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy", cr.metrics.ConfusionMatrix(3)])
    model.fit(X, Y, 8, 2, 0)
    model.save(tmp_path / "model.chainrule")
    again = cr.models.load_model(tmp_path / "model.chainrule")
    assert_same_bits(everything(again), everything(model))
    histories = [one.fit(X, Y, 8, 4, 0, initial_epoch=2).history for one in (model, again)]
    assert histories[0] == histories[1]
    assert_same_bits(everything(again), everything(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    found, wanted = (one.evaluate(X, Y, return_dict=True) for one in (again, model))
    assert (found.pop("confusion_matrix") == wanted.pop("confusion_matrix")).all()
    assert found == wanted


def test_all_that_compile_was_told_comes_back(tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((4,), name="x"), cr.layers.Dense(1, "sigmoid")], seed=7, name="small")
    metrics = ["accuracy", cr.metrics.Precision(thresholds=0.3), cr.metrics.AUC(num_thresholds=50)]
    model.compile(cr.optimizers.SGD(0.3, momentum=0.1), cr.losses.BinaryCrossentropy(label_smoothing=0.1), metrics, [0.5])
    model.save(tmp_path / "m")
    again = cr.models.load_model(str(tmp_path / "m"))
    assert (again.name, again.seed) == ("small", 7)
    assert again.compile_arguments == model.compile_arguments
    assert list(again.named_weights()) == list(model.named_weights())


def test_a_model_that_is_not_compiled_keeps_its_weights(tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(3, "relu"), cr.layers.Dense(2)])
    model.layers[0].trainable = False
    model.save(tmp_path / "new" / "folder" / "m")
    again = cr.models.load_model(tmp_path / "new" / "folder" / "m")
    np.testing.assert_array_equal(again.predict(X[:, :4]), model.predict(X[:, :4]))
    assert [layer.trainable for layer in again.layers] == [False, True]
    with pytest.raises(ArgumentError, match="is not compiled"):
        again.fit(X[:, :4], X[:, :2], verbose=0)


def test_shared_layers_and_nested_networks_come_back(tmp_path: Path) -> None:
    a, b, shared = cr.Input((3,), name="a"), cr.Input((3,), name="b"), cr.layers.Dense(4, "tanh")
    inner = cr.Sequential([cr.Input((4,)), cr.layers.Dense(2), cr.layers.BatchNormalization()])
    outputs = [inner(shared(a)), inner(cr.layers.Add()([shared(a), shared(b)]))]
    model = cr.Model([a, b], outputs, seed=2)
    model.compile("adam", ["mse", "mae"], [["mae"], ["mse"]], [1.0, 0.3])
    x, y = [X[:, :3], X[:, 2:]], [X[:, :2], X[:, 3:]]
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "m")
    again = cr.models.load_model(tmp_path / "m")
    assert list(again.named_weights()) == list(model.named_weights())
    for fitted in (model, again):
        fitted.fit(x, y, epochs=3, initial_epoch=2, verbose=0)
    assert_same_bits(everything(again), everything(model))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(3, "relu"), cr.layers.Dense(2)])
    model.compile("adam", "mse")
    model.save(tmp_path / "m")
    return tmp_path / "m"


def _header(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    return json.loads(raw[8 : 8 + size])["__metadata__"]


def _rewritten(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the description of the model in a file, and leave its arrays."""
    data = json.loads(_header(path)["chainrule"])
    data = change(data) or data
    save_file(load_file(path), path, {"chainrule": data if isinstance(data, str) else json.dumps(data)})


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(share: float, saved: Path) -> None:
    raw = saved.read_bytes()
    saved.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(DataError, match="damaged or not a model of Chainrule"):
        cr.models.load_model(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data | {"format": 2}, r"written by a newer Chainrule \(format 2, this one reads 1\): update"),
        (lambda data: "{broken", "its description of the model cannot be read"),
        (lambda data: "[1, 2]", "its description of the model cannot be read"),
        (lambda data: "{}", "its description of the model cannot be read"),
        (lambda data: data.pop("network") and None, "damaged, or was changed by hand"),
        (lambda data: data["network"]["layers"][0].update({"class": "os.system"}), "The class 'os.system'"),
        (lambda data: data["network"]["layers"][0].update({"class": "builtins.eval"}), "The class 'builtins.eval'"),
        (lambda data: data["network"]["layers"][0].update({"untold": 1}), "untold"),
        (lambda data: data["network"]["layers"][0].update({"units": 7}), "has shape"),
        (lambda data: data["network"]["layers"].append(3), "damaged, or was changed by hand"),
        (lambda data: data["compile"].update({"loss": "nothing"}), "Got 'nothing'"),
        (lambda data: data["network"].update({"outputs": [99]}), "damaged, or was changed by hand"),
    ],
)
def test_a_description_that_was_changed_is_refused(change: Any, message: str, saved: Path) -> None:
    _rewritten(saved, change)
    with pytest.raises(DataError, match=message):
        cr.models.load_model(saved)


def test_other_files_are_refused(saved: Path, tmp_path: Path) -> None:
    save_file({"w": np.zeros(3)}, tmp_path / "foreign")
    (tmp_path / "text").write_text("a model, surely")
    arrays = load_file(saved)
    save_file({name: array for name, array in arrays.items() if name != "dense/bias"}, tmp_path / "missing", _header(saved))
    for name, message in [
        ("foreign", "holds tensors, but no model of Chainrule"),
        ("text", "damaged or not a model"),
        ("missing", "'dense/bias'"),
        ("nothing", "There is no model at"),
        ("", "damaged or not a model"),
    ]:
        with pytest.raises(DataError, match=message):
            cr.models.load_model(tmp_path / name)


def test_a_disk_that_is_full_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataError, match="No space left on device"):
        network().save(saved)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["m"]


def test_what_cannot_be_data_is_refused_when_saving(tmp_path: Path) -> None:
    model = cr.Sequential([cr.Input((4,)), cr.layers.Dense(1, activation=lambda x: x * 2)])
    with pytest.raises(ArgumentError, match="cannot be written to a configuration"):
        model.save(tmp_path / "m")
    assert not list(tmp_path.iterdir())
