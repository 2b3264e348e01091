# The three things one does with this folder. Without make: ./omni run, ./omni test.
.PHONY: run test clean

run: ## install, build, start everything on this machine
	@python3 scripts/bootstrap.py && exec .venv/bin/omni dev

test: ## what CI runs: lint, types, floors, every test
	@exec ./omni test

clean: ## remove what run and test made; the data in .omni stays
	rm -rf .venv node_modules widget/node_modules console/node_modules omnisupport/api/static artefacts *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find omnisupport tests scripts migrations -name __pycache__ -type d -prune -exec rm -rf {} +
