# Wraps scripts/; each of them has --help.
.PHONY: help bootstrap demo test quick bench
help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12
bootstrap: ## Install what is missing, under var/
	scripts/bootstrap
demo: ## A predictive campaign against a simulated carrier
	scripts/demo
test: ## Format, lint, types, import rules, sizes, all tests
	scripts/test
quick: ## The same without Asterisk
	scripts/test --quick
bench: ## Where the benchmarks are
	@cat benchmarks/README.md
