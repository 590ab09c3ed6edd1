"""A small run of texts whose network has a layer of attention, for tests of what is shown of it."""

import itertools
from pathlib import Path

import chainrule as cr

HEADS, LAYER = 2, "multi_head_attention"
_PEOPLE, _PLACES = ("mary", "john", "sandra"), ("kitchen", "garden", "hallway", "office")


def train_on_words(path: Path) -> cr.Run:
    """Train a network to find where the one who is asked for went, and return the run."""
    texts: list[str] = []
    answers: list[str] = []
    for (first, second), (here, there) in itertools.product(itertools.permutations(_PEOPLE, 2), itertools.permutations(_PLACES, 2)):
        texts += [f"{first} went to the {here} then {second} to the {there} where is {first}", f"{second} is in the {there}"]
        answers += [here, there]
    preparation = cr.data.Preparation(target="place", kinds={"text": "text"}, encode=[cr.data.Tokens(at_least=1)])
    splits = preparation.fit({"text": texts, "place": answers})
    length, words = splits.train.x.shape[1], int(splits.train.x.max()) + 1
    tokens = cr.Input((length,), dtype="int32")
    embedded = cr.layers.Embedding(words, 16, mask_zero=True)(tokens)
    x = cr.layers.Add()([embedded, cr.layers.PositionEmbedding(length)(embedded)])
    x = cr.layers.LayerNormalization()(cr.layers.Add()([x, cr.layers.MultiHeadAttention(HEADS, 8, name=LAYER)(x, x)]))
    answer = cr.layers.Dense(len(_PLACES))(cr.layers.GlobalAveragePooling1D()(x))
    model = cr.Model(tokens, answer, seed=3)
    model.compile(cr.optimizers.Adam(0.01), cr.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(splits.train, validation_data=splits.validation, epochs=20, verbose=0, callbacks=[cr.callbacks.Recorder(path)])
    return cr.open_run(path)
