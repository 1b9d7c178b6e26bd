# Needs a JDK 25, Maven, make, and Node with npm; no Docker. `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh

SOURCES := $(shell find src -type f)
MVN := mvn -B -ntp

# Shows the progress of Maven: a count of its downloads, and its errors in full.
MAVEN_PROGRESS = awk '/Downloaded from/ { if (++files % 50 == 0) print "  " files " files downloaded" } \
	/ERROR|WARNING.*\.java/ { print } /^maven-exit / { code = $$2 } END { exit code }'

# Runs a main class of the compiled tree on the JDK 25.
RUN = jdk=$$(bin/jdk25) && CLASSPATH="target/classes:target/test-classes:$$(cat target/test.classpath)" \
	exec "$$jdk/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Compiles all source roots, only if a file changed.
target/test.classpath: pom.xml $(SOURCES)
	@echo 'Compiling. On the first run Maven downloads its libraries, which takes some minutes.'
	@{ mvn -B process-test-classes; echo "maven-exit $$?"; } | $(MAVEN_PROGRESS)
	@touch $@

.PHONY: dev
dev: target/test.classpath ## run the whole system here (DEMO=off TRACING=on HTTP_PORT= KAFKA_PORT= CLICKHOUSE_PORT=)
	@$(RUN) -Xmx128m -XX:+UseSerialGC com.fanfinity.analytics.stack.LocalStack

# A test without a tag runs in `make test`. @Tag("slow") moves it to `make test-slow`, @Tag("endurance") to `make
# test-endurance`.
.PHONY: test
test: npm-packages infrastructure ## fast tests, and some with a real broker and ClickHouse (at most 10 minutes)
	@rm -f target/jacoco.exec
	$(MVN) verify

.PHONY: test-slow
test-slow: npm-packages ## the slow tests with real processes, which `make test` leaves out
	$(MVN) verify -Dgroups=slow -DexcludedGroups=endurance

.PHONY: test-endurance
test-endurance: npm-packages ## tests of minutes each: long faults, changing instances, a database restore
	$(MVN) verify -Dgroups=endurance -DexcludedGroups=

.PHONY: test-all
test-all: ## every test: test, test-slow and test-endurance
	$(MAKE) test
	$(MAKE) test-slow
	$(MAKE) test-endurance

.PHONY: test-one
test-one: ## one test, fast or slow: T=ClassName or T='ClassName#method'
	$(MVN) test -Djacoco.skip -DexcludedGroups= -Dtest='$(T)'

.PHONY: test-external
test-external: ## the tests tagged `external` (KAFKA_BOOTSTRAP_SERVERS= CLICKHOUSE_URL= [TEST_JDK=path of a JDK])
	$(MVN) test -Djacoco.skip -Dtest='*IT' -Dgroups=external -DexcludedGroups=own-engine \
		$(if $(TEST_JDK),-Djvm=$(TEST_JDK)/bin/java)

.PHONY: coverage
coverage: ## line coverage of all test runs since `make test`; fails below the minimum in pom.xml
	$(MVN) jacoco:report jacoco:check@coverage

.PHONY: infrastructure
infrastructure: ## test the cluster program in ops/pulumi against mocks
	$(MVN) -q -f ops/pulumi/pom.xml test

.PHONY: lint
lint: prose ## check format, compiler warnings and the language of all texts
	$(MVN) spotless:check test-compile

.PHONY: prose
prose: ## measure the English of comments, documents and messages, and the width of lines
	@"$$(bin/jdk25)/bin/java" src/lab/java/com/fanfinity/analytics/lab/prose/ProseLint.java .

.PHONY: format
format: ## format the code
	$(MVN) -q spotless:apply

.PHONY: build
build: ## the jar, and its libraries in target/lib
	$(MVN) package -DskipTests

.PHONY: image-files
image-files: build ## the files that docker/Dockerfile copies; then: docker build -f docker/Dockerfile .
	@bin/image-files

.PHONY: image-here
image-here: image-files ## build the image with buildah, and test it in a confined container (Debian, root)
	@bin/image-here

.PHONY: env
env: ## write .env with new passwords and a key for docker compose, or add those that it lacks
	@bin/env

.PHONY: replay
replay: target/test.classpath ## send a recorded match: FILE=match.ndjson [SPEED=60|max] [TARGET_URL=]
	@$(RUN) -Xmx256m com.fanfinity.analytics.simulator.Replay

.PHONY: bench
bench: target/test.classpath ## load on a separate stack, then compare every total (RATE=4000 SECONDS=60 MATCHES=100)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.StackBench

.PHONY: overload
overload: target/test.classpath ## more load than the machine can process (FACTOR=3 SECONDS=30 WARM_UP_SECONDS=60)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.Overload

.PHONY: instances
instances: target/test.classpath ## roll, scale and kill three instances under load; every answer must be right
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.instances.Instances

.PHONY: upgrade-trial
upgrade-trial: target/test.classpath ## upgrade from an earlier build and back (FROM=tag|commit INSTANCES=3 RATE=300)
	@build=$$(bin/build-of $(FROM)) && \
		$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.instances.UpgradeTrial "$$build"

.PHONY: bench-instances
bench-instances: target/test.classpath ## throughput of one to three instances, a hot match and routed reads
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.ScaleBench

.PHONY: bench-live
bench-live: target/test.classpath ## live viewers (VIEWERS=10000 MATCHES=1 SECONDS=60 EVENTS=0 OTHERS=0 GOALS=30)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.viewers.LiveBench

.PHONY: bench-gate
bench-gate: target/test.classpath ## the cost of the gate, beside AUTH=off, and of a million addresses
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.GateBench

.PHONY: bench-parser
bench-parser: target/test.classpath ## the service's own JSON scanner beside Jackson
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.ParserBench

.PHONY: bench-viewer-memory
bench-viewer-memory: target/test.classpath ## memory of a viewer with and without TLS (VIEWERS=1000)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.viewers.ViewerMemory

.PHONY: bench-recovery
bench-recovery: target/test.classpath ## kill an instance with much state, and time its recovery (EVENTS=100000 KILLS=3)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.RecoveryBench

.PHONY: bench-first-reads
bench-first-reads: target/test.classpath ## time until reads show the first event of a match (SAMPLES=300)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.FirstReads

.PHONY: soak
soak: target/test.classpath ## steady load; fails if a resource grows (HOURS=0.34 RATE=300)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.Soak

.PHONY: chaos
chaos: target/test.classpath ## kill processes, hold and cut bytes (MINUTES=5 SEED= SERVICES=2 MOVE_SECONDS=0)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.chaos.Chaos

.PHONY: hostile
hostile: target/test.classpath ## attack a service with 256 MiB of heap (ROWS=name,... FLOOD=yes RATE= SECONDS=)
	@$(RUN) -Xmx768m -XX:+UseSerialGC com.fanfinity.analytics.lab.hostile.Hostile

.PHONY: fuzz
fuzz: target/test.classpath ## random requests and records (INPUTS=1000000 SEED= FROM=0 CLIENTS=4 MINUTES=)
	@$(RUN) -Xmx768m -XX:+UseSerialGC com.fanfinity.analytics.lab.fuzz.Fuzz

.PHONY: restore-drill
restore-drill: target/test.classpath ## back up, drop and restore ClickHouse under load, then compare every total
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.restore.RestoreDrill

.PHONY: drill
drill: target/test.classpath ## cause a fault for each alert, which must fire and resolve (SPEED=10 FAULTS=name,...)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.drill.Drill

.PHONY: screenshots
screenshots: target/test.classpath npm-packages ## write screenshots of recorded matches to docs/screenshots
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.pages.Screenshots

.PHONY: look
look: target/test.classpath ## write pictures of all pages, widths and colours to target/look
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.pages.Look

.PHONY: kubernetes
kubernetes: ## write ops/kubernetes/base, the overlays and the Strimzi manifests again
	$(MVN) -q test -Djacoco.skip -Dtest=KustomizeTest,GrantsDocsTest -Dsurefire.failIfNoSpecifiedTests=false \
		-Dupdate.kubernetes=true

.PHONY: tools
tools: ## install the other programs that some tests need (Debian, as root)
	@bin/tools

.PHONY: clean
clean: ## delete the build; .local (the data of `make dev`) stays
	rm -rf target

# Without npm the Java tests still run. A test that needs an npm package is skipped, or fails if REQUIRE_ALL=1.
.PHONY: npm-packages
npm-packages:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.all-packages; else false; fi || \
		echo 'The npm packages are missing: tests that need the ClickHouse engine or Node are skipped.'

# This stamp means that all packages are installed. `make dev` installs only the ClickHouse engine.
node_modules/.all-packages: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
