# Two commands do everything: `make run` and `make test`. Both need Python >= 3.11 and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PROJECT_ENVIRONMENT := $(VENV)

.DEFAULT_GOAL := help
.PHONY: help run test test-tools test-all check lint types seed sdl migrate bench bench-attack

help:
	@echo "make run       serve http://127.0.0.1:8000 with the real catalogue"
	@echo "make test      all tests that need nothing but Python"
	@echo "make test-all  also the conformance suites from npm (says so when it must skip them)"
	@echo "make check     tests, lint and types"
	@echo "make bench     speed beside other servers over the same data; long, wants Node"
	@echo "make bench-attack   accuracy and attacks against other estimators, about five minutes"
	@echo "make seed      add labelled demo reviews     make sdl   print schema.graphql anew"

$(VENV)/ready: pyproject.toml uv.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv sync --frozen --inexact --quiet
	@touch $@

run: $(VENV)/ready
	$(BIN)/python main.py serve

test: $(VENV)/ready
	$(BIN)/python -m pytest -m "not tools" -n auto --dist worksteal

test-tools: $(VENV)/ready
	$(BIN)/uv sync --frozen --inexact --quiet --group browser
	$(BIN)/python -m pytest -m tools $(ONLY)

test-all: test test-tools

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready
	$(BIN)/mypy .

check: test lint types

migrate: $(VENV)/ready
	$(BIN)/python main.py migrate

bench: $(VENV)/ready
	$(BIN)/python -m bench.speed

bench-attack: $(VENV)/ready
	$(BIN)/python -m bench.attack

seed: $(VENV)/ready
	$(BIN)/python main.py seed --demo

sdl: $(VENV)/ready
	$(BIN)/python main.py export-schema > schema/schema.graphql
