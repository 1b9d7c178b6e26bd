package com.fanfinity.analytics.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the encryption and the login of Kafka's clients, as properties of the clients.
///
/// The variables cover TLS with PEM files, SCRAM-SHA-512 and client certificates. `KAFKA_CLIENT_CONFIG_FILE` passes any
/// other property on, such as those of OAUTHBEARER. No property has two sources.
final class KafkaSecurity {

    private static final String PROTOCOL = "KAFKA_SECURITY_PROTOCOL";
    private static final String USER = "KAFKA_USER";
    private static final String PASSWORD = "KAFKA_PASSWORD";
    private static final String CA_FILE = "KAFKA_CA_FILE";
    private static final String CERT_FILE = "KAFKA_CERT_FILE";
    private static final String KEY_FILE = "KAFKA_KEY_FILE";
    private static final String CONFIG_FILE = "KAFKA_CLIENT_CONFIG_FILE";

    private static final String SECURITY_PROTOCOL = "security.protocol";
    private static final String SASL_MECHANISM = "sasl.mechanism";
    private static final String JAAS_CONFIG = "sasl.jaas.config";

    private static final List<String> PROTOCOLS = List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

    /// The rules of SCRAM for other characters depend on Unicode versions.
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,512}");

    private static final Pattern CERTIFICATE = Pattern
            .compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

    private final Environment env;
    private final Map<String, String> ofFile;
    private final Map<String, String> properties = new TreeMap<>();
    private final Map<String, String> variables = new TreeMap<>();

    private KafkaSecurity(Environment env) {
        this.env = env;
        this.ofFile = file(env);
    }

    /// @return the properties of every client
    static Map<String, String> read(Environment env) {
        return new KafkaSecurity(env).read();
    }

    private Map<String, String> read() {
        String protocol = env.parsed(PROTOCOL, "", KafkaSecurity::protocol);
        if (!protocol.isEmpty()) {
            set(SECURITY_PROTOCOL, protocol, PROTOCOL);
        }
        String effective = Stream.of(protocol, ofFile.getOrDefault(SECURITY_PROTOCOL, ""))
                .filter(name -> !name.isEmpty()).findFirst().orElse(PROTOCOLS.getFirst());
        login(effective);
        authorities(effective);
        certificate(effective);
        ofFile.keySet().stream().filter(variables::containsKey).sorted().forEach(name -> env.fault(CONFIG_FILE,
                "must not set " + name + ", because " + variables.get(name) + " sets it"));
        Map<String, String> all = new TreeMap<>(ofFile);
        all.putAll(properties);
        return all;
    }

    private void login(String protocol) {
        String user = env.text(USER, "");
        int faultsBefore = env.faults().size();
        Settings.Secret password = env.secret(PASSWORD);
        boolean isReadable = env.faults().size() == faultsBefore;
        boolean usesSasl = protocol.startsWith("SASL_");
        if (user.isEmpty() && password.isEmpty()) {
            if (usesSasl && !ofFile.containsKey(SASL_MECHANISM) && !usesKerberos()) {
                env.fault(USER, "is missing: " + protocol + " needs it, or another login in " + CONFIG_FILE);
            }
            return;
        }
        if (isReadable) {
            requireBoth(USER, user, PASSWORD, password.value());
        }
        if (!usesSasl) {
            env.fault(USER, "needs " + PROTOCOL + "=SASL_SSL; it is " + protocol);
        }
        requirePrintable(USER, user);
        requirePrintable(PASSWORD, password.value());
        set(SASL_MECHANISM, "SCRAM-SHA-512", USER);
        set(JAAS_CONFIG, "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" "
                .formatted(quoted(user)) + "password=\"%s\";".formatted(quoted(password.value())), USER);
    }

    /// Kafka's clients use GSSAPI unless `sasl.mechanism` is set.
    private boolean usesKerberos() {
        return ofFile.getOrDefault(JAAS_CONFIG, "").contains("Krb5LoginModule");
    }

    private void requirePrintable(String name, String value) {
        if (!value.isEmpty() && !PRINTABLE.matcher(value).matches()) {
            env.fault(name, "must be 1 to 512 characters of printable ASCII");
        }
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private void authorities(String protocol) {
        String file = env.text(CA_FILE, "");
        if (!file.isEmpty()) {
            requireTls(CA_FILE, protocol);
            requireCertificates(CA_FILE, file);
            set("ssl.truststore.type", "PEM", CA_FILE);
            set("ssl.truststore.location", file, CA_FILE);
        }
    }

    private void certificate(String protocol) {
        String certificateFile = env.text(CERT_FILE, "");
        String keyFile = env.text(KEY_FILE, "");
        if (certificateFile.isEmpty() && keyFile.isEmpty()) {
            return;
        }
        requireBoth(CERT_FILE, certificateFile, KEY_FILE, keyFile);
        requireTls(CERT_FILE, protocol);
        set("ssl.keystore.type", "PEM", CERT_FILE);
        set("ssl.keystore.certificate.chain", requireCertificates(CERT_FILE, certificateFile), CERT_FILE);
        set("ssl.keystore.key", requirePem(KEY_FILE, keyFile, "PRIVATE KEY",
                "unencrypted PKCS#8 key; convert it with openssl pkcs8"), KEY_FILE);
    }

    private void requireBoth(String name, String value, String otherName, String otherValue) {
        if (value.isEmpty() != otherValue.isEmpty()) {
            env.fault(value.isEmpty() ? name : otherName,
                    "is missing: " + (value.isEmpty() ? otherName : name) + " needs it");
        }
    }

    private void requireTls(String name, String protocol) {
        if (!protocol.endsWith("SSL")) {
            env.fault(name, "needs " + PROTOCOL + "=SSL or SASL_SSL; it is " + protocol);
        }
    }

    /// @return the content of the file
    private String requireCertificates(String name, String file) {
        int faultsBefore = env.faults().size();
        String content = requirePem(name, file, "CERTIFICATE", "certificate");
        if (env.faults().size() == faultsBefore && !content.isEmpty() && !areCertificates(content)) {
            env.fault(name, "names a file with a broken certificate: " + file);
        }
        return content;
    }

    /// The file may also have other blocks, such as the key.
    private static boolean areCertificates(String pem) {
        String blocks = CERTIFICATE.matcher(pem).results().map(block -> block.group() + '\n')
                .collect(Collectors.joining());
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(blocks.getBytes(UTF_8))).isEmpty();
        } catch (CertificateException _) {
            return false;
        }
    }

    /// @return the content of the file
    private String requirePem(String name, String file, String type, String wanted) {
        if (file.isEmpty()) {
            return "";
        }
        int faultsBefore = env.faults().size();
        String content = env.readFile(name, file);
        if (env.faults().size() == faultsBefore && !content.contains("-----BEGIN " + type + "-----")) {
            env.fault(name, "names a file without a PEM block BEGIN " + type + " (" + wanted + "): " + file);
        }
        return content;
    }

    private void set(String property, String value, String variable) {
        properties.put(property, value);
        variables.put(property, variable);
    }

    private static String protocol(String text) {
        if (!text.isEmpty() && !PROTOCOLS.contains(text)) {
            throw new IllegalArgumentException(
                    "must be one of " + String.join(", ", PROTOCOLS) + ", not \"" + text + "\"");
        }
        return text;
    }

    private static Map<String, String> file(Environment env) {
        String file = env.text(CONFIG_FILE, "");
        if (file.isEmpty()) {
            return Map.of();
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(env.readFile(CONFIG_FILE, file)));
        } catch (IOException | IllegalArgumentException _) {
            env.fault(CONFIG_FILE, "is not a properties file: " + file);
        }
        properties.stringPropertyNames().stream()
                .filter(name -> name.endsWith("partitioner.class") || name.endsWith("partitioner.ignore.keys")).sorted()
                .forEach(name -> env.fault(CONFIG_FILE, "must not set " + name
                        + ": only Kafka's default partitioner finds the partition of a match"));
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }
}
