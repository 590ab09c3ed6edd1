"""Networks for texts: the weights of their terms, their tokens in order, or a question and the sentences that it is about."""

from chainrule.layers import (
    GRU,
    Concatenate,
    Conv1D,
    Cropping1D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalMaxPooling1D,
    Layer,
    Multiply,
    Permute,
    RepeatVector,
    Reshape,
    ReverseSteps,
    Symbol,
)
from chainrule.optimizers import Adam, Optimizer
from chainrule.tasks.body import Block, Body, InputSpec, OutputSpec
from chainrule.tasks.choices import Choices

_WIDTHS = (3, 4, 5)  # words that a filter looks at
_FILTERS = 100  # of each width
_EMBEDDING = 64
_WORD, _SENTENCE, _SPAN = 32, 64, 128  # numbers for a word of a question's text, for a sentence, for a place that an answer may have


def terms(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return the terms' weights themselves, some left out at random, unless hidden layers are asked for: few texts teach many terms.

    Source:
        Joachims (1998), Text categorization with support vector machines: learning with many relevant features (linear separation
        suffices for texts).
    """
    hidden: list[Layer] = [Dense(size, "relu") for size in choices.layers or ()]
    reason = f"{spec.name!r}: a weighted sum of {spec.shape[0]:,} terms, as texts by their terms are told apart by planes"
    return Body([Dropout(0.3), *hidden], reason, epochs=100, batch_size=32, patience=10, optimizer=_fast)


def tokens(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return a convolutional network over embedded tokens: filters of three widths, the largest answer of each over the text.

    Source:
        Kim (2014), Convolutional neural networks for sentence classification (there with 300 numbers for a word, dropout 0.5).
    """
    assert spec.size is not None
    widths = [width for width in _WIDTHS if width <= spec.shape[0]] or [1]
    hidden: list[Block] = [Dense(size, "relu") for size in choices.layers or ()]
    said = ", ".join(map(str, widths))
    reason = f"{spec.name!r}: {spec.size:,} tokens embedded in {_EMBEDDING} numbers, {_FILTERS} filters of each width {said} over them"
    layers: list[Block] = [Embedding(spec.size, _EMBEDDING), Dropout(0.3), _filters(widths), Dropout(0.5), *hidden]
    return Body(layers, reason, epochs=30, batch_size=50, patience=4)


def reading(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return a network that reads sentence after sentence with the question in mind, and once more with what it then knows of each.

    A sentence s is a weighted sum of its embedded words in their places, and is read as (s, q, s · q) beside the question q.

    Source:
        Seo, Min, Farhadi and Hajishirzi (2017), Query-reduction networks for question answering; here with two gated recurrent
        units (Cho et al. 2014) in place of its own.
    """
    hidden: list[Layer] = [Dense(size, "relu") for size in choices.layers or ()]

    def block(tokens: Symbol) -> Symbol:
        _, sentences, beside = _beside_question(tokens, spec)
        first = GRU(_SENTENCE, return_sequences=True)(beside)
        return GRU(_SENTENCE)(Concatenate()([sentences, first, Multiply()([sentences, first])]))

    return Body([block, *hidden], _reason(spec), epochs=60, batch_size=32, patience=12, optimizer=_quick)


def span(spec: InputSpec, output: OutputSpec, choices: Choices) -> Body:
    """Return a network that reads forwards and backwards with the question in mind, and gives each place a logit to be first or last.

    Its output is of shape (2, places).
    """
    rows, words = spec.shape

    def block(tokens: Symbol) -> Symbol:
        embedded, _, beside = _beside_question(tokens, spec)
        forwards = GRU(_SENTENCE, return_sequences=True)(beside)
        backwards = ReverseSteps()(GRU(_SENTENCE, return_sequences=True, go_backwards=True)(beside))
        known = Dense(_SPAN, "relu")(Concatenate()([embedded, forwards, backwards]))
        return Permute((2, 1), name="answer")(Reshape((rows * words, 2))(Dense(2 * words)(known)))

    said = f"{_reason(spec)}, forwards and backwards: each word may be the first or the last of the answer"
    return Body([block], said, epochs=60, batch_size=32, patience=12, optimizer=_quick)


def _beside_question(tokens: Symbol, spec: InputSpec) -> tuple[Symbol, Symbol, Symbol]:
    """Return each sentence's embedded words in a row, the sentences, and these beside the question, which is the first of them."""
    assert spec.size is not None
    rows, words = spec.shape
    embedded = Reshape((rows, words * _WORD))(Dropout(0.1)(Embedding(spec.size, _WORD)(tokens)))
    sentences = Dense(_SENTENCE, "tanh")(embedded)
    question = RepeatVector(rows)(Flatten()(Cropping1D((0, rows - 1))(sentences)))
    return embedded, sentences, Concatenate()([sentences, question, Multiply()([sentences, question])])


def _reason(spec: InputSpec) -> str:
    rows, words = spec.shape
    return f"{spec.name!r}: {spec.size:,} tokens embedded in {_WORD} numbers, {rows} sentences of {words} words read beside the question"


def _filters(widths: list[int]) -> Block:
    def block(symbol: Symbol) -> Symbol:
        found = [GlobalMaxPooling1D()(Conv1D(_FILTERS, width, activation="relu")(symbol)) for width in widths]
        return found[0] if len(found) == 1 else Concatenate()(found)

    return block


def _quick(updates: int) -> Optimizer:
    return Adam(learning_rate=0.002)


def _fast(updates: int) -> Optimizer:
    return Adam(learning_rate=0.01)
