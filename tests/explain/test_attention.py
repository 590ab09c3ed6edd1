"""The shares of attention, at a moment of a run and of a trained model: those that Keras returns."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr

keras: Any = pytest.importorskip("keras")

TOKENS, HEADS, SIZE, STEPS, WORDS = 5, 2, 8, 6, 12
EXPLAINING = [
    cr.explain.integrated_gradients,
    cr.explain.smooth_grad,
    cr.explain.gradient_times_input,
    cr.explain.saliency,
    cr.explain.occlusion,
]
SCORES = "multi_head_attention/attention_scores"


def a_block(tokens: Any, made_of: Any, position: Any, causal: dict[str, Any]) -> Any:
    """Return what a small transformer gives for tokens: of Chainrule's layers, or of Keras's."""
    embedded = made_of.Embedding(WORDS, SIZE, mask_zero=True)(tokens)
    x = made_of.Add()([embedded, position(embedded)])
    seen = made_of.MultiHeadAttention(HEADS, 4, **causal)(x, x)
    x = made_of.LayerNormalization()(made_of.Add()([x, seen]))
    wide = made_of.Dense(SIZE)(made_of.Dense(16, activation="relu")(x))
    x = made_of.LayerNormalization()(made_of.Add()([x, wide]))
    return made_of.Dense(1)(made_of.GlobalAveragePooling1D()(x))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> cr.Run:
    """A run of a transformer that learns whether word 3 comes before word 4."""
    random = np.random.default_rng(50)
    x = random.integers(1, WORDS, (96, STEPS)).astype("int32")
    x[np.arange(STEPS) >= random.integers(2, STEPS + 1, (96, 1))] = 0
    y = ((x == 3).argmax(1) < (x == 4).argmax(1)).astype("float32")
    tokens = cr.Input((STEPS,), dtype="int32")
    model = cr.Model(tokens, a_block(tokens, cr.layers, cr.layers.PositionEmbedding(STEPS), {}), seed=2)
    model.compile(cr.optimizers.Adam(0.01), cr.losses.BinaryCrossentropy(from_logits=True))
    path: Path = tmp_path_factory.mktemp("runs") / "attention"
    model.fit(x, y, batch_size=40, epochs=3, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)


class _Places(keras.layers.Layer):
    """KerasHub's PositionEmbedding, whose library the tests do not need otherwise."""

    supports_masking = True

    def build(self, shape: Any) -> None:
        self.embeddings = self.add_weight(shape=(STEPS, shape[-1]), name="embeddings")

    def call(self, inputs: Any) -> Any:
        return keras.ops.broadcast_to(self.embeddings, keras.ops.shape(inputs))


def _in_keras(moment: cr.Moment) -> Any:
    """Return Keras's network with the moment's weights, which gives the answers, and its layer of attention."""
    tokens = keras.Input((STEPS,), dtype="int32")
    network = keras.Model(tokens, a_block(tokens, keras.layers, _Places(), {}))
    weights = [array for name, array in moment.state.items() if not name.startswith("optimizer/")]
    by_shape = [tuple(weight.shape) for weight in network.weights]
    assert by_shape == [array.shape for array in weights]
    network.set_weights(weights)
    return network


@pytest.mark.parametrize("step", [0, 4, 8])
def test_a_moment_shows_the_shares_that_keras_returns(run: cr.Run, step: int) -> None:
    moment = run.at(step)
    network = _in_keras(moment)
    found = moment[SCORES]
    assert found.shape == (len(moment.rows), HEADS, STEPS, STEPS)
    inner = keras.Model(network.input, next(layer.output for layer in network.layers if layer.name.startswith("add")))
    x = inner(moment.x)
    mask = moment.x > 0
    attention = next(layer for layer in network.layers if isinstance(layer, keras.layers.MultiHeadAttention))
    _, scores = attention(x, x, attention_mask=mask[:, :, None] & mask[:, None, :], return_attention_scores=True)
    np.testing.assert_allclose(found, scores, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(network(moment.x), moment["dense_2/output"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.sum(-1), np.broadcast_to(mask[:, None, :], found.shape[:3]), atol=1e-6)


def test_the_gradient_into_the_shares_is_that_of_a_small_change(run: cr.Run) -> None:
    """The gradient of shares reaches the query's kernel by the softmax's rule: dkernel = the sum over what the shares pass on."""
    moment = run.at(3)
    assert SCORES in moment.names()["value"] and SCORES in moment.names()["gradient"]
    gradient, shares = moment.gradient(SCORES), moment[SCORES]
    into_products = shares * (gradient - (gradient * shares).sum(-1, keepdims=True))  # softmax's own rule
    x = moment["add/output"]
    heads = {
        name: np.einsum("bsi,ihk->bhsk", x, moment[f"multi_head_attention/{name}/kernel"])
        + moment[f"multi_head_attention/{name}/bias"][:, None]
        for name in ("query", "key")
    }
    into_query = np.einsum("bhts,bhsk->bhtk", into_products, heads["key"]) / np.sqrt(4)
    wanted = np.einsum("bti,bhtk->ihk", x, into_query)
    np.testing.assert_allclose(moment.gradient("multi_head_attention/query/kernel"), wanted, rtol=1e-3, atol=1e-6)


def test_a_model_shows_the_shares_of_any_rows(run: cr.Run) -> None:
    moment = run.at(8)
    found = cr.explain.layer_outputs(moment.model(), moment.x, SCORES)
    np.testing.assert_allclose(found, moment[SCORES], rtol=1e-5, atol=1e-6)


def test_a_run_is_rewound_forked_and_loaded_to_the_bit(run: cr.Run, tmp_path: Path) -> None:
    child = run.at(5).fork(tmp_path / "fork")
    ends = [one.model().named_weights() for one in (run, child)]
    for name, weight in ends[0].items():
        np.testing.assert_array_equal(weight.value, ends[1][name].value)
    run.model().save(tmp_path / "model.cr")
    again, x = cr.models.load_model(tmp_path / "model.cr"), run.at(0).x
    np.testing.assert_array_equal(again.predict(x), run.model().predict(x))


@pytest.mark.parametrize("method", EXPLAINING)
def test_answers_over_padded_tokens_are_explained(run: cr.Run, method: Any) -> None:
    model, x = run.model(), run.at(0).x[:4]
    found = method(model, x)
    values = np.asarray(getattr(found, "values", found))
    assert values.shape == x.shape and np.isfinite(values).all() and np.abs(values).max() > 0
    assert not values[x == 0].any()  # padding has no part in an answer


def test_why_and_the_doctor_know_attention(run: cr.Run) -> None:
    why = run.at(2).why("multi_head_attention/value/kernel", (1, 0, 2))
    np.testing.assert_allclose(why.contributions.sum() + why.penalty, why.gradient, rtol=1e-3, atol=1e-7)
    assert [finding.symptom for finding in cr.diagnose(run) if finding.certainty == "certain"] == []
    assert any("multi_head_attention" in step.path for step in run.at(2).walk())
