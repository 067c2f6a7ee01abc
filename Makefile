# Two commands for newcomers: make run, make test. The rest is for engineers.
# The requirements name every package: --no-deps keeps pip from asking the index for a newer one and refusing its hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
WEB_CONCURRENCY ?= 2
CASES ?= 1000000
SEED ?= 1
FLASK := $(BIN)/flask --app app
APT := apt-get install -y --no-install-recommends

.PHONY: run test check bench engines words install install-dev translations browser postgres node clean

run: $(VENV)/.base translations
	@$(FLASK) db upgrade
	@$(FLASK) seed
	@$(FLASK) demo
	@$(FLASK) welcome
	@exec $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers $(WEB_CONCURRENCY) --blocking-threads 8 --backpressure 64 --respawn-failed-workers --workers-kill-timeout 30 --log-level error wsgi:app

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt | $(VENV)/bin/python
	@echo "Installing packages (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing development packages (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@ $(VENV)/.base

translations: $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))

translations/%.mo: translations/%.po | $(VENV)/.base
	@$(BIN)/pybabel -q compile -i $< -o $@

# New texts of the program into the Indonesian catalogue; whatever has no translation yet is named.
words: install-dev
	@$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k NN_:1,2 -k _l -k lazy_gettext --no-location --sort-output --omit-header -o translations/messages.pot .
	@$(BIN)/pybabel -q update -i translations/messages.pot -d translations -D messages -l id --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120
	@sed -i -E '/^"(Project-Id|Report-Msgid|POT-|PO-|Last-Tr|Language-T|Generated)/d' translations/id/LC_MESSAGES/messages.po
	@$(BIN)/python -m pytest -vv --tb=short -p no:randomly tests/unit/test_translations.py
	@$(MAKE) -s translations

install: $(VENV)/.base translations
install-dev: $(VENV)/.dev translations

browser:
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && apt-get update -qq && $(APT) chromium >/dev/null; } || { echo "Chromium is needed for the browser tests: install the package chromium."; exit 1; }

postgres:
	@ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || [ -n "$$TEST_DATABASE_URL" ] || { [ "$$(id -u)" = 0 ] && apt-get update -qq && $(APT) postgresql >/dev/null; } || { echo "PostgreSQL is needed for the tests: install the package postgresql, or set TEST_DATABASE_URL."; exit 1; }

node:
	@{ command -v npm && command -v node; } >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && apt-get update -qq && $(APT) nodejs npm >/dev/null; } || { echo "Node 18 or newer with npm is needed for the tests: install the packages nodejs and npm."; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0] < 18))' || { echo "Node 18 or newer is needed for the tests."; exit 1; }

node_modules/.done: package-lock.json | node
	@npm ci --silent --no-fund --no-audit
	@touch $@

test: install-dev browser postgres node_modules/.done
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: install-dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml >/dev/null
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python -m pytest -q tests/unit/test_translations.py tests/unit/test_tokens.py -p no:randomly
	@$(BIN)/codespell --quiet-level 2
	@$(BIN)/deptry . >/dev/null 2>&1 || $(BIN)/deptry .
	@$(BIN)/vulture
	@echo "check: all good"

# The server's engines and the browser's on as many drawn cases as you like: expressions, then whole documents.
engines: install-dev node
	@$(BIN)/python -m tests.engines --cases $(CASES) --seed $(SEED)
	@$(BIN)/python -m tests.checks --cases $$(($(CASES) / 10)) --seed $(SEED)

bench: install-dev
	@$(BIN)/python -m bench

clean:
	rm -rf $(VENV) instance node_modules translations/*/LC_MESSAGES/*.mo
