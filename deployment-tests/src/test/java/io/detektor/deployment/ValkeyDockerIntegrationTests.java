package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Valkey in place of Redis: VALKEY_IMAGE names an image, for instance valkey/valkey:8.1-alpine. */
@EnabledIfEnvironmentVariable(named = "VALKEY_IMAGE", matches = ".+")
class ValkeyDockerIntegrationTests {

    @RegisterExtension
    static final Deployment deployment =
            Deployment.with(Map.of("REDIS_IMAGE", String.valueOf(System.getenv("VALKEY_IMAGE"))));

    private static final RedisSet set = new RedisSet(deployment);

    @BeforeAll
    static void up() {
        deployment.up();
    }

    @Test
    void theOtherNodeTakesOverAndNothingIsLost() {
        assertThat(deployment.redis("redis-master", "INFO", "server")).contains("valkey_version");

        Fault.KILL.assertSurvived(deployment, set);
        Fault.STOP.assertSurvived(deployment, set);
        deployment.detektor("status").ok();
    }
}
