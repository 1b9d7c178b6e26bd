# `make dev` needs a JDK 25, Maven and npm; nothing else, and no Docker.
.DEFAULT_GOAL := dev

SOURCES := $(shell find src -type f)

# Says what Maven does: its downloads counted, its errors in full.
MAVEN_PROGRESS = awk '/Downloaded from/ { if (++files % 50 == 0) print "  " files " files downloaded" } \
	/ERROR|WARNING.*\.java/ { print } /^maven-exit / { code = $$2 } END { exit code }'

# Compiles the service, its tests and this machine's Kafka and ClickHouse; only when something changed.
target/test.classpath: pom.xml $(SOURCES)
	@echo 'Compiling. The first time Maven downloads what it needs, which takes some minutes.'
	@{ mvn -B process-test-classes; echo "maven-exit $$?"; } | $(MAVEN_PROGRESS)
	@touch $@

# The whole system on this machine: http://localhost:8080 (HTTP_PORT, KAFKA_PORT, CLICKHOUSE_PORT, CLICKHOUSE_URL, DEMO=off).
.PHONY: dev
dev: target/test.classpath
	@jdk=$$(bin/jdk25) && \
	CLASSPATH="target/classes:target/test-classes:$$(cat target/test.classpath)" \
	exec "$$jdk/bin/java" -Xmx128m -XX:+UseSerialGC com.fanfinity.analytics.local.LocalStack
