package com.fanfinity.analytics.lab.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/// An attack that did not happen must not pass.
class FindingsTest {

    private final Findings findings = new Findings("attack");

    @Test
    void answers_noneShowsTheAttack_isAViolation() {
        findings.requireAnswers(Map.of(503, 7), 200, 503);
        findings.requireAnswers(Map.of(), 200);

        assertEquals(List.of("the attack did not happen: answers by status {503=7}",
                "the attack did not happen: answers by status {}"), findings.verdict().violations());
    }

    @Test
    void answers_someOfAnotherStatus_areAViolation() {
        findings.requireAnswers(Map.of(200, 7, 401, 1), 200, 503);

        assertFalse(findings.verdict().held());
    }

    @Test
    void answers_asExpected_areNone() {
        findings.requireAnswers(Map.of(200, 7, 503, 1), 200, 503);

        assertTrue(findings.verdict().held());
    }

    @Test
    void rogueMember_neverAsked_isAViolation() {
        RogueMember.judge(new RogueMember.Reads(100, 0), List.of(), findings);

        assertEquals(List.of("the attack did not happen: no instance has asked the member"),
                findings.verdict().violations());
    }

    @Test
    void rogueMember_askedWithoutTheSecret_heldUnlessItsAnswersReachAClient() {
        RogueMember.judge(new RogueMember.Reads(100, 0), List.of("GET /internal HTTP/1.1"), findings);
        assertTrue(findings.verdict().held());

        RogueMember.judge(new RogueMember.Reads(100, 1), List.of("X: " + Target.INTERNAL_SECRET), findings);
        assertEquals(2, findings.verdict().violations().size());
    }
}
