"""What all tests share: property tests draw the same examples in every run, and take the time they need; Keras runs on JAX."""

import os

import hypothesis

os.environ["KERAS_BACKEND"] = "jax"  # before anyone imports Keras
os.environ.setdefault("CHAINRULE_COMPILATION_CACHE", "off")  # what is tested is compiled here and now

hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=25)
hypothesis.settings.load_profile("same")
