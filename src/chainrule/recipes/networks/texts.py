"""Networks for texts: the weights of their terms, or their tokens in order."""

from chainrule.layers import Concatenate, Conv1D, Dense, Dropout, Embedding, GlobalMaxPooling1D, Layer, Symbol
from chainrule.optimizers import Adam, Optimizer
from chainrule.recipes.networks.choices import Choices
from chainrule.recipes.networks.parts import Body, Given, Making, Wanted

_WIDTHS = (3, 4, 5)  # words that a filter looks at
_FILTERS = 100  # of each width
_EMBEDDING = 64


def terms(given: Given, wanted: Wanted, choices: Choices) -> Body:
    """Return the terms' weights themselves, some left out at random, unless hidden layers are asked for: few texts teach many terms.

    Source:
        Joachims (1998), Text categorization with support vector machines: learning with many relevant features (linear separation
        suffices for texts).
    """
    hidden: list[Layer] = [Dense(size, "relu") for size in choices.layers or ()]
    reason = f"{given.name!r}: a weighted sum of {given.shape[0]:,} terms, as texts by their terms are told apart by planes"
    return Body([Dropout(0.3), *hidden], reason, epochs=100, batch_size=32, patience=10, optimizer=_fast)


def tokens(given: Given, wanted: Wanted, choices: Choices) -> Body:
    """Return a convolutional network over embedded tokens: filters of three widths, the largest answer of each over the text.

    Source:
        Kim (2014), Convolutional neural networks for sentence classification (there with 300 numbers for a word, dropout 0.5).
    """
    assert given.size is not None
    widths = [width for width in _WIDTHS if width <= given.shape[0]] or [1]
    hidden: list[Making] = [Dense(size, "relu") for size in choices.layers or ()]
    said = ", ".join(map(str, widths))
    reason = f"{given.name!r}: {given.size:,} tokens embedded in {_EMBEDDING} numbers, {_FILTERS} filters of each width {said} over them"
    layers: list[Making] = [Embedding(given.size, _EMBEDDING), Dropout(0.3), _filters(widths), Dropout(0.5), *hidden]
    return Body(layers, reason, epochs=30, batch_size=50, patience=4)


def _filters(widths: list[int]) -> Making:
    def passed(symbol: Symbol) -> Symbol:
        found = [GlobalMaxPooling1D()(Conv1D(_FILTERS, width, activation="relu")(symbol)) for width in widths]
        return found[0] if len(found) == 1 else Concatenate()(found)

    return passed


def _fast(updates: int) -> Optimizer:
    return Adam(learning_rate=0.01)
