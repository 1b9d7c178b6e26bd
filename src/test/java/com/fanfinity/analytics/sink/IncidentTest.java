package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.clickhouse.OperatorActionException;

class IncidentTest {

    private final Incident incident = new Incident("clickhouse");

    @Test
    void resolve_oneOfTwoSources_staysOpen() {
        incident.recordFailure("one", new IllegalStateException("disk full"));
        incident.recordFailure("two", new IllegalStateException("no table", new IllegalStateException("code 60")));

        incident.resolve("one");
        assertEquals(Optional.of("clickhouse: code 60"), incident.reason());
        incident.resolve("two");
        assertEquals(Optional.empty(), incident.reason());
    }

    @Test
    void withdraw_onlySource_closes() {
        incident.recordFailure("one", new IllegalStateException("disk full"));

        incident.withdraw("one");

        assertEquals(Optional.empty(), incident.reason());
    }

    @Test
    void resolve_sourceWithoutFailure_changesNothing() {
        incident.recordFailure("one", new IllegalStateException("disk full"));

        incident.resolve("two");
        incident.withdraw("two");

        assertEquals(Optional.of("clickhouse: disk full"), incident.reason());
    }

    /// The health check shows it, so a driver's message with a host name must not be in it.
    @Test
    void requiredAction_onlyOfFailuresThatNeedAnOperator() {
        incident.recordFailure("one", new IllegalStateException("cannot connect to db.internal"));
        assertEquals(Optional.empty(), incident.requiredAction());

        incident.recordFailure("two", new OperatorActionException("the table is wrong"));
        incident.recordFailure("one", new IllegalStateException("cannot connect to db.internal"));
        assertEquals(Optional.of("the table is wrong"), incident.requiredAction());

        incident.recordFailure("two", new IllegalStateException("cannot connect to db.internal"));
        assertEquals(Optional.empty(), incident.requiredAction());
    }
}
