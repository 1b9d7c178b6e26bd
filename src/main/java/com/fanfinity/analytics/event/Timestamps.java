package com.fanfinity.analytics.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and writes times: RFC 3339 with milliseconds, written in UTC.
public final class Timestamps {

    private static final Pattern RFC_3339 = Pattern
            .compile("(\\d{4})-(\\d{2})-(\\d{2})[Tt](\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d+))?"
                    + "(?:[Zz]|([+-])(\\d{2}):(\\d{2}))");

    private static final DateTimeFormatter MILLIS = new DateTimeFormatterBuilder().appendInstant(3)
            .toFormatter(Locale.ROOT);

    /// The years of four digits. An offset may move a time out of this range, and such a time could not be written.
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant AFTER_LAST = Instant.parse("+10000-01-01T00:00:00Z");

    private Timestamps() {}

    /// `2018-07-15T15:37:58.895Z`: always three decimals, always `Z`.
    public static String format(Instant time) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            return MILLIS.format(time);
        }
        byte[] text = "0000-00-00T00:00:00.000Z".getBytes(US_ASCII);
        put(text, 0, 4, utc.getYear());
        put(text, 5, 2, utc.getMonthValue());
        put(text, 8, 2, utc.getDayOfMonth());
        put(text, 11, 2, utc.getHour());
        put(text, 14, 2, utc.getMinute());
        put(text, 17, 2, utc.getSecond());
        put(text, 20, 3, utc.getNano() / 1_000_000);
        return new String(text, US_ASCII);
    }

    private static void put(byte[] text, int at, int digits, int number) {
        int rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /// Microseconds since the epoch.
    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static String formatMillis(long epochMillis) {
        return format(Instant.ofEpochMilli(epochMillis));
    }

    /// Reads an RFC 3339 time with an offset and truncates it to milliseconds. A leap second (`23:59:60` in UTC)
    /// becomes the last millisecond before midnight. Empty if the text is no such time, or if the year in UTC is not
    /// from 0000 to 9999.
    public static Optional<Instant> parse(String text) {
        Optional<Instant> usual = parseUsual(text);
        return usual.isPresent() ? usual : parseAny(text);
    }

    /// The form that nearly all senders use, `2018-07-15T15:37:58.895Z`, read without a regular expression.
    private static Optional<Instant> parseUsual(String text) {
        if (text.length() != 24 || text.charAt(4) != '-' || text.charAt(7) != '-' || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':' || text.charAt(19) != '.' || text.charAt(23) != 'Z') {
            return Optional.empty();
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 2);
        int day = digits(text, 8, 2);
        int hour = digits(text, 11, 2);
        int minute = digits(text, 14, 2);
        int second = digits(text, 17, 2);
        int millis = digits(text, 20, 3);
        // Every month has 28 days. The regular expression handles later days and invalid ones.
        if (year < 0 || month < 1 || month > 12 || day < 1 || day > 28 || hour < 0 || hour > 23 || minute < 0
                || minute > 59 || second < 0
                || second > 59 || millis < 0) {
            return Optional.empty();
        }
        return Optional.of(
                LocalDateTime.of(year, month, day, hour, minute, second, millis * 1_000_000).toInstant(ZoneOffset.UTC));
    }

    /// The value of the decimal digits; -1 if a character is not a digit.
    private static int digits(String text, int from, int length) {
        int number = 0;
        for (int i = from; i < from + length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static Optional<Instant> parseAny(String text) {
        Matcher matcher = RFC_3339.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            int second = number(matcher, 6);
            boolean leap = second == 60;
            LocalDateTime local = LocalDateTime.of(number(matcher, 1), number(matcher, 2), number(matcher, 3),
                    number(matcher, 4),
                    number(matcher, 5), leap ? 59 : second);
            Instant whole = Instant.ofEpochSecond(local.toEpochSecond(ZoneOffset.UTC) - offsetSeconds(matcher));
            if (whole.isBefore(FIRST) || !whole.isBefore(AFTER_LAST)) {
                return Optional.empty();
            }
            if (!leap) {
                return Optional.of(whole.plusMillis(millis(matcher.group(7))));
            }
            return Math.floorMod(whole.getEpochSecond(), 86_400) == 86_399
                    ? Optional.of(whole.plusMillis(999))
                    : Optional.empty();
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /// Seconds east of UTC. RFC 3339 allows offsets up to 23:59, but the JDK's `ZoneOffset` only up to 18:00.
    private static int offsetSeconds(Matcher matcher) {
        if (matcher.group(8) == null) {
            return 0;
        }
        int hours = number(matcher, 9);
        int minutes = number(matcher, 10);
        if (hours > 23 || minutes > 59) {
            throw new DateTimeException("offset out of range");
        }
        int seconds = hours * 3600 + minutes * 60;
        return "-".equals(matcher.group(8)) ? -seconds : seconds;
    }

    private static long millis(@org.jspecify.annotations.Nullable String fraction) {
        if (fraction == null) {
            return 0;
        }
        return Integer.parseInt((fraction + "00").substring(0, 3));
    }
}
