"""What all tests share: property tests draw the same examples in every run, and take the time they need; Keras runs on JAX.

Many tests compile the same small programs: each process keeps them in a folder of its own, and compiles each of them once.
"""

import atexit
import os
import shutil
import tempfile

import hypothesis

os.environ["KERAS_BACKEND"] = "jax"  # before anyone imports Keras
_programs = tempfile.mkdtemp(prefix="chainrule-tests-")
atexit.register(shutil.rmtree, _programs, ignore_errors=True)
os.environ |= {"CHAINRULE_COMPILATION_CACHE": _programs, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}

hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=25)
hypothesis.settings.load_profile("same")
