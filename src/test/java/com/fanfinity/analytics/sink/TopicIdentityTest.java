package com.fanfinity.analytics.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;

import org.junit.jupiter.api.Test;

class TopicIdentityTest {

    /// {@link TopicRegistry} asks before each batch of a topic whose id is not recorded yet. Another deployment may
    /// have stored its first rows meanwhile.
    @Test
    void isThatOfTheRows_rowsOfAnotherDeployment_isFalse() {
        assertTrue(new TopicIdentity("idA", Set.of("idA"), Set.of()).isThatOfTheRows());
        assertTrue(new TopicIdentity("idA", Set.of(), Set.of()).isThatOfTheRows());
        assertFalse(new TopicIdentity("idA", Set.of("idA"), Set.of("other-match-events-accepted")).isThatOfTheRows());
        assertFalse(new TopicIdentity("idA", Set.of(), Set.of("other-match-events-accepted")).isThatOfTheRows());
    }

    @Test
    void isThatOfTheRows_anyOtherId_isFalse() {
        assertFalse(new TopicIdentity("idA", Set.of("idB"), Set.of()).isThatOfTheRows());
        assertFalse(new TopicIdentity("idA", Set.of("idA", "idB"), Set.of()).isThatOfTheRows());
    }

    @Test
    void isTruncated_partition1Of12_isOnlyThatPartition() {
        TopicIdentity identity = new TopicIdentity("idA", Set.of("idA", TopicIdentity.truncated(1)), Set.of());

        assertTrue(identity.isTruncated(1));
        assertFalse(identity.isTruncated(11));
        assertFalse(identity.isTruncated(0));
        assertEquals(Set.of("idA"), identity.ids());
        assertTrue(identity.isThatOfTheRows());
    }
}
