package com.fanfinity.analytics.limits;

/// The size that no answer exceeds.
public final class AnswerLimit {

    public static final int MAX_BYTES = 4 << 20;

    /// Room for the other members of an answer than its list.
    private static final int OTHER_MEMBERS = 4 << 10;

    /// The most bytes of the elements of a list in an answer.
    public static final int MAX_LIST_BYTES = MAX_BYTES - OTHER_MEMBERS;

    private AnswerLimit() {}
}
