package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.durability.Acknowledgement;
import io.detektor.redisha.durability.DegradedWrites;
import io.detektor.redisha.durability.WriterSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of following the master and of confirming writes. Nodes, master name and passwords are
 * Spring Boot's own: {@code spring.data.redis.*}.
 *
 * @param monitor Following the master.
 * @param writer Confirmed writes.
 */
@Validated
@ConfigurationProperties("redis-ha")
public record RedisHaProperties(
        @Valid @DefaultValue Monitor monitor, @Valid @DefaultValue Writer writer) {

    /**
     * Following the master.
     *
     * @param pollInterval How often each Sentinel is asked, beside listening to its events.
     * @param commandTimeout How long the master or a Sentinel may take to answer.
     * @param connectTimeout How long a connection may take to open.
     */
    public record Monitor(
            @DurationMin(millis = 20) @DurationMax(seconds = 10) @DefaultValue("200ms")
                    Duration pollInterval,
            @DurationMin(millis = 50) @DurationMax(seconds = 60) @DefaultValue("1s")
                    Duration commandTimeout,
            @DurationMin(millis = 50) @DurationMax(seconds = 60) @DefaultValue("500ms")
                    Duration connectTimeout) {}

    /**
     * Confirmed writes.
     *
     * @param acknowledgement When a write counts as confirmed.
     * @param degradedWrites What to do with a write while no replica is promotable.
     * @param connections Connections in rotation: the next batch is on the wire while one waits.
     * @param maxBatchAppends Most appends in one batch.
     * @param maxBatchSize Most bytes in one batch; a larger single append goes alone.
     * @param maxQueuedAppends Most appends that wait in this process.
     * @param maxQueuedSize Most bytes that wait in this process.
     * @param idempotencyWindow How long an idempotency key is remembered; no append may take
     *     longer.
     * @param keyPrefix Prefix of the keys in which the writer keeps what it has written.
     */
    public record Writer(
            @DefaultValue("in-sync") Acknowledgement acknowledgement,
            @DefaultValue("accept") DegradedWrites degradedWrites,
            @Min(1) @Max(16) @DefaultValue("3") int connections,
            @Min(1) @Max(10_000) @DefaultValue("256") int maxBatchAppends,
            @DefaultValue("4MB") DataSize maxBatchSize,
            @Min(1) @DefaultValue("100000") int maxQueuedAppends,
            @DefaultValue("256MB") DataSize maxQueuedSize,
            @DurationMin(seconds = 1) @DefaultValue("10m") Duration idempotencyWindow,
            @NotBlank @DefaultValue("redis-ha") String keyPrefix) {

        WriterSettings toSettings() {
            return new WriterSettings(
                    acknowledgement,
                    degradedWrites,
                    connections,
                    maxBatchAppends,
                    maxBatchSize.toBytes(),
                    maxQueuedAppends,
                    maxQueuedSize.toBytes(),
                    idempotencyWindow,
                    keyPrefix);
        }
    }
}
