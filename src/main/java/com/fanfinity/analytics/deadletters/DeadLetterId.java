package com.fanfinity.analytics.deadletters;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Identifies a dead letter by the position at which the sink read it. Written as `topic:partition:offset`.
record DeadLetterId(String topic, int partition, long offset) {

    /// The form of an id, for messages.
    static final String FORM = "<topic>:<partition>:<offset>";

    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9._-]{1,249}):([0-9]{1,10}):([0-9]{1,19})");

    /// Empty if the text is not an id.
    static Optional<DeadLetterId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional
                    .of(new DeadLetterId(matcher.group(1), Integer.parseInt(matcher.group(2)),
                            Long.parseLong(matcher.group(3))));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return topic + ':' + partition + ':' + offset;
    }
}
