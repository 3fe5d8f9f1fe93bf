# The commands of the house. `make help` lists them from the ## behind each target.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PYTHONPATH := $(CURDIR)/layers/common:$(CURDIR)/shared:$(CURDIR)/functions/web/console:$(CURDIR)
export PYTHONUTF8 := 1

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(VENV)/bin/uv
PORT ?= 8000
STAGE ?= dev
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: help
help: ## This list
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1mmake %-12s\033[0m %s\n", $$1, $$2}'

# ---- what everything stands on -------------------------------------------------------------

.PHONY: install
install: $(VENV)/.installed shared/vizdots/locale/.compiled ## Everything a developer needs, into .venv

$(VENV)/.installed: requirements/bootstrap.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "VizDots needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Say which with: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python has no venv. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing what VizDots needs into $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/bootstrap.txt requirements/dev.txt
	@touch $@

# What only some commands need is made when the first of them does, each in a venv of its own: their pins disagree.
.venv-sam/.installed: requirements/sam.txt
.venv-ministack/.installed: requirements/ministack.txt
.venv-runtime/.installed: requirements/runtime.txt
.venv-runtime/.installed: its_python = $(or $(LAMBDA_PYTHON),$(BIN)/python)
.venv-%/.installed: | $(VENV)/.installed
	@echo "Installing $(firstword $^) into .venv-$* …"
	@test -x .venv-$*/bin/python || $(UV) venv --quiet --no-python-downloads --python "$(or $(its_python),$(BIN)/python)" .venv-$*
	@$(UV) pip sync --quiet --python .venv-$*/bin/python --require-hashes $(firstword $^)
	@touch $@

# What gettext reads is compiled from the catalogues, wherever one of them is newer.
shared/vizdots/locale/.compiled: $(wildcard shared/vizdots/locale/*/LC_MESSAGES/*.po) | $(VENV)/.installed
	@$(BIN)/python -m tools.catalogues compile
	@touch $@

# The JavaScript clients that judge the identity stand-in, where there is Node.
node_modules/.installed: package.json package-lock.json .npmrc
	@if command -v npm >/dev/null; then echo "Installing the tests' JavaScript clients …"; npm ci --silent --no-fund --no-audit && touch $@; \
	else echo "No Node.js here: the tests with JavaScript clients will be skipped." >&2; fi

.PHONY: lock
lock: install ## Pin and hash the requirements anew
	@for it in layers/dependencies/requirements requirements/bootstrap requirements/dev requirements/sam requirements/ministack requirements/runtime requirements/bench; do \
	  $(LOCK) $$it.in -o $$it.txt || exit 1; done

# ---- the product on this machine -----------------------------------------------------------

.PHONY: up
up: install ## Run the whole product on http://localhost:8000 (PORT=…); Ctrl-C stops it
	@$(BIN)/python -m local up --port $(PORT)

.PHONY: reset
reset: install ## Forget the local data: database, keys, mailbox
	@$(BIN)/python -m local reset

.PHONY: db-url
db-url: install ## The URL of the local database
	@$(BIN)/python -m local db-url

.PHONY: token
token: install ## An access token for the local product: make token EMAIL=owner@acme.test
	@$(BIN)/python -m local token "$(EMAIL)"

.PHONY: invoke
invoke: install ## Run one function once: make invoke FUNCTION=cron/scheduler [EVENT=events/….json]
	@$(BIN)/python -m local invoke "$(FUNCTION)" $(if $(EVENT),--event "$(EVENT)")

# ---- the product in AWS --------------------------------------------------------------------

# Lambda's Python, where this machine has it (pyenv's included). It compiles the layers: /opt can't be written to in
# Lambda, so that without it each cold start would compile them.
RUNTIME := 3.13
LAMBDA_PYTHON = $(shell for it in python$(RUNTIME) $(wildcard $(HOME)/.pyenv/versions/$(RUNTIME).*/bin/python$(RUNTIME)); do \
  "$$it" -c 'import ssl, sys; print(sys.executable)' 2>/dev/null && break; done)
COMPILE = $(or $(LAMBDA_PYTHON:%=% -W ignore -m compileall -q -f -j 2 --invalidation-mode unchecked-hash),:)
BUILT := .aws-sam/build
SAM = env -u PYTHONPATH SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/$(BIN):$$PATH" .venv-sam/bin/sam

.PHONY: validate
validate: .venv-sam/.installed ## Lint template.yaml
	@$(SAM) validate --lint

.PHONY: build
build: .venv-sam/.installed ## What would be deployed, into .aws-sam/
	@COMPILE="$(COMPILE)" RUNTIME="$(RUNTIME)" $(SAM) build --build-dir $(BUILT) --cache-dir $(BUILT).cache
	@test -n "$(LAMBDA_PYTHON)" || echo "No python$(RUNTIME) here: the layers aren't compiled, and cold starts will be slower." >&2

.PHONY: deploy
deploy: validate build ## Deploy to AWS: make deploy STAGE=dev [ARGS="--parameter-overrides …"]
	@$(SAM) deploy --config-file $(CURDIR)/samconfig.toml --config-env $(STAGE) --template-file $(BUILT)/template.yaml $(ARGS)

.PHONY: migrate
migrate: install ## Apply the migrations as the owner: make migrate DATABASE_URL=postgresql://… [FUNCTIONS_URL=…]
	@test -n "$(DATABASE_URL)" || { echo "Which database? make migrate DATABASE_URL=postgresql://…" >&2; exit 2; }
	@$(BIN)/python -m common.migrations up "$(DATABASE_URL)" $(if $(FUNCTIONS_URL),--functions-url "$(FUNCTIONS_URL)")

.PHONY: redrive
redrive: install ## Dead letters back into their queues: make redrive STAGE=prod [ARGS=--dry-run]
	@$(BIN)/python -m tools.redrive "vizdots-$(STAGE)" $(ARGS)

.PHONY: catalogues
catalogues: $(VENV)/.installed ## Take up the texts of code and templates into the catalogues, and compile them
	@$(BIN)/python -m tools.catalogues
	@touch shared/vizdots/locale/.compiled

.PHONY: openapi
openapi: install ## Write the API's document anew from what the functions declare
	@$(BIN)/python -m tools.openapi

.PHONY: walkthrough
walkthrough: install ## A company from its owner's sign-up to its people's first check-ins, through HTTP alone
	@$(BIN)/python -m tools.walkthrough

.PHONY: supabase-mails
supabase-mails: install ## The letters of the identity service as a project of Supabase is told them: make -s … > FILE [HOURS=1]
	@$(BIN)/python -m tools.supabase_mails --hours $(or $(HOURS),1)

# ---- proof ---------------------------------------------------------------------------------

.PHONY: browser
browser: install ## A Chromium for the tests: found here, or installed (as root, by apt)
	@$(BIN)/python -m tools.browser

.PHONY: screenshots
screenshots: install browser ## A picture of every page, at 1280 and 375 pixels, light and dark, into .local/screenshots
	@$(BIN)/python -m tools.screenshots

.PHONY: test
test: install node_modules/.installed browser ## Everything that proves it: lint, then every test (ARGS="-n 0 tests/unit")
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n auto --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: install ## ruff, mypy --strict, squawk
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(MAKE) --no-print-directory lint-sql

.PHONY: lint-sql
lint-sql: install ## squawk alone: what in sql/ would stop a live table
	@$(BIN)/squawk sql/*.sql

.PHONY: bench
bench: install .venv-bench/.installed ## The figures that shape the house, as ratios (ARGS="cold warm scheduler roster")
	@LOG_LEVEL=ERROR $(BIN)/python -m tests.bench $(ARGS)

.venv-bench/.installed: requirements/bench.txt
	@echo "Installing the other side of the comparisons into .venv-bench …"
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv-bench
	@$(UV) pip sync --quiet --python .venv-bench/bin/python --compile-bytecode --require-hashes requirements/bench.txt
	@touch $@
