package com.fanfinity.analytics.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.config.Settings;
import com.fanfinity.analytics.config.SettingsException;
import com.fanfinity.analytics.config.SettingsLoader;

/// A program that creates the service's user in Kafka with exactly the grants of its roles, and ends. `compose.yaml`
/// runs it before the service. It may run again at any time; a changed password or table then takes effect.
///
/// `GRANT_USER` and `GRANT_PASSWORD` are the user's, `ROLES` its roles. `GRANT_READER` and `GRANT_READER_PASSWORD`
/// create another user that may only look at everything. The `KAFKA_…` settings are those of the service; the login
/// must be an administrator's.
public final class GrantSetup {

    private static final Logger LOG = LoggerFactory.getLogger(GrantSetup.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ITERATIONS = 4096;
    private static final int EXIT_FAILURE = 1;
    private static final int EXIT_CONFIGURATION = 2;

    private final Admin admin;

    public GrantSetup(Admin admin) {
        this.admin = admin;
    }

    static void main() throws InterruptedException {
        Map<String, String> environment = System.getenv();
        try {
            Settings settings = SettingsLoader.load(environment);
            try (Admin admin = KafkaClients.admin(settings.kafka(), LIMIT)) {
                GrantSetup setup = new GrantSetup(admin);
                setup.create(environment, "GRANT_USER", "GRANT_PASSWORD",
                        Grants.of(settings.roles(), settings.kafka()));
                setup.create(environment, "GRANT_READER", "GRANT_READER_PASSWORD", observer());
            }
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIGURATION);
        } catch (ExecutionException | KafkaException e) {
            System.err.println("The users in Kafka are not complete: " + KafkaRefusal.messages(e));
            System.exit(EXIT_FAILURE);
        }
    }

    private void create(Map<String, String> environment, String userVariable, String passwordVariable,
            List<Grant> grants) throws ExecutionException, InterruptedException {
        String user = environment.getOrDefault(userVariable, "");
        String password = environment.getOrDefault(passwordVariable, "");
        if (user.isEmpty()) {
            return;
        }
        if (password.isEmpty()) {
            throw new KafkaException(passwordVariable + " is missing");
        }
        setPassword(user, password);
        allowOnly("User:" + user, grants);
        LOG.atInfo().addKeyValue("user", user).addKeyValue("entries", grants.size()).log("user is complete");
    }

    /// Creates the user, or replaces its password for SCRAM-SHA-512.
    public void setPassword(String user, String password) throws ExecutionException, InterruptedException {
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user,
                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password))).all().get();
    }

    /// Adds the missing entries, then deletes all other entries of the principal.
    ///
    /// @param principal such as `User:fanfinity`
    public void allowOnly(String principal, Collection<Grant> grants) throws ExecutionException, InterruptedException {
        Set<AclBinding> wanted = new HashSet<>();
        grants.forEach(grant -> wanted.add(grant.bindingFor(principal)));
        Collection<AclBinding> present = admin.describeAcls(new AclBindingFilter(ResourcePatternFilter.ANY,
                new AccessControlEntryFilter(principal, null, AclOperation.ANY, AclPermissionType.ANY))).values().get();
        List<AclBinding> added = new ArrayList<>(wanted);
        added.removeAll(present);
        admin.createAcls(added).all().get();
        List<AclBindingFilter> surplus = present.stream().filter(entry -> !wanted.contains(entry))
                .map(AclBinding::toFilter).toList();
        admin.deleteAcls(surplus).all().get();
    }

    private static List<Grant> observer() {
        return List.of(Grant.on(ResourceType.TOPIC, "*", AclOperation.READ),
                Grant.on(ResourceType.TOPIC, "*", AclOperation.DESCRIBE_CONFIGS),
                Grant.on(ResourceType.GROUP, "*", AclOperation.DESCRIBE),
                Grant.onCluster(AclOperation.DESCRIBE), Grant.onCluster(AclOperation.DESCRIBE_CONFIGS));
    }
}
