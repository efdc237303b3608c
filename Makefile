# Every target is a line or two that a person could type.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& { echo $$p; break; }; done)

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.PHONY: demo venv test check format clean

demo: venv  ## open the explorer on the sample collection (headless: table, numbers, report, picture)
	$(BIN)/uem demo

venv: $(BIN)/.ready  ## .venv with everything in it

$(BIN)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "uem-desktop needs Python 3.11, 3.12 or 3.13 on the PATH."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

test: venv  ## the tests
	$(BIN)/python -m pytest -q -n 2

check: venv  ## format, lint, types, import contracts, size law, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: venv
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv demo
