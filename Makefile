# Two commands: `make maps` draws the report of the embedded area, `make test` checks it all;
# types are left to `make types`, what takes longest to `make slow`.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
AREA ?= mae_hong_son
# Tests at once; each takes up to 1 GB of memory.
WORKERS ?= 2

# How many inputs of each kind `make fuzz` tries; the seed is fixed.
FUZZ ?= 2000

.PHONY: maps test types slow clusters peers faults bench growth timings fuzz clean

maps: $(VENV)/.installed
	$(BIN)/chaidaen report $(AREA) --overwrite

# Tests start the program over and over: where compiled modules are kept, that is soon done.
test slow: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/.tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Without what mypy kept of an earlier run it takes as long as a third of the tests.
types: $(VENV)/.tested
	$(BIN)/mypy

slow: $(VENV)/.tested
	$(BIN)/pytest -m slow -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Parts of real clusters are killed: for a machine that nobody else keeps busy.
clusters: $(VENV)/.tested
	$(BIN)/pytest -m cluster

# What others read of ours, read by them: in the environment that `make bench` makes too.
peers: $(VENV)/.tested
	$(BIN)/pytest -m peer

# Beside its peers, from an environment that it makes itself, into docs/benchmarks.md.
bench: $(VENV)/.benched
	$(BIN)/python tests/benchmarks/side_by_side.py $(BENCH)

# How time and memory grow, up to five million segments: ten minutes of a core, and 9 GB.
growth: $(VENV)/.benched
	$(BIN)/python tests/benchmarks/growth.py

timings: $(VENV)/.benched
	$(BIN)/pytest tests/benchmarks -o python_files=bench_*.py --benchmark-sort=name

fuzz: $(VENV)/.tested
	FUZZ=$(FUZZ) $(BIN)/pytest tests/fuzz -o python_files=fuzz_*.py -n $(WORKERS) --dist load

# Every call of every command that changes a file, failed or killed: hours.
faults: $(VENV)/.tested
	FAULTS=all $(BIN)/pytest tests/scripts/test_faults.py -m slow -s -n $(WORKERS)

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -c "open('$(VENV)/.installed', 'w').close()"

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	$(BIN)/python -c "open('$(VENV)/.tested', 'w').close()"

$(VENV)/.benched: $(VENV)/.tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	$(BIN)/python -c "open('$(VENV)/.benched', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('$(VENV)', 'output', 'build')]"
