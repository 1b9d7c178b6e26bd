package com.fanfinity.analytics.lab.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fanfinity.analytics.lab.fuzz.FuzzInput.Form;

class GeneratorTest {

    private final Generator generator = new Generator(7, 4);

    @Test
    void input_sameSeedAndNumber_isTheSame() {
        Generator other = new Generator(7, 4);
        for (int number = 0; number < 500; number++) {
            assertArrayEquals(bytes(generator.input(number)), bytes(other.input(number)), "input " + number);
        }
    }

    @Test
    void input_otherSeed_differs() {
        Generator other = new Generator(8, 4);
        int same = 0;
        for (int number = 0; number < 100; number++) {
            same += Arrays.equals(bytes(generator.input(number)), bytes(other.input(number))) ? 1 : 0;
        }
        assertTrue(same < 10, same + " of 100 are the same");
    }

    @Test
    void inputs_ofARun_areOfAllKinds() {
        Set<Form> forms = EnumSet.noneOf(Form.class);
        int records = 0;
        for (int number = 0; number < 1_000; number++) {
            switch (generator.input(number)) {
                case FuzzInput.Http http -> forms.add(http.form());
                case FuzzInput.KafkaRecord _ -> records++;
            }
        }
        assertEquals(EnumSet.allOf(Form.class), forms);
        assertTrue(records > 50 && records < 300, records + " records");
    }

    @Test
    void smaller_failingBody_keepsOnlyTheCause() {
        FuzzInput.Http input = new FuzzInput.Http(
                "POST /api/events HTTP/1.1\r\nContent-Length: 40\r\n\r\n".getBytes(
                        ISO_8859_1),
                "01234567890123456789!1234567890123456789".getBytes(UTF_8),
                Form.WRITE);

        FuzzInput.Http smallest = Minimiser.smaller(input, candidate -> new String(candidate.body(),
                UTF_8).contains("!"));

        assertEquals("!", new String(smallest.body(), UTF_8));
        assertTrue(new String(smallest.head(), UTF_8).contains("Content-Length: 1\r"));
        assertFalse(smallest.path().isEmpty());
    }

    private static byte[] bytes(FuzzInput input) {
        return switch (input) {
            case FuzzInput.Http http -> http.bytes();
            case FuzzInput.KafkaRecord record -> (Arrays.toString(record.key())
                    + Arrays.toString(record.value()) + record.headers() + record.timestamp())
                    .getBytes(UTF_8);
        };
    }
}
