package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.localset.LocalSet;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the messages go. */
final class TargetOptions {

    @Option(
            names = "--target",
            paramLabel = "redis|redis-direct|http",
            defaultValue = "redis",
            description =
                    "A stream of the set, the same on one host without Sentinels, or frame-buffer"
                            + " (default: ${DEFAULT-VALUE})")
    private String target = "";

    @Option(
            names = "--stream-name",
            paramLabel = "KEY",
            defaultValue = "load-test-stream",
            description =
                    "Stream to write to; with --target http: the one frame-buffer writes to"
                            + " (default: ${DEFAULT-VALUE}, frame_queue)")
    private String streamName = "";

    @Option(
            names = "--ack",
            paramLabel = "in-sync|master",
            defaultValue = "in-sync",
            description =
                    "When a write counts as confirmed; master loses writes at a failover, and"
                            + " shows it (default: ${DEFAULT-VALUE})")
    private String ack = "";

    @Option(
            names = "--cleanup",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Remove the stream afterwards, if the run made it (default), or not")
    private boolean cleanup = true;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8002",
            description = "frame-buffer's address (default: ${DEFAULT-VALUE})")
    private String url = "";

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Most connections to frame-buffer (default: ${DEFAULT-VALUE})")
    private String connections = "";

    @Option(
            names = "--drain",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "With --target http: take everything out again and compare it")
    private boolean drain;

    @Mixin private RedisOptions redis = new RedisOptions();

    RedisOptions redis() {
        return redis;
    }

    /** The target of {@code --target}. */
    TargetPlan plan(LoadOptions options, Map<String, String> environment, @Nullable LocalSet set) {
        return plan(options, "--target", target, environment, set);
    }

    /**
     * A target by its name.
     *
     * @param option the option that it was given with
     */
    TargetPlan plan(
            LoadOptions options,
            String option,
            String name,
            Map<String, String> environment,
            @Nullable LocalSet set) {
        return switch (name.trim().toLowerCase(Locale.ROOT)) {
            case "redis" ->
                    new TargetPlan.Redis(
                            redis.throughSentinel(options, environment, set),
                            stream(options),
                            acknowledgement(options),
                            cleanup);
            case "redis-direct" ->
                    new TargetPlan.Redis(
                            redis.direct(options, environment, set),
                            stream(options),
                            acknowledgement(options),
                            cleanup);
            case "http" -> {
                if (acknowledgement(options) != TargetPlan.Ack.IN_SYNC) {
                    throw new InvalidValueException(
                            options.name("--ack"), ack, "in-sync with --target http");
                }
                yield new TargetPlan.Http(
                        redis.throughSentinel(options, environment, set),
                        options.given("--stream-name") ? stream(options) : "frame_queue",
                        url(options),
                        options.integer("--connections", connections, 1, 4096),
                        drain);
            }
            default ->
                    throw new InvalidValueException(
                            options.name(option), name.trim(), "redis, redis-direct or http");
        };
    }

    private String stream(LoadOptions options) {
        if (streamName.isBlank()) {
            throw new InvalidValueException(
                    options.name("--stream-name"), streamName, "the key of a stream");
        }
        return streamName;
    }

    private TargetPlan.Ack acknowledgement(LoadOptions options) {
        return switch (ack.trim().toLowerCase(Locale.ROOT)) {
            case "in-sync" -> TargetPlan.Ack.IN_SYNC;
            case "master" -> TargetPlan.Ack.MASTER;
            default ->
                    throw new InvalidValueException(
                            options.name("--ack"), ack, "in-sync or master");
        };
    }

    private URI url(LoadOptions options) {
        try {
            URI uri = URI.create(url.trim());
            String scheme = uri.getScheme();
            if (scheme != null && scheme.matches("https?") && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new InvalidValueException(
                options.name("--url"), url, "an address such as http://127.0.0.1:8002");
    }
}
