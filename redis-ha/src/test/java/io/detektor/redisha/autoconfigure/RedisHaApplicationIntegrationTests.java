package io.detektor.redisha.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.Rig;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.WriteOutcome;
import io.detektor.redisha.health.RedisHaHealthIndicator;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.mock.env.MockEnvironment;

/** An application that has redis-ha on its class path and three properties. */
class RedisHaApplicationIntegrationTests {

    private LocalSet set;
    private ApplicationContextRunner application;

    @BeforeEach
    void start() {
        set = LocalSet.builder().start();
        application =
                new ApplicationContextRunner()
                        .withConfiguration(
                                AutoConfigurations.of(
                                        DataRedisAutoConfiguration.class,
                                        DataRedisHealthContributorAutoConfiguration.class,
                                        RedisHaAutoConfiguration.class,
                                        RedisHaHealthAutoConfiguration.class))
                        .withPropertyValues(
                                "spring.data.redis.sentinel.master=" + set.masterName(),
                                "spring.data.redis.sentinel.nodes="
                                        + String.join(",", set.sentinels()));
    }

    @AfterEach
    void stop() {
        set.close();
    }

    @Test
    void writesAndIsUp() {
        application.run(context -> {
            assertThat(
                            context.getBean(DurableWriter.class)
                                    .append(Rig.entry("stream", "one", Duration.ofSeconds(5)))
                                    .join())
                    .isInstanceOfSatisfying(
                            WriteOutcome.Confirmed.class,
                            confirmed -> assertThat(confirmed.replicas()).isEqualTo(1));
            // Boot's own indicator, which is UP as soon as anybody answers, made room
            assertThat(context.getBeansOfType(HealthIndicator.class).values())
                    .singleElement()
                    .isInstanceOf(RedisHaHealthIndicator.class);
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(health(context).getStatus()).isEqualTo(Status.UP));
            assertThat(health(context).getDetails())
                    .containsEntry("master", set.master().address())
                    .containsEntry("quorum", 2)
                    .containsEntry("knownBy", "sentinels")
                    .containsEntry("sentinels", "3 of 3 answer");
        });
    }

    @Test
    void isDegradedWithoutItsReplicaAndDownWithoutItsMaster() {
        application.run(context -> {
            set.kill(set.replicas().getFirst());
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(health(context).getStatus())
                                    .isEqualTo(RedisHaHealthIndicator.DEGRADED));
            set.kill(set.master());
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(health(context).getStatus()).isEqualTo(Status.DOWN));
            assertThat(health(context).getDetails()).containsKey("error");
        });
    }

    @Test
    void isDegradedWithoutAMajorityOfTheSentinels() {
        application.run(context -> {
            set.sentinelNodes().subList(0, 2).forEach(set::kill);
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> {
                        assertThat(health(context).getStatus())
                                .isEqualTo(RedisHaHealthIndicator.DEGRADED);
                        assertThat(health(context).getDetails())
                                .containsEntry("knownBy", "last_known");
                    });
        });
    }

    @Test
    void springsOwnTemplateFollowsAwayFromAFrozenMaster() {
        application.run(context -> {
            StringRedisTemplate template = context.getBean(StringRedisTemplate.class);
            template.opsForValue().set("key", "before");
            Node old = set.master();
            long start = System.nanoTime();
            set.freeze(old);
            try {
                await().atMost(Duration.ofSeconds(8))
                        .ignoreExceptions()
                        .untilAsserted(() -> template.opsForValue().set("key", "after"));
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(Duration.ofSeconds(6));
                String onNewMaster = Rig.ask(set.master(), commands -> commands.get("key"));
                assertThat(onNewMaster).isEqualTo("after");
            } finally {
                set.resume(old);
            }
        });
    }

    @Test
    void anUnknownMasterNameIsExplained() {
        application
                .withPropertyValues("spring.data.redis.sentinel.master=other")
                .run(context -> {
                    Throwable failure = context.getStartupFailure();
                    assertThat(failure).isNotNull();
                    FailureAnalysis analysis =
                            new RedisHaFailureAnalyzer(new MockEnvironment()).analyze(failure);
                    assertThat(analysis).isNotNull();
                    assertThat(analysis.getDescription())
                            .startsWith("spring.data.redis.sentinel.master: 'other' (expected: ");
                    assertThat(analysis.getAction()).contains("sentinel monitor <name>");
                });
    }

    private static Health health(AssertableApplicationContext context) {
        Health health = context.getBean(HealthIndicator.class).health(true);
        assertThat(health).isNotNull();
        return health;
    }
}
