# Two commands on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3.11
PYTHON := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
DESK ?= demo.desk

.PHONY: demo test lint eval bench lock train-reader clean

demo: .venv/ready
	@$(BIN)/backstory build sample/sources --desk $(DESK)
	@$(BIN)/backstory status --desk $(DESK)
	@$(BIN)/backstory articles --desk $(DESK) --limit 8
	@$(BIN)/backstory verify --desk $(DESK)
	@echo
	@echo "Next, with $(BIN) on your PATH:"
	@echo "  backstory articles --desk $(DESK)              every article; backstory show ID prints one"
	@echo "  backstory show ID --source --why --desk $(DESK)  the raw source, each line's kind and why"
	@echo "  backstory build YOUR-FOLDER                    your own news, into news.desk"

test: .venv/ready-dev
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

lint: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: .venv/ready-dev
	$(BIN)/python -m evaluation

bench: .venv/ready-dev
	$(BIN)/python -m benchmarks

# Writes the lock files anew from the ranges in pyproject.toml.
lock: .venv/ready-dev
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --extra scale --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-dev.txt

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python requirements.txt pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Makes the reader's weights anew: hours on two cores, with checkpoints; needs training/reader/requirements.txt and ../shared.
train-reader:
	PYTHONPATH=src:. python -m training.reader.train --to .cache/reader --epochs 4
	PYTHONPATH=src:. python -m training.reader.export .cache/reader/checkpoint.pt
	PYTHONPATH=src:. python -m training.reader.meaning --targets .cache/reader/targets.npy

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage demo.desk*
