# make setup   create .venv and install everything into it
# make demo    set up, seed a make-believe airline, run a whole round, serve the console (WOW_PORT moves it)
# make test    set up, then formatter, linter, types, arrows and all tests, with their own PostgreSQL and broker
# make test-long  the proofs of reliability with all their figures: races, kills, lives (for a quarter of an hour)
# make mutants break one promise of money and delivery at a time, and see a named test notice
# make search  the tests of properties, with examples that no run before had
# make clean   remove what the above left behind

# The first Python that really runs and is new enough (a version manager's empty shim is not one).
PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.11 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS = never
# No addresses of registries are written here: pip and uv use what their user has set.
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup demo test test-long mutants search lint format migration clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" sh .ci/preflight
ifneq ($(UV),)
	uv venv --quiet --allow-existing --python "$(PYTHON)" .venv
	uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[train,multilingual,demo,dev]'
else
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[train,multilingual,demo,dev]'
endif
	@touch $@

demo: setup
	$(BIN)/wow demo

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	@sh .ci/browser
	$(BIN)/python -m pytest -n 4

test-long: setup
	$(BIN)/python -m pytest -n 2 -m long -rP

mutants: setup
	$(BIN)/python -m tests.mutants

search: setup
	WOW_TEST_EXAMPLES=default $(BIN)/python -m pytest -n 2 $$(grep -rl "from hypothesis" tests --include="test_*.py")

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .wow .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

# make migration MESSAGE="what changes": draft a migration from the difference between the tables and the code
migration: setup
	$(BIN)/python -c 'import sys, tempfile; from wowengine.db.session import Database; from wowengine import migrations; \
	  db = Database(f"sqlite:///{tempfile.mkdtemp()}/draft.db"); migrations.upgrade(db); migrations.draft(db, sys.argv[1])' "$(MESSAGE)"
