package com.fanfinity.analytics.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    @ParameterizedTest
    @CsvSource({"2018-07-15T15:37:58.895Z,2018-07-15T15:37:58.895Z", "2018-07-15T15:37:58Z,2018-07-15T15:37:58.000Z",
        "2018-07-15t15:37:58z,2018-07-15T15:37:58.000Z", "2018-07-15T15:37:58-00:00,2018-07-15T15:37:58.000Z",
        "2018-07-15T15:37:58+00:00,2018-07-15T15:37:58.000Z", "2018-07-15T18:37:58.895+03:00,2018-07-15T15:37:58.895Z",
        "2018-07-15T10:07:58.895-05:30,2018-07-15T15:37:58.895Z", "2018-07-16T15:36:58+23:59,2018-07-15T15:37:58.000Z",
        "2018-07-14T15:38:58-23:59,2018-07-15T15:37:58.000Z", "2018-07-15T15:37:58.8Z,2018-07-15T15:37:58.800Z",
        "2018-07-15T15:37:58.89Z,2018-07-15T15:37:58.890Z",
        "2018-07-15T15:37:58.895999999999999999999999Z,2018-07-15T15:37:58.895Z",
        "2018-07-15T15:37:58.0009Z,2018-07-15T15:37:58.000Z", "2020-02-29T00:00:00Z,2020-02-29T00:00:00.000Z",
        "2000-02-29T00:00:00Z,2000-02-29T00:00:00.000Z", "0000-02-29T00:00:00Z,0000-02-29T00:00:00.000Z",
        "0000-01-01T00:00:00Z,0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z,9999-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59.999Z,1969-12-31T23:59:59.999Z", "2016-12-31T23:59:60Z,2016-12-31T23:59:59.999Z",
        "2016-12-31T23:59:60.999Z,2016-12-31T23:59:59.999Z", "2017-01-01T00:59:60+01:00,2016-12-31T23:59:59.999Z",
        "2016-12-31T18:59:60-05:00,2016-12-31T23:59:59.999Z", "2017-01-01T05:29:60+05:30,2016-12-31T23:59:59.999Z"})
    void parse_rfc3339_isKeptToTheMillisecondInUtc(String sent, String kept) {
        Optional<String> read = Timestamps.parse(sent).map(Timestamps::format);

        assertEquals(Optional.of(kept), read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2018-07-15", "2018-07-15T15:37:58", "2018-07-15T15:37Z", "2018-07-15 15:37:58Z",
        "2018-07-15T15:37:58.Z",
        "2018-07-15T15:37:58,895Z", "2018-07-15T15:37:58+0300", "2018-07-15T15:37:58+03", "2018-07-15T15:37:58+24:00",
        "2018-07-15T15:37:58+03:60", "2018-07-15T15:37:58 Z", "2018-07-15T15:37:58ZZ", "2018-07-15T15:37:58[UTC]",
        "18-07-15T15:37:58Z",
        "02018-07-15T15:37:58Z", "+2018-07-15T15:37:58Z", "-2018-07-15T15:37:58Z", "2018-7-15T15:37:58Z",
        "2018-13-01T00:00:00Z",
        "2018-00-01T00:00:00Z", "2018-07-00T00:00:00Z", "2018-07-32T00:00:00Z", "2018-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2018-04-31T00:00:00Z", "2018-07-15T24:00:00Z", "2018-07-15T23:60:00Z", "2018-07-15T23:59:61Z",
        "2018-07-15T15:37:60Z",
        "2016-12-31T23:59:60+01:00", "2018-W28-7T15:37:58Z", "1531669078", "1531669078895", "٢٠١٨-07-15T15:37:58Z",
        "2018-07-15T15:37:58\u2212" + "03:00",
        " 2018-07-15T15:37:58Z", "2018-07-15T15:37:58Z ", "2018-07-15T15:37:58Z\n", "now", "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01"})
    void parse_anythingElse_isEmpty(String text) {
        assertEquals(Optional.empty(), Timestamps.parse(text));
    }

    @Test
    void parse_fractionOfAnyLength_isAccepted() {
        assertEquals(Optional.of(Instant.parse("2018-07-15T15:37:58.123Z")),
                Timestamps.parse("2018-07-15T15:37:58." + "123".repeat(15_000) + "Z"));
    }

    @Test
    void parse_formattedTime_isTheSameTime() {
        long from = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
        long to = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
        for (long seed = 0; seed < 5_000; seed++) {
            Instant time = Instant.ofEpochMilli(new Random(seed).nextLong(from, to + 1));

            String written = Timestamps.format(time);

            assertEquals(24, written.length(), "seed " + seed);
            assertEquals(Optional.of(time), Timestamps.parse(written), "seed " + seed);
        }
    }

    @Test
    void parse_anyOffset_isTheSameMoment() {
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            Instant time = Instant.ofEpochMilli(random.nextLong(-4_000_000_000_000L, 4_000_000_000_000L));
            int minutes = random.nextInt(-18 * 60, 18 * 60 + 1);
            String local = time.atOffset(ZoneOffset.ofTotalSeconds(minutes * 60)).toLocalDateTime().format(
                    java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", java.util.Locale.ROOT));
            String text = local + (minutes < 0 ? '-' : '+')
                    + "%02d:%02d".formatted(Math.abs(minutes) / 60, Math.abs(minutes) % 60);

            assertEquals(Optional.of(time), Timestamps.parse(text), "seed " + seed + ": " + text);
        }
    }

    @Test
    void formatMillis_beforeTheEpoch_hasThreeDecimals() {
        assertEquals("1969-12-31T23:59:59.999Z", Timestamps.formatMillis(-1));
        assertEquals("1970-01-01T00:00:00.000Z", Timestamps.formatMillis(0));
    }
}
