# Everything runs in .venv, which each target makes or updates itself; Python 3.11 or newer is the only need.
PY := .venv/bin/python
export DJANGO_SETTINGS_MODULE ?= config.settings.dev
TARGET ?= tests
# Test processes; 0 runs them in one.
N ?= 2

.PHONY: help run test bench lint fix demo backup restore shell messages lock key ready-run ready-dev

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: ready-run ## Start everything on http://127.0.0.1:$${PORT:-8000}; Ctrl-C stops it (DEMO=0: empty agency)
	@exec $(PY) -m config.embedded.run

test: ready-dev ## Run the tests (TARGET=tests/fwa N=0)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(PY) -m pytest -n $(N) --dist worksteal $(TARGET)

bench: ready-dev ## Run the benchmarks
	@exec $(PY) -m benchmarks

lint: ready-dev ## Check style, types, templates, import contracts, migrations and deployment settings
	@PY=$(PY) sh scripts/lint.sh

fix: ready-dev ## Format the code and repair what can be repaired
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

demo: ready-run ## Load fresh demo data (EMPLOYEES=500 MONTHS=6 SEED=1)
	@exec $(PY) manage.py demo $(if $(EMPLOYEES),--employees $(EMPLOYEES)) $(if $(MONTHS),--months $(MONTHS)) $(if $(SEED),--seed $(SEED))

backup: ready-run ## Save database, media and anchors as one file (FILE=backup.tar)
	@exec $(PY) -m config.embedded.backup save $(FILE)

restore: ready-run ## Replace database, media and anchors by those of FILE=backup.tar
	@exec $(PY) -m config.embedded.backup load $(FILE)

shell: ready-run ## Open a Python shell with the models
	@exec $(PY) manage.py shell

messages: ready-dev ## Collect texts to translate (needs gettext) and compile the translations
	@$(PY) manage.py makemessages --locale id --no-wrap --add-location file --ignore .venv --ignore .local
	@$(PY) -m config.messages

lock: ready-dev ## Compile requirements/*.txt again with the newest versions that fit
	@sh scripts/lock.sh

key: ready-run ## Print a new key for LEDGER_KEY or EVIDENCE_KEY
	@exec $(PY) -m config.embedded.secrets

ready-run:
	@sh scripts/bootstrap.sh run

ready-dev:
	@sh scripts/bootstrap.sh dev
