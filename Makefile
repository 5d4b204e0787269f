# Readlist in two commands: `make run` shows it on this machine, `make test` checks it. `make help` lists the others.

# The system's Python where it will do: distributions build theirs with optimizations that save a quarter of the time.
ifndef PYTHON
PYTHON := $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
endif
PORT ?= 8000
HOST ?= 127.0.0.1
ifndef DATA
DATA := $(or $(READLIST_DATA),var)
endif
DEMO ?= yes
# Processes of a part of the tests. Three parts run at once, with more processes than processors: each waits now and then
# for something else, such as PostgreSQL, a page or a server that it has started. Each costs some ten seconds of processor
# time, in which it reads all tests, templates and translations: 0 are none beside the one that was called.
JOBS ?= $(if $(AT_ONCE),$(if $(filter test-postgresql,$@),0,2),$(if $(filter check,$@),2,3))
PARTS := test-sqlite test-postgresql test-browser

export PYTHON HOST PORT DEMO
override export READLIST_DATA := $(DATA)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONUNBUFFERED = 1
# Where no compiled file may be written, each process compiles all of the project anew: seconds at every start.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
TIMES := $(VENV)/times
# $(call part,NAME,COMMAND): run a part of the tests, and write down how long it took, for a table at the end.
part = echo "$(1)"; began=$$(date +%s); $(2) && printf '%6d  %s\n' $$(($$(date +%s) - began)) "$(1)" >> $(TIMES)
# The same for a part that runs beside others: what it says is shown at its end.
beside = $(call part,$(1),$(2) > "$(VENV)/$@.log" 2>&1); failed=$$?; echo "$(1):"; cat "$(VENV)/$@.log"; exit $$failed
# A process that is done takes half of what another has left, so that none is left alone with what is long.
PYTEST = $(PY) -m pytest -q -n $(JOBS) --dist worksteal
# The plugin for browsers takes its time before each test.
NO_BROWSER = --ignore tests/browser -p no:playwright
# Checks of the code alone need a key and a database, but neither may be left behind.
BARE := DATABASE_URL=sqlite://:memory: READLIST_SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')"
COMPILE = $(VENV)/lock/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" pyproject.toml
TOO_OLD := import sys; v = sys.version_info; sys.exit("Readlist needs Python 3.11 or newer; $(PYTHON) is %d.%d." % v[:2] if v < (3, 11) else 0)

.PHONY: help run serve dev test compile $(PARTS) check soak looks bench messages lint format lock upgrade audit administrator tick backup restore install clean upgrade-check check-python preflight-run preflight-serve preflight-dev preflight-test
.DELETE_ON_ERROR:
ifndef AT_ONCE
.NOTPARALLEL:
endif
.DEFAULT_GOAL := help

help:  ## list the commands
	@sed -n 's/^\([a-z -]*\):.*## /  make \1 · /p' Makefile

run serve: override export READLIST_DEBUG := no
dev: override export READLIST_DEBUG := yes
run dev: override export READLIST_URL :=
run dev: override export HOST := 127.0.0.1

run: preflight-run $(VENV)/runtime  ## show Readlist on this machine (PORT=8000 DATA=var DEMO=yes)
	@$(PY) manage.py prepare --demo="$$DEMO" --tell
	@exec $(PY) -m readlist_site.run.process_manager

serve: preflight-serve $(VENV)/runtime  ## host it (READLIST_URL=https://… HOST=127.0.0.1 PORT=8000)
	@$(PY) manage.py prepare
	@exec $(PY) -m readlist_site.run.process_manager

dev: preflight-dev $(VENV)/runtime  ## run it for development: reloads by itself, shows errors
	@$(PY) manage.py prepare --demo="$$DEMO" --tell
	@exec $(PY) manage.py runserver "localhost:$$PORT"

test: preflight-test $(VENV)/tests  ## run everything: format, lint, contracts, and all tests on SQLite, on PostgreSQL and in a browser
	@rm -f $(TIMES)
	@$(call part,Format lint and contracts while the tests are compiled,$(MAKE) --no-print-directory --jobs=2 AT_ONCE=yes lint compile)
	@$(PY) -m tests.chromium
	@echo "What follows runs at once, and writes $(VENV)/test-….log meanwhile"
	@$(MAKE) --no-print-directory --keep-going --jobs=3 AT_ONCE=yes $(PARTS)
	@echo "Seconds of each part:" && cat $(TIMES)

# To look through the tests for the first time compiles them: once, before all processes do so at the same time.
compile: preflight-test $(VENV)/tests
	@$(PY) -m pytest -q --collect-only > "$(VENV)/$@.log" 2>&1 || { cat "$(VENV)/$@.log"; exit 1; }

test-sqlite:
	@$(call beside,Tests on SQLite,$(PYTEST) $(NO_BROWSER))

test-postgresql:
	@$(call beside,Tests on PostgreSQL,READLIST_TEST_ENGINE=postgresql $(PYTEST) $(NO_BROWSER))

test-browser:
	@$(call beside,Tests in a browser,$(PYTEST) tests/browser)

check: lint  ## run format, lint, contracts, and the fast tests of what changed, in less than a minute
	@$(PYTEST) --changed --dist load --maxschedchunk 4

soak: export READLIST_TEST_LENGTH := full
soak: preflight-test $(VENV)/tests  ## run the long trials at full length on both engines (random groups, races, rubbish in forms), those in a browser, and all tests on PostgreSQL
	@rm -f $(TIMES)
	@$(call part,Long trials on SQLite,$(PYTEST) --timeout 7200 -m "(soak or soak_only) and not browser")
	@$(PY) -m tests.chromium
	@$(call part,Long trials and all tests on PostgreSQL,READLIST_TEST_ENGINE=postgresql $(PYTEST) --timeout 7200 -m "not browser or every_engine")
	@$(call part,Long trials in a browser,$(PYTEST) --timeout 7200 -m "soak or soak_only" tests/browser)
	@echo "Seconds of each part:" && cat $(TIMES)

lint: preflight-test $(VENV)/tests  ## check format, lint, contracts, migrations and the settings of a hosted instance
	@echo "Format, lint and contracts"
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .
	@$(VENV)/bin/lint-imports --no-cache --no-logo
	@$(PY) -m tests.dependencies
	@echo "Migrations and the settings of a hosted instance"
	@$(BARE) $(PY) manage.py makemigrations --check
	@$(BARE) READLIST_URL=https://readlist.example.org $(PY) manage.py check --deploy --fail-level WARNING

looks: preflight-test $(VENV)/tests  ## take pictures of all pages in four widths, three languages and both themes (LOOKS=test-results/looks)
	@$(PY) -m tests.chromium
	@$(PYTEST) tests/browser/looks.py
	@echo "Pictures: $(or $(LOOKS),test-results/looks)"

bench: preflight-test $(VENV)/tests  ## measure what each page costs beside bare Django, on both engines (POSTS="10000 100000")
	@$(PY) -m tests.bench.pages --posts $(or $(POSTS),10000)

upgrade-check: preflight-test $(VENV)/tests  ## compare all pages before and after an upgrade (OLD=<revision> FOLDER=…)
	@test -n "$(OLD)" || { echo 'Say from what: make upgrade-check OLD=<revision>' >&2; exit 1; }
	@$(PY) tests/upgrade/compare_pages.py "$(OLD)" $(if $(FOLDER),--folder "$(FOLDER)")

messages: $(VENV)/runtime  ## extract what is to be translated, and compile the translations (LANGUAGE=…)
	@$(BARE) $(PY) manage.py messages $(LANGUAGE)

format: $(VENV)/tests  ## format the code
	$(PY) -m ruff check --fix --quiet .
	$(PY) -m ruff format --quiet .

administrator: check-python $(VENV)/runtime  ## make an administrator (EMAIL=… NAME=…; EXISTING=yes for an existing account)
	@test -n "$$EMAIL" || { echo 'Say whom: make administrator EMAIL=ada@example.org NAME="Ada Okafor"' >&2; exit 1; }
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py make_administrator "$$EMAIL" --name "$$NAME" $(if $(filter yes,$(EXISTING)),--existing)

install: check-python $(VENV)/runtime  ## install what serving needs, and start nothing
	@$(PY) -m compileall -q catalog groups notes readlist_site

tick: check-python $(VENV)/runtime  ## accept, remind and mail what is due, once; the worker does so by itself
	@$(PY) manage.py tick

backup: check-python $(VENV)/runtime  ## back up database, media and secret key, while it runs (TO=var/backups KEEP=7)
	@$(PY) manage.py backup $(if $(TO),--to "$(TO)") $(if $(KEEP),--keep "$(KEEP)")

restore: check-python $(VENV)/runtime  ## restore a backup into an empty database, while it doesn't run (FROM=folder)
	@test -n "$(FROM)" || { echo 'Say which: make restore FROM=var/backups/readlist-…' >&2; exit 1; }
	@$(PY) manage.py restore "$(FROM)"

upgrade: UPGRADE := --upgrade
lock upgrade: | $(PY)  ## rewrite the lock files from pyproject.toml (upgrade: with the newest versions)
	@$(PY) -m venv --clear $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip install --quiet uv
	@$(COMPILE) --output-file requirements.txt
	@$(COMPILE) --output-file requirements-test.txt --extra test --constraints requirements.txt
	@rm -rf $(VENV)/lock

audit: | $(PY)  ## ask the Python advisory database about what is locked; the one check that needs a network
	@$(PY) -m venv --clear $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet pip-audit
	@$(VENV)/audit/bin/pip-audit --disable-pip --require-hashes --requirement requirements-test.txt
	@rm -rf $(VENV)/audit

clean:  ## remove what was built and installed, but no data
	rm -rf $(VENV) staticfiles test-results .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

check-python:
	@command -v $(PYTHON) >/dev/null || { echo "Readlist needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c '$(TOO_OLD)'

preflight-run preflight-serve preflight-dev preflight-test: preflight-%: check-python
	@$(PYTHON) readlist_site/run/preflight.py $*

$(PY): | check-python
	@echo "Making a virtual environment …"
	@$(PYTHON) -m venv --clear $(VENV)

# Dependencies are installed again only when their lock has changed since. Those of the tests are compiled where they are
# imported first, since most of them never are.
$(VENV)/runtime: requirements.txt | $(PY)
	@echo "Installing the dependencies …"
	@$(PY) -m pip install --quiet --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/tests: requirements-test.txt | $(PY)
	@echo "Installing the dependencies of the tests …"
	@$(PY) -m pip install --quiet --no-compile --require-hashes --requirement requirements-test.txt
	@touch $@
