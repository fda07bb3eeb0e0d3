package io.detektor.framebuffer.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.detektor.framebuffer.buffer.BufferMonitor;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code GET /health} and {@code GET /ready} as version 1 had them. */
@RestController
class HealthController {

    private static final double NEARLY_FULL = 0.9;

    private final BufferMonitor monitor;
    private final FrameLog frames;
    private final SentinelMonitor sentinels;
    private final ApplicationAvailability availability;
    private final long maxFrames;

    HealthController(
            BufferMonitor monitor,
            FrameLog frames,
            SentinelMonitor sentinels,
            ApplicationAvailability availability,
            FrameBufferProperties properties) {
        this.monitor = monitor;
        this.frames = frames;
        this.sentinels = sentinels;
        this.availability = availability;
        this.maxFrames = properties.streams().maxFrames();
    }

    /** How well the service can do its work. */
    enum Level {
        /** All is well. */
        HEALTHY,
        /** Frames go in and out, and something needs a look. */
        DEGRADED,
        /** Frames do not go in or out. */
        UNHEALTHY;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Health(Level status, String version, long uptimeSeconds, Checks checks) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record Checks(RedisCheck redis, FrameCheck frameProcessing, BufferCheck buffer) {}

    /**
     * Redis.
     *
     * @param healthy connected, the master known by a majority of the Sentinels, a replica in sync
     * @param connected whether Redis answers
     * @param master how the master is known
     * @param promotableReplicas replicas that confirm each frame
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record RedisCheck(boolean healthy, boolean connected, String master, int promotableReplicas) {}

    /**
     * The reading of frames.
     *
     * @param lastFrameAge seconds that the oldest waiting frame has waited; null when not known
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record FrameCheck(boolean healthy, @Nullable Double lastFrameAge) {}

    /**
     * The room in the buffer.
     *
     * @param size frames that were not acknowledged; -1 when not known
     * @param utilization size over maxSize; 0 when not known
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record BufferCheck(boolean healthy, long size, long maxSize, double utilization) {}

    /** Whether frames can be taken and given. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ready(boolean ready, @Nullable String reason) {}

    @GetMapping("/health")
    Mono<Health> health() {
        return monitor.now().map(this::health);
    }

    private Health health(Optional<BufferSizes> sizes) {
        SentinelView view = sentinels.view();
        boolean connected = sizes.isPresent() && view.master() != null;
        RedisCheck redis =
                new RedisCheck(
                        connected && isSafe(view),
                        connected,
                        view.source().name().toLowerCase(Locale.ROOT),
                        view.promotable().size());
        FrameCheck processing =
                new FrameCheck(frames.readable(), sizes.map(monitor::oldestAge).orElse(null));
        long size = sizes.map(BufferSizes::waiting).orElse(-1L);
        double utilization = Math.max(0, (double) size / maxFrames);
        BufferCheck buffer =
                new BufferCheck(
                        size >= 0 && utilization < NEARLY_FULL, size, maxFrames, utilization);
        Level level;
        if (!connected) {
            level = Level.UNHEALTHY;
        } else if (redis.healthy() && processing.healthy() && buffer.healthy()) {
            level = Level.HEALTHY;
        } else {
            level = Level.DEGRADED;
        }
        return new Health(
                level,
                version(),
                ManagementFactory.getRuntimeMXBean().getUptime() / 1000,
                new Checks(redis, processing, buffer));
    }

    /** Whether a failover now would lose nothing: Sentinels to make it, a replica to take over. */
    private static boolean isSafe(SentinelView view) {
        return switch (view.source()) {
            case SINGLE -> true;
            case SENTINELS, HANDED_OVER -> view.majorityAnswers() && !view.promotable().isEmpty();
            case LAST_KNOWN, FALLBACK, NONE -> false;
        };
    }

    @GetMapping("/ready")
    ResponseEntity<Ready> ready() {
        String reason = null;
        SentinelView view = sentinels.view();
        if (availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC) {
            reason = "the service is starting or stopping";
        } else if (view.master() == null) {
            reason =
                    view.sentinels().isEmpty()
                            ? "no Redis answers as master"
                            : "no verified master: "
                                    + view.answering()
                                    + " of "
                                    + view.sentinels().size()
                                    + " Sentinels answer";
        }
        return ResponseEntity.status(reason == null ? 200 : 503)
                .body(new Ready(reason == null, reason));
    }

    private static String version() {
        String version = HealthController.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
