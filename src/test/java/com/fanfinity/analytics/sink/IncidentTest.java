package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import org.junit.jupiter.api.Test;

class IncidentTest {

    private final Incident incident = new Incident("clickhouse");

    @Test
    void isOver_inOnePlaceOfTwo_goesOn() {
        incident.goesOn("one", new IllegalStateException("disk full"));
        incident.goesOn("two", new IllegalStateException("no table", new IllegalStateException("code 60")));

        incident.isOver("one");
        assertEquals(Optional.of("clickhouse: code 60"), incident.reason());
        incident.isOver("two");
        assertEquals(Optional.empty(), incident.reason());
    }

    @Test
    void left_theOnlyPlace_isNotMetAnyMore() {
        incident.goesOn("one", new IllegalStateException("disk full"));

        incident.left("one");

        assertEquals(Optional.empty(), incident.reason());
    }

    @Test
    void isOver_whereItWasNotMet_changesNothing() {
        incident.goesOn("one", new IllegalStateException("disk full"));

        incident.isOver("two");
        incident.left("two");

        assertEquals(Optional.of("clickhouse: disk full"), incident.reason());
    }
}
