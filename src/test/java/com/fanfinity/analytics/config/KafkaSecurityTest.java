package com.fanfinity.analytics.config;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fanfinity.analytics.stack.SelfSigned;

class KafkaSecurityTest {

    private static final String PASSWORD = "hunter2";

    @TempDir
    Path folder;

    private static Map<String, String> load(Map<String, String> environment) throws SettingsException {
        return SettingsLoader.load(environment).kafka().clientConfig();
    }

    private static List<String> faults(Map<String, String> environment) {
        List<String> faults = assertThrows(SettingsException.class, () -> SettingsLoader.load(environment)).faults();
        faults.forEach(fault -> assertFalse(fault.contains(PASSWORD), fault));
        return faults;
    }

    @Test
    void nothingSet_addsNothing() throws Exception {
        assertEquals(Map.of(), load(Map.of()));
    }

    @Test
    void user_becomesALoginWithScramOverTls() throws Exception {
        SelfSigned broker = SelfSigned.create(folder);

        Map<String, String> client = load(Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_USER", "fanfinity",
                "KAFKA_PASSWORD", PASSWORD, "KAFKA_CA_FILE", broker.certificate().toString()));

        assertEquals(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "SCRAM-SHA-512", "ssl.truststore.type",
                "PEM", "ssl.truststore.location", broker.certificate().toString(), "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"fanfinity\" "
                        + "password=\"hunter2\";"),
                client);
    }

    /// Kafka's own parser reads the password back.
    @ParameterizedTest
    @ValueSource(strings = {"plain", "with \"quotes\"", "back\\slash", "\\\"", "semi;colon='x' y", "ends\\"})
    void password_anyCharacters_isReadBackByKafka(String password) throws Exception {
        Map<String, String> client = load(Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_USER", "fan\"finity",
                "KAFKA_PASSWORD", password));

        Map<String, ?> options = JaasContext.loadClientContext(
                Map.of("sasl.jaas.config", new Password(client.get("sasl.jaas.config")))).configurationEntries()
                .getFirst().getOptions();
        assertEquals(Map.of("username", "fan\"finity", "password", password), options);
    }

    @Test
    void certificate_becomesAKeyStoreWithoutAFile() throws Exception {
        SelfSigned own = SelfSigned.create(folder);

        Map<String, String> client = load(Map.of("KAFKA_SECURITY_PROTOCOL", "SSL", "KAFKA_CERT_FILE",
                own.certificate().toString(), "KAFKA_KEY_FILE", own.key().toString()));

        assertEquals(Map.of("security.protocol", "SSL", "ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain",
                Files.readString(own.certificate()), "ssl.keystore.key", Files.readString(own.key())), client);
    }

    @Test
    void file_addsOtherProperties() throws Exception {
        Path file = Files.writeString(folder.resolve("client.properties"), "sasl.mechanism=OAUTHBEARER\na=b\n");

        assertEquals(Map.ofEntries(entry("security.protocol", "SASL_SSL"), entry("sasl.mechanism", "OAUTHBEARER"),
                entry("a", "b")),
                load(Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_CLIENT_CONFIG_FILE", file.toString())));
    }

    /// Without `sasl.mechanism` Kafka's clients use GSSAPI.
    @Test
    void file_withALoginOfKerberos_needsNoUser() throws Exception {
        String login = "com.sun.security.auth.module.Krb5LoginModule required;";
        Path file = Files.writeString(folder.resolve("client.properties"),
                "security.protocol=SASL_SSL\nsasl.jaas.config=" + login + "\n");

        assertEquals(Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", login),
                load(Map.of("KAFKA_CLIENT_CONFIG_FILE", file.toString())));
    }

    @Test
    void passwordFile_isRead() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");

        assertTrue(load(Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_USER", "u", "KAFKA_PASSWORD_FILE",
                file.toString())).getOrDefault("sasl.jaas.config", "").contains("password=\"hunter2\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            KAFKA_SECURITY_PROTOCOL=TLS | KAFKA_SECURITY_PROTOCOL must be one of PLAINTEXT, SSL, SASL_PLAINTEXT, \
            SASL_SSL, not "TLS"
            KAFKA_SECURITY_PROTOCOL=SASL_SSL | KAFKA_USER is missing: SASL_SSL needs it, or another login in \
            KAFKA_CLIENT_CONFIG_FILE
            KAFKA_SECURITY_PROTOCOL=SASL_SSL KAFKA_USER=u | KAFKA_PASSWORD is missing: KAFKA_USER needs it
            KAFKA_SECURITY_PROTOCOL=SASL_SSL KAFKA_PASSWORD=hunter2 | KAFKA_USER is missing: KAFKA_PASSWORD needs it
            KAFKA_USER=u KAFKA_PASSWORD=hunter2 | KAFKA_USER needs KAFKA_SECURITY_PROTOCOL=SASL_SSL; it is PLAINTEXT
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_USER=u KAFKA_PASSWORD=hunter2 | KAFKA_USER needs \
            KAFKA_SECURITY_PROTOCOL=SASL_SSL; it is SSL
            KAFKA_SECURITY_PROTOCOL=SASL_SSL KAFKA_USER=u KAFKA_PASSWORD=hunter2\u00e9 | KAFKA_PASSWORD must be 1 to \
            512 characters of printable ASCII
            KAFKA_SECURITY_PROTOCOL=SASL_SSL KAFKA_USER=u KAFKA_PASSWORD_FILE=/none | KAFKA_PASSWORD_FILE names a file \
            that cannot be read: /none
            KAFKA_CA_FILE=CERT | KAFKA_CA_FILE needs KAFKA_SECURITY_PROTOCOL=SSL or SASL_SSL; it is PLAINTEXT
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_CA_FILE=KEY | KAFKA_CA_FILE names a file without a PEM block BEGIN \
            CERTIFICATE (certificate): KEY
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_CA_FILE=BROKEN | KAFKA_CA_FILE names a file with a broken certificate: \
            BROKEN
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_CA_FILE=/none | KAFKA_CA_FILE names a file that cannot be read: /none
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_CERT_FILE=CERT | KAFKA_KEY_FILE is missing: KAFKA_CERT_FILE needs it
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_KEY_FILE=KEY | KAFKA_CERT_FILE is missing: KAFKA_KEY_FILE needs it
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_CERT_FILE=CERT KAFKA_KEY_FILE=CERT | KAFKA_KEY_FILE names a file \
            without a PEM block BEGIN PRIVATE KEY (unencrypted PKCS#8 key; convert it with openssl pkcs8): CERT
            KAFKA_SECURITY_PROTOCOL=SSL KAFKA_CLIENT_CONFIG_FILE=PROPERTIES | KAFKA_CLIENT_CONFIG_FILE must not set \
            security.protocol, because KAFKA_SECURITY_PROTOCOL sets it
            """)
    void faults_nameTheSetting(String variables, String fault) throws Exception {
        SelfSigned files = SelfSigned.create(folder);
        Path properties = Files.writeString(folder.resolve("client.properties"), "security.protocol=SSL\n");
        Map<String, String> names = Map.of("CERT", files.certificate().toString(), "KEY", files.key().toString(),
                "PROPERTIES", properties.toString(), "BROKEN",
                Files.writeString(folder.resolve("broken"), SelfSigned.pem("CERTIFICATE", new byte[]{1, 2, 3}))
                        .toString());
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ", -1)) {
            String[] pair = variable.split("=", 2);
            environment.put(pair[0], names.getOrDefault(pair[1], pair[1]));
        }
        String expected = fault;
        for (var name : names.entrySet()) {
            expected = expected.replaceAll(": " + name.getKey() + "$", ": " + name.getValue());
        }

        assertEquals(List.of(expected), faults(environment));
    }
}
