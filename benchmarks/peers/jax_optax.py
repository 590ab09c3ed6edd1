"""Plain JAX with Optax: one jitted step for each batch, or ("scan") an epoch in one program."""

import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
from cases import Case
from jax import lax
from measure import main


def network(case: Case):
    """Return first parameters and the forward pass."""
    generator = np.random.default_rng(0)

    def weight(*shape):
        return jnp.asarray(generator.normal(size=shape) * np.prod(shape[:-1]) ** -0.5, jnp.float32)

    if case.name == "mlp":
        first = {"a": weight(784, 128), "b": jnp.zeros(128), "c": weight(128, 10), "d": jnp.zeros(10)}
        return first, lambda p, x, key: jax.nn.relu(x @ p["a"] + p["b"]) @ p["c"] + p["d"]

    def convolve(x, kernel, bias):
        dims = ("NHWC", "HWIO", "NHWC")
        y = jax.nn.relu(lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=dims) + bias)
        return lax.reduce_window(y, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def forward(p, x, key):
        x = convolve(convolve(x, p["a"], p["b"]), p["c"], p["d"])
        x = x.reshape(x.shape[0], -1)
        x = jnp.where(jax.random.bernoulli(key, 0.5, x.shape), x * 2, 0)
        return x @ p["e"] + p["f"]

    kernels = {"a": weight(3, 3, 1, 32), "b": jnp.zeros(32), "c": weight(3, 3, 32, 64), "d": jnp.zeros(64)}
    return kernels | {"e": weight(1600, 10), "f": jnp.zeros(10)}, forward


def prepare(case: Case, scan: bool = False):
    """Return the first step and an epoch."""
    x, y = map(jnp.asarray, case.data())
    parameters, forward = network(case)
    optimizer = optax.adam(1e-3)
    state = [parameters, optimizer.init(parameters), jax.random.key(0)]

    def step(parameters, slots, key, x, y):
        key, now = jax.random.split(key)

        def loss(p):
            return optax.softmax_cross_entropy_with_integer_labels(forward(p, x, now), y).mean()

        value, gradients = jax.value_and_grad(loss)(parameters)
        updates, slots = optimizer.update(gradients, slots)
        return optax.apply_updates(parameters, updates), slots, key, value

    one = jax.jit(step, donate_argnums=(0, 1, 2))

    def many(parameters, slots, key, x, y, order):
        def body(carry, rows):
            *carry, value = step(*carry, x[rows], y[rows])
            return tuple(carry), value

        return lax.scan(body, (parameters, slots, key), order)

    whole = jax.jit(many, donate_argnums=(0, 1, 2))

    def epoch(steps: int) -> None:
        order = jax.random.permutation(jax.random.key(1), case.examples)[: steps * case.batch_size].reshape(steps, -1)
        if scan:
            state[:], _ = whole(*state, x, y, order)
        else:
            for rows in np.asarray(order):
                *state[:], _ = one(*state, x[rows], y[rows])
        jax.block_until_ready(state)

    def train(epochs: int) -> list[float]:
        ends: list[float] = []
        for _ in range(epochs):
            epoch(case.steps)
            ends.append(time.perf_counter())
        return ends

    return lambda: epoch(1), train


if __name__ == "__main__":
    main(lambda case: prepare(case, scan="scan" in sys.argv))
