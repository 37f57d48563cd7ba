# One command each. `make help` lists them; CI runs `make check` (.ci/run).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

SWIFT_FLAGS := --explicit-target-dependency-import-check error
# The release binary carries Swift's own library and so starts in milliseconds. Static and shared builds cannot share
# a folder without rebuilding everything at each change, hence a folder of its own.
STATIC := .build/static
# SwiftPM's folder of the debug build, where programs find the libssh2 that set-up may have built.
DEBUG := .build/debug
DROVER := .build/release/drover
FORMATTED := Sources Tests Package.swift

.PHONY: help toolchain setup build release test interop interop-tools lint format check demo bench golden docs clean sanitize

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

toolchain:
	@scripts/check-toolchain.sh

setup: ## install the Debian packages that are missing, and build what is too old there
	@scripts/setup.sh
	@scripts/setup-libssh2.sh

build: setup toolchain ## debug build, undeclared imports are errors
	swift build --build-tests $(SWIFT_FLAGS)
	@scripts/setup-libssh2.sh $(DEBUG)

release: setup toolchain ## release build into .build/release
	swift build -c release --product drover --static-swift-stdlib --scratch-path $(STATIC) $(SWIFT_FLAGS)
	@ln -sfn static/release .build/release
	@scripts/setup-libssh2.sh .build/release

# Each SSH test starts servers of its own and measures them by their log: one after the other.
test: build ## unit and end-to-end tests
	@scripts/swift-test.sh --skip 'InteropTests|EndToEndTests|SSHTests|HostLinksTests' $(SWIFT_FLAGS)
	@scripts/swift-test.sh --no-parallel --filter 'SSHTests|HostLinksTests' $(SWIFT_FLAGS)
	@scripts/swift-test.sh --filter 'CloudProgramTests|CloudKillTests|FourFarmsTests' $(SWIFT_FLAGS)
	@scripts/swift-test.sh --filter EndToEndTests --skip 'CloudProgramTests|CloudKillTests|FourFarmsTests' $(SWIFT_FLAGS)

interop-tools:
	@scripts/setup-adb36.sh
	@scripts/setup-adbd.sh
	@scripts/setup-cloud-sdk.sh
	@scripts/setup-python.sh ansible 'ansible-core>=2.15'

interop: build interop-tools ## tests against the real adb, adb server and adbd
	@scripts/swift-test.sh --filter InteropTests $(SWIFT_FLAGS)

lint: toolchain ## style, strictly
	swift format lint --strict --recursive $(FORMATTED)

format: toolchain ## rewrite the sources in the project's style
	swift format --in-place --recursive $(FORMATTED)

# The tests of programs and of real counterparts load every core, so they do not run beside the others.
check: setup lint build interop-tools ## lint + build + every test; what CI runs
	@scripts/swift-test.sh --filter InteropTests $(SWIFT_FLAGS)
	$(MAKE) --no-print-directory test

sanitize: setup toolchain ## the SSH tests under the address and the thread sanitizer, each built anew
	@scripts/sanitize.sh

demo: release ## a real playbook on 100 simulated phones
	@scripts/demo.sh $(DROVER)

bench: release interop-tools ## measure beside adb and C; OUTPUT=docs/benchmarks.md keeps the figures
	@Benchmarks/bench.py --drover $(DROVER) $(if $(OUTPUT),--output $(OUTPUT))
	@Benchmarks/run_figures.py --drover $(DROVER)
	@Benchmarks/check_figures.py --drover $(DROVER)
	@Benchmarks/cloud_figures.py --drover $(DROVER)

golden: build ## rewrite every golden file; look at the diff before committing it
	DROVER_GOLDEN=rewrite swift test --disable-xctest --skip InteropTests $(SWIFT_FLAGS) || true
	@git --no-pager diff --stat -- fixtures Tests

docs: build ## print docs/steps.md from the code
	.build/debug/drover steps --markdown >docs/steps.md.part
	@mv docs/steps.md.part docs/steps.md
	@git --no-pager diff --stat -- docs/steps.md

clean: ## remove everything that was built
	swift package clean
	rm -rf $(STATIC) .build/release .build/bench .build/address .build/thread
