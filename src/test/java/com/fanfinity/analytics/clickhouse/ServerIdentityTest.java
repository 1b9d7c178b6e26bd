package com.fanfinity.analytics.clickhouse;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;

import org.junit.jupiter.api.Test;

class ServerIdentityTest {

    private final ServerIdentity identity = new ServerIdentity();

    private void check(String id, int startedSecond, int seenSecond) throws OperatorActionException {
        identity.check(new ServerIdentity.Life(id, Duration.ofSeconds(startedSecond).toNanos(),
                Duration.ofSeconds(seenSecond).toNanos()));
    }

    @Test
    void oneServer_restartedWithItsId_isAccepted() throws Exception {
        check("a", 0, 100);
        check("a", 110, 120);
        check("a", 110, 130);
    }

    /// It lost its disk, or it is the engine as a library, which has another id after each start.
    @Test
    void serverWithAnotherId_startedAfterTheLastAnswer_isAccepted() throws Exception {
        check("a", 0, 100);
        check("b", 101, 110);
        check("b", 101, 111);
    }

    /// A thread may report its answer late.
    @Test
    void answerOfThePredecessor_reportedLate_isAccepted() throws Exception {
        check("a", 0, 100);
        check("b", 105, 110);
        check("a", 0, 101);
        check("b", 105, 112);
    }

    @Test
    void twoServersAtTheSameTime_areRefused() throws Exception {
        check("a", 0, 100);

        var refusal = assertThrows(OperatorActionException.class, () -> check("b", 50, 101));

        assertEquals(
                "CLICKHOUSE_URL leads to several servers, with the ids a and b. The sink stores each row once only "
                        + "with a single server. Let the URL lead to one server, then restart the service",
                refusal.getMessage());
    }

    /// The next answers may all come from one of them.
    @Test
    void twoServers_afterTheRefusal_staysRefused() throws Exception {
        check("a", 0, 100);
        assertThrows(OperatorActionException.class, () -> check("b", 50, 101));

        assertThrows(OperatorActionException.class, () -> check("a", 0, 102));
    }

    /// Uptimes are whole seconds.
    @Test
    void startedInTheSecondOfTheLastAnswer_isAccepted() {
        assertDoesNotThrow(() -> {
            check("a", 0, 100);
            check("b", 99, 103);
        });
    }
}
