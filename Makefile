# One word per job; each works from a bare checkout with Python >= 3.11, pip, git and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS  ?=

.PHONY: help demo test check bench readme format constraints clean
help:
	@echo "make demo     install, and run the whole marketing workflow on three bundled sites"
	@echo "make test     install, and run the tests"
	@echo "make check    ruff, mypy --strict, import-linter"
	@echo "make bench    measure what benchmarks/README.md reports"
	@echo "make format   put the code into ruff's format"
	@echo "make readme   write the README's generated parts and the published JSON schemas anew"
	@echo "make constraints   resolve the tested versions anew"

demo: $(VENV)/.installed
	$(BIN)/ag2-marketing demo --out reports/demo

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks

readme: $(VENV)/.installed-test
	$(BIN)/python tests/readme.py

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: $(PYTHON) is older than Python 3.11; name a newer one: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-test

# Names and versions of everything that was tested together, resolved anew. Python 3.11 is the oldest that must take them.
constraints:
	rm -rf $(VENV)-constraints
	$(PYTHON) -m venv $(VENV)-constraints
	$(VENV)-constraints/bin/python -m pip --disable-pip-version-check --quiet install -e '.[dev]'
	{ echo '# What was tested together: `make constraints` writes it anew. Names and versions only.'; \
	  $(VENV)-constraints/bin/python -m pip --disable-pip-version-check freeze --exclude-editable | LC_ALL=C sort -f; } \
	  > constraints.new
	rm -rf $(VENV)-constraints
	mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) $(VENV)-constraints constraints.new build dist reports .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
