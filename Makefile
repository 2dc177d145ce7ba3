# Every target sets itself up from the project's files alone: a virtual environment in .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SUM    := $(shell cksum pyproject.toml | cut -d' ' -f1)
STAMP  := $(VENV)/.installed-$(SUM)
RUN    := $(VENV)/.runnable-$(SUM)
# the forecasting frameworks need an older pandas than the rest, so they have an environment of their own
OTHER  := .venv-ecosystem
OSTAMP := $(OTHER)/.installed-$(SUM)

.PHONY: help demo test test-ecosystem lint types imports check bench bench-dropin docs clean
help:
	@echo "make demo   forecast the yearly sunspots with four methods (table, CSV, PNG in demo-output/)"
	@echo "make test   lint, types, import rules, tests and doctests"
	@echo "make test-ecosystem   tests beside skforecast, mlforecast, darts, sktime, dask and ray, in a second environment"
	@echo "make docs   build the documentation into docs/_build/html"
	@echo "make bench  run the benchmarks (long)"
	@echo "make bench-dropin   our regressor beside scikit-learn's in skforecast, mlforecast, darts and sktime"

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# what a user of the library needs, without the developers' tools
$(RUN): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e ".[plot,progress]"
	@touch $@

$(STAMP): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -e ".[dev]"
	@touch $@ $(RUN)

demo: $(RUN)
	$(BIN)/arsieve-rf demo --out demo-output

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

check: lint types imports

test: check
	$(BIN)/python -m pytest

$(OSTAMP): pyproject.toml
	test -x $(OTHER)/bin/python || $(PYTHON) -m venv $(OTHER)
	$(OTHER)/bin/python -m pip install --quiet --upgrade pip
	$(OTHER)/bin/python -m pip install --quiet -e ".[ecosystem]"
	@touch $@

test-ecosystem: $(OSTAMP)
	$(OTHER)/bin/python -m pytest tests/ecosystem
	$(OTHER)/bin/python -m pytest tests/test_docs.py -k "ecosystem"

bench: $(STAMP)
	$(BIN)/python -m benchmarks

bench-dropin: $(OSTAMP)
	$(OTHER)/bin/python -m benchmarks.dropin

docs: $(STAMP)
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

clean:
	rm -rf $(VENV) $(OTHER) demo-output docs/_build .pytest_cache .mypy_cache .ruff_cache
