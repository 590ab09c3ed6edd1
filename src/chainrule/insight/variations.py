"""What augmentation makes of examples, as arrays: to be looked at before it is trained with."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule import ops
from chainrule.data.batch import as_array
from chainrule.errors import ArgumentError
from chainrule.graph import Placeholder
from chainrule.layers import Layer, Trace
from chainrule.training.augmentation import augmented, check_augmentation
from chainrule.xla import Program

MOST = 64  # examples on a sheet: they are varied as one batch


def contact_sheet(augment: Sequence[Layer], examples: Any, seed: int = 0, count: int = 8) -> np.ndarray[Any, Any]:
    """Return examples, each beside some variations of it, as training steps would meet them.

    The examples are varied as one batch, `count` times: as in the first steps of a training with this seed. Layers that mix examples
    mix these with one another.

    Args:
        augment: layers, as for `fit`.
        examples: a few of what is trained on, of shape (examples, ...).
        seed: what is drawn depends on it.
        count: how many variations of each.

    Returns:
        Of shape (examples, 1 + count, ...): the example itself first.

    Raises:
        ArgumentError: no variation, too many examples, or layers that cannot augment.
        DataError: examples outside of what a layer expects.

    Example:
        >>> import numpy as np, chainrule as cr
        >>> images = np.arange(6, dtype="float32").reshape(2, 1, 3, 1)
        >>> sheet = cr.contact_sheet([cr.layers.RandomFlip("horizontal")], images, count=4)
        >>> sheet.shape, sheet[0, :, 0, :, 0].tolist()[0]
        ((2, 5, 1, 3, 1), [0.0, 1.0, 2.0])
    """
    array = as_array(examples, "examples")
    if not isinstance(count, int) or count < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"contact_sheet: count must be a whole number from 1. Got {count!r} instead.")
    if len(array) > MOST:
        raise ArgumentError(f"contact_sheet: a sheet shows {MOST} examples at most. Got {len(array)}: give fewer, such as x[:8].")
    check_augmentation(augment, [array])
    x, key, step = Placeholder(array.shape, array.dtype), Placeholder((2,), "uint32"), Placeholder((), "int32")
    valid = ops.broadcast_to(1.0, shape=(len(array),))
    trace = Trace(training=True, key=ops.random_fold(key, step), valid=valid)
    varied = augmented(augment, [x], [ops.as_tensor(np.zeros(len(array), np.int32))], None, trace)
    program = Program([varied.x[0]], [x, key, step])
    variations = [np.asarray(program(array, ops.random_key(seed), np.int32(number))[0]) for number in range(count)]
    return np.stack([array, *variations], axis=1)
