# Each target does all its own set-up, in .venv, and then its job. PYTHON chooses the interpreter (3.11 or newer).
# What is installed is what the locks of requirements/ name, to the version and the hash: docs/tests.md.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes --requirement
PYTEST := $(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup

.PHONY: help demo studio page test test-quick test-heavy test-newest test-lowest check lint types contract docs bench lines lock clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: .venv/.demo  ## train a network on handwritten digits, and look at what it learned
	@$(BIN)/chainrule demo

studio: .venv/.page  ## open the studio on the folder runs/
	@$(BIN)/chainrule studio

page: .venv/.page  ## build the studio's page, with Node.js from the system or from PyPI

test: .venv/.test  ## run all tests but the heavy ones, the studio's page built first where that can be done
	@$(MAKE) --no-print-directory page || echo "The studio's page could not be built: the tests that look at it are left out."
	$(PYTEST) -m "not heavy"

test-quick: .venv/.test  ## run the tests that take no more than a few seconds each
	$(PYTEST) -m "not slow and not heavy"

test-heavy: .venv/.test  ## run the tests that take minutes each: figures at full size, large foreign packages
	$(PYTEST) -m heavy

test-newest:  ## run the quick tests with the newest versions of everything, in .venv-newest
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	.venv-newest/bin/python -m pytest --numprocesses=auto --dist=loadgroup --override-ini=filterwarnings=default -m "not slow and not heavy"

test-lowest:  ## run the quick tests with the lowest versions that pyproject.toml allows, in .venv-lowest
	$(PYTHON) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable '.[test]'
	.venv-lowest/bin/python -m pytest --numprocesses=auto --dist=loadgroup --override-ini=filterwarnings=default -m "not slow and not heavy"

check: lint contract types docs  ## run what CI runs before the tests: style, imports, types, documentation

lint: .venv/.check  ## check style, banned names and dead code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.check  ## check the package's types, strictly
	$(BIN)/basedpyright

contract: .venv/.check  ## check that imports point down
	$(BIN)/lint-imports --no-cache

docs: .venv/.docs  ## build the documentation into site/, strictly, after running its examples
	$(BIN)/python -m pytest --numprocesses=auto --doctest-modules --doctest-glob='*.md' src/chainrule docs README.md CONTRIBUTING.md
	$(BIN)/python docs/make_tables.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: .venv/.bench  ## compare speed with PyTorch, Keras and plain JAX, in one run
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/streaming.py
	$(BIN)/python benchmarks/preparation.py

lines:  ## count the lines of code of each room, against the sizes of the style
	@$(PYTHON) benchmarks/lines.py

lock: .venv/bin/python  ## choose the newest versions of everything that is installed, and write them to requirements/
	$(INSTALL) uv
	$(BIN)/python requirements/lock.py

clean:  ## remove everything that can be made again
	rm -rf .venv .venv-newest .venv-lowest site build dist

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chainrule needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv

.venv/.demo: .venv/bin/python requirements/demo.txt pyproject.toml
	@echo "Installing Chainrule and what it needs into .venv ..."
	@$(LOCKED) requirements/demo.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.page: .venv/.demo $(shell find studio -type f -not -path 'studio/node_modules/*' -not -path 'studio/src/generated/*' 2>/dev/null) $(shell find src/chainrule/studio -name '*.py')
	@command -v npm > /dev/null || $(LOCKED) requirements/page.txt
	$(BIN)/python studio/build.py
	@touch $@

.venv/.test .venv/.check .venv/.docs .venv/.bench: .venv/.%: .venv/.demo requirements/%.txt
	$(LOCKED) requirements/$*.txt
	@touch $@
