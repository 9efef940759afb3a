# The two commands: `make demo` shows it running, `make test` proves it. Python 3.11+, python3-venv and git are all they need.
PYTHON ?= python3
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml

.PHONY: help demo test build bench soak lock clean

help:
	@echo "make demo    set up and start a demo world; Ctrl-C stops it"
	@echo "make test    set up and run every check, on SQLite and PostgreSQL"
	@echo "make build   set up only: environment, front end, translations"
	@echo "make bench   measure the engine and the web (BENCH=\"--help\" tells the lengths)"
	@echo "make soak    break things for a long while and watch nothing get lost (SOAK=\"--help\" tells the options; OF=machine_soak: the machine alone, thousands of times; OF=generated_requests: 100,000 requests from the OpenAPI file; OF=every_page: every page in every look; OF=random_processes: 3,000 of them against the oracle)"
	@echo "make lock    renew the pinned versions (LOCK=--upgrade takes newer ones)"
	@echo "make clean   remove what set-up made; the data in var/ stays"

build:
	@$(PYTHON) .ci/setup.py runtime

demo: build
	@.venv/bin/sutiao demo serve

test:
	@$(PYTHON) .ci/setup.py test
	@$(PYTHON) .ci/provision.py
	@.ci/test

bench:
	@$(PYTHON) .ci/setup.py test
	@.venv/bin/python -m tests.benchmarks.bench $(BENCH)

soak:
	@$(PYTHON) .ci/setup.py test
	@.venv/bin/python -m tests.benchmarks.$(or $(OF),soak) $(SOAK)

lock:
	@$(PYTHON) .ci/setup.py test
	@$(COMPILE) $(LOCK) --output-file requirements/runtime.lock
	@$(COMPILE) $(LOCK) --extra test --constraint requirements/runtime.lock --output-file requirements/test.lock
	@cd webapp/frontend && PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --package-lock-only --no-progress
	@.venv/bin/python .ci/plain_lock.py webapp/frontend/package-lock.json

clean:
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf webapp/static/dist webapp/static/fonts webapp/frontend/node_modules
	find webapp/translations -name '*.mo' -delete
