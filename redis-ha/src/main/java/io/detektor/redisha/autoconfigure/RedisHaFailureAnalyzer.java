package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.sentinel.SentinelConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Says what is wrong with the Redis settings and what to type instead. Never shows a password. */
final class RedisHaFailureAnalyzer extends AbstractFailureAnalyzer<Throwable> {

    private static final String NODES = "spring.data.redis.sentinel.nodes";

    private final Environment environment;

    RedisHaFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, Throwable cause) {
        for (Throwable each = rootFailure; each != null; each = each.getCause()) {
            if (each instanceof SentinelConfigurationException wrong) {
                return new FailureAnalysis(wrong.getMessage(), wrong.action(), rootFailure);
            }
            if (each instanceof InvalidRedisSettingException wrong) {
                return new FailureAnalysis(wrong.getMessage(), wrong.action(), rootFailure);
            }
            if (cameFromNodes(each)) {
                return nodes(rootFailure);
            }
        }
        return null;
    }

    /**
     * Boot splits each node at its colon without looking whether there is one, and what comes out
     * is an index or a number error from deep inside.
     */
    private static boolean cameFromNodes(Throwable failure) {
        if (!(failure instanceof IndexOutOfBoundsException)
                && !(failure instanceof IllegalArgumentException)
                && !(failure instanceof IllegalStateException)) {
            return false;
        }
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().contains("PropertiesDataRedisConnectionDetails")
                    && (frame.getMethodName().equals("asNode")
                            || frame.getMethodName().startsWith("lambda$asNode"))) {
                return true;
            }
        }
        return false;
    }

    private FailureAnalysis nodes(Throwable rootFailure) {
        return new FailureAnalysis(
                NODES
                        + ": '"
                        + environment.getProperty(NODES, "")
                        + "' (expected: host:port, comma-separated, each with its port)",
                "Write every Sentinel with its port, for instance "
                        + NODES
                        + "=10.0.0.5:26379,10.0.0.6:26379,10.0.0.7:26379",
                rootFailure);
    }
}
