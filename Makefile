# Needs a JDK 25, Maven, Node with npm and make; nothing else, and no Docker. `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh

SOURCES := $(shell find src -type f)
MVN := mvn -B -ntp

# Says what Maven does: its downloads counted, its errors in full.
MAVEN_PROGRESS = awk '/Downloaded from/ { if (++files % 50 == 0) print "  " files " files downloaded" } \
	/ERROR|WARNING.*\.java/ { print } /^maven-exit / { code = $$2 } END { exit code }'

# Runs a main class of the compiled tree on the JDK 25.
RUN = jdk=$$(bin/jdk25) && CLASSPATH="target/classes:target/test-classes:$$(cat target/test.classpath)" \
	exec "$$jdk/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Compiles the service, its tests and this machine's Kafka and ClickHouse; only when something changed.
target/test.classpath: pom.xml $(SOURCES)
	@echo 'Compiling. The first time Maven downloads what it needs, which takes some minutes.'
	@{ mvn -B process-test-classes; echo "maven-exit $$?"; } | $(MAVEN_PROGRESS)
	@touch $@

.PHONY: dev
dev: target/test.classpath ## the whole system on this machine (DEMO=off TRACING=on HTTP_PORT=8080 KAFKA_PORT=9092 CLICKHOUSE_PORT=8123)
	@$(RUN) -Xmx128m -XX:+UseSerialGC com.fanfinity.analytics.stack.LocalStack

.PHONY: test
test: node_modules/.package-lock.json infrastructure ## all tests: fast ones, then those with a real broker and a real ClickHouse
	$(MVN) verify

.PHONY: infrastructure
infrastructure: ## try the program that makes a cluster (ops/pulumi) against mocks
	$(MVN) -q -f ops/pulumi/pom.xml test

.PHONY: test-long
test-long: node_modules/.package-lock.json ## what `make test` leaves out: instances that come and go, brokers killed, hanging and slow, a clock set back, a database restored, all counted anew, every question of the dashboards asked
	$(MVN) test -Dtest='InstancesIT,StandbysIT,BrokerTransactionsIT,HealthIT,RecoveryIT,ClockStepIT,BrokerFaultsIT,SeriesIT,DashboardsIT,RestoreDrillIT,CountAnewIT' -Dsurefire.failIfNoSpecifiedTests=false

# What shares its broker and its engine with others and ends neither.
EXTERNAL := RolesIT,ServiceFaultsIT,SinkIT,ExactlyOnceIT,!ExactlyOnceIT\#engineKilled*,RefusingClickHouseIT,MigrationsIT,GroupSetupIT,HistoryReadIT

.PHONY: test-external
test-external: ## tests on a broker and a ClickHouse that run already (KAFKA_BOOTSTRAP_SERVERS= CLICKHOUSE_URL= [TEST_JDK=home of another JDK])
	$(MVN) test -Djacoco.skip -Dtest='$(EXTERNAL)' -Dsurefire.failIfNoSpecifiedTests=false $(if $(TEST_JDK),-Djvm=$(TEST_JDK)/bin/java)

.PHONY: lint
lint: ## format and static checks
	$(MVN) spotless:check test-compile

.PHONY: format
format: ## format the code
	$(MVN) -q spotless:apply

.PHONY: build
build: ## the jar, with its libraries beside it in target/lib
	$(MVN) package -DskipTests

.PHONY: image-files
image-files: build ## what docker/Dockerfile needs: the jar, its libraries, and a broker to train with; then: docker build -f docker/Dockerfile .
	@bin/image-files

.PHONY: image-here
image-here: image-files ## build the image by buildah with a base made here, and try it in a confined container (Debian, root)
	@bin/image-here

.PHONY: env
env: ## .env with new passwords, for docker compose
	@bin/env

.PHONY: replay
replay: target/test.classpath ## send a match: FILE=match.ndjson [SPEED=60|max] [TARGET_URL=http://127.0.0.1:8080]
	@$(RUN) -Xmx256m com.fanfinity.analytics.simulator.Replay

.PHONY: bench
bench: target/test.classpath ## load on a stack of its own, then every total compared (RATE=4000 SECONDS=60 MATCHES=100)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.StackBench

.PHONY: overload
overload: target/test.classpath ## more than the machine can do, on a stack of its own (FACTOR=3 SECONDS=30 WARM_UP_SECONDS=60)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.Overload

.PHONY: instances
instances: target/test.classpath ## three instances rolled, scaled and killed under reads and writes: no answer may be wrong
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.instances.Instances

.PHONY: upgrade-trial
upgrade-trial: target/test.classpath ## an earlier build replaced by this one, instance by instance under load, and back (FROM=tag or commit, INSTANCES=3 RATE=300)
	@build=$$(bin/build-of $(FROM)) && $(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.instances.UpgradeTrial "$$build"

.PHONY: bench-instances
bench-instances: target/test.classpath ## what one, two and three instances take in, a hot match, and reads of what is held elsewhere
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.ScaleBench

.PHONY: bench-live
bench-live: target/test.classpath ## viewers of the live stream, how late they see and what they cost (VIEWERS=10000 MATCHES=1 SECONDS=60 EVENTS=0 OTHERS=0 GOALS=30)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.viewers.LiveBench

.PHONY: soak
soak: target/test.classpath ## a steady load for long, and whether anything grows (HOURS=0.34 RATE=300 DEDUPE_WINDOW=1m)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.bench.Soak

.PHONY: chaos
chaos: target/test.classpath ## kill, stop and restart every part under load, then count (MINUTES=5 SEED=n SERVICES=2)
	@$(RUN) -Xmx512m -XX:+UseSerialGC com.fanfinity.analytics.lab.chaos.Chaos

.PHONY: restore-drill
restore-drill: target/test.classpath ## ClickHouse backed up, dropped, restored and caught up from Kafka under load, then counted
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.restore.RestoreDrill

.PHONY: drill
drill: target/test.classpath ## a fault for each alert that can be provoked, and whether it is told and ends (SPEED=10 FAULTS=name,...)
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.drill.Drill

.PHONY: screenshots
screenshots: target/test.classpath node_modules/.package-lock.json ## pictures of the pages with recorded matches, into docs/screenshots
	@$(RUN) -Xmx256m -XX:+UseSerialGC com.fanfinity.analytics.lab.pages.Screenshots

.PHONY: kubernetes
kubernetes: ## render the chart anew for ops/kubernetes/base and the overlays
	$(MVN) -q test -Djacoco.skip -Dtest=KustomizeTest -Dsurefire.failIfNoSpecifiedTests=false -Dupdate.kubernetes=true

.PHONY: tools
tools: ## install what some tests need besides (Debian; as root)
	@bin/tools

.PHONY: clean
clean: ## remove what was built; .local (the data of make dev) stays
	rm -rf target

# The ClickHouse engine, for machines without a ClickHouse; what the tests of the pages use.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@
