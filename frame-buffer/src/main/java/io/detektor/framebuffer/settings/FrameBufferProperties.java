package io.detektor.framebuffer.settings;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of frame-buffer. How Redis is reached is Spring Boot's own {@code spring.data.redis.*}.
 *
 * @param streams Where frames wait in Redis.
 * @param consumer How frames are read from Redis.
 * @param enqueue The way in.
 * @param dequeue The way out.
 * @param lease Frames that their takers acknowledge themselves.
 * @param access Who may change or empty the buffer.
 * @param http Limits of the HTTP server, beside {@code server.*}.
 */
@Validated
@ConfigurationProperties(prefix = "frame-buffer", ignoreUnknownFields = false)
public record FrameBufferProperties(
        @Valid @DefaultValue Streams streams,
        @Valid @DefaultValue Consumer consumer,
        @Valid @DefaultValue Enqueue enqueue,
        @Valid @DefaultValue Dequeue dequeue,
        @Valid @DefaultValue Lease lease,
        @Valid @DefaultValue Access access,
        @Valid @DefaultValue Http http) {

    /**
     * Where frames wait in Redis.
     *
     * @param frames Stream that {@code POST /frames/enqueue} fills.
     * @param metadata Stream that the capture service fills.
     * @param deadLetters Stream of frames that could not be kept or served.
     * @param maxFrames Most unacknowledged frames; one more is refused, never trimmed.
     * @param maxSize Most memory that unacknowledged frames take in Redis; checked once a poll
     *     interval, and counted on in between.
     * @param maxDeadLetters Most dead letters; when they are full a refused frame is only refused.
     */
    public record Streams(
            @NotBlank @DefaultValue("frame_queue") String frames,
            @NotBlank @DefaultValue("frames:metadata") String metadata,
            @NotBlank @DefaultValue("frame_dlq") String deadLetters,
            @Min(1) @DefaultValue("1000") long maxFrames,
            @DefaultValue("512MB") DataSize maxSize,
            @Min(1) @DefaultValue("10000") long maxDeadLetters) {

        public Streams {
            if (List.of(frames, metadata, deadLetters).stream().distinct().count() < 3) {
                throw new IllegalArgumentException(
                        "frame-buffer.streams: "
                                + List.of(frames, metadata, deadLetters)
                                + " (expected: three different streams)");
            }
        }
    }

    /**
     * How frames are read from Redis.
     *
     * @param group Consumer group; several instances of frame-buffer share one.
     * @param name Name of this instance in the group, the same after a restart and of no other
     *     instance.
     * @param batchSize Most entries in one read; bounds the memory and the time of one read.
     * @param pollInterval How often sizes are looked up for gauges and health.
     * @param minIdle How long an entry stays with another instance before it counts as abandoned.
     * @param forgetAfter How long an instance that holds nothing is silent before it is forgotten.
     * @param timeout How long Redis may take to answer a read.
     */
    public record Consumer(
            @NotBlank @DefaultValue("frame-buffer-group") String group,
            @NotBlank @DefaultValue("frame-buffer") String name,
            @Min(1) @Max(1000) @DefaultValue("10") int batchSize,
            @DurationMin(millis = 50) @DurationMax(seconds = 60) @DefaultValue("1s")
                    Duration pollInterval,
            @DurationMin(millis = 100) @DefaultValue("60s") Duration minIdle,
            @DurationMin(millis = 100) @DefaultValue("1h") Duration forgetAfter,
            @DurationMin(millis = 50) @DurationMax(seconds = 60) @DefaultValue("2s")
                    Duration timeout) {}

    /**
     * The way in.
     *
     * @param timeout How long a frame may take to be confirmed, retries included.
     * @param maxBodySize Most bytes in one request.
     * @param maxBatchFrames Most frames in one batch.
     * @param frameIdIsKey Whether a frame without {@code Idempotency-Key} has its {@code frame_id}
     *     as key. Off, since clients may send one id twice and mean two frames.
     * @param slowAbove How full the buffer is, from 0 to 1, when answers begin to be delayed.
     * @param maxDelay How long an answer is delayed at most, when the buffer is full.
     */
    public record Enqueue(
            @DurationMin(millis = 50) @DurationMax(seconds = 60) @DefaultValue("5s")
                    Duration timeout,
            @DefaultValue("8MB") DataSize maxBodySize,
            @Min(1) @Max(10_000) @DefaultValue("1000") int maxBatchFrames,
            @DefaultValue("false") boolean frameIdIsKey,
            @DecimalMin("0.1") @DecimalMax("1") @DefaultValue("0.8") double slowAbove,
            @DurationMin(millis = 0) @DurationMax(seconds = 5) @DefaultValue("50ms")
                    Duration maxDelay) {

        public Enqueue {
            if (maxBodySize.toBytes() < 1 || maxBodySize.toMegabytes() > 512) {
                throw new IllegalArgumentException(
                        "frame-buffer.enqueue.max-body-size: "
                                + maxBodySize
                                + " (expected: 1B to 512MB, which is the most that Redis holds)");
            }
        }
    }

    /**
     * The way out.
     *
     * @param writeTimeout How long a client may take to read an answer; its frames go back then.
     * @param maxWait Longest that a taker may wait for a first frame.
     */
    public record Dequeue(
            @DurationMin(millis = 50) @DurationMax(minutes = 10) @DefaultValue("20s")
                    Duration writeTimeout,
            @DurationMin(millis = 0) @DurationMax(minutes = 5) @DefaultValue("30s")
                    Duration maxWait) {}

    /**
     * Frames that their takers acknowledge themselves.
     *
     * @param length How long a taker has a frame if it does not say.
     * @param maxDeliveries How often a frame is leased out before it becomes a dead letter.
     * @param checkInterval How often ended leases are looked for.
     */
    public record Lease(
            @DurationMin(seconds = 1) @DurationMax(hours = 12) @DefaultValue("30s") Duration length,
            @Min(1) @Max(1000) @DefaultValue("5") int maxDeliveries,
            @DurationMin(millis = 10) @DurationMax(seconds = 10) @DefaultValue("250ms")
                    Duration checkInterval) {}

    /**
     * Who may change or empty the buffer, and see what frames hold.
     *
     * @param token What a request must bring as bearer token; empty for no such condition.
     * @param tokenFile File that holds the token, where it is not given here.
     */
    public record Access(@DefaultValue("") String token, @DefaultValue("") String tokenFile) {

        /** Says whether there is a token, and not which. */
        @Override
        public String toString() {
            return "Access[token="
                    + (token.isEmpty() ? "" : "******")
                    + ", tokenFile="
                    + tokenFile
                    + "]";
        }
    }

    /**
     * Limits of the HTTP server, beside {@code server.*}.
     *
     * @param requestTimeout How long a client may take to send a request.
     * @param maxInFlight Most bytes of bodies that are received or being stored at once.
     */
    public record Http(
            @DurationMin(millis = 100) @DefaultValue("20s") Duration requestTimeout,
            @DefaultValue("64MB") DataSize maxInFlight) {}

    public FrameBufferProperties {
        if (consumer.minIdle().compareTo(dequeue.writeTimeout().multipliedBy(2)) <= 0) {
            throw new IllegalArgumentException(
                    "frame-buffer.consumer.min-idle: "
                            + consumer.minIdle()
                            + " (expected: more than twice frame-buffer.dequeue.write-timeout, "
                            + dequeue.writeTimeout()
                            + ", or frames on their way to a slow client count as abandoned)");
        }
    }
}
