package io.detektor.telegramalerts.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Alertmanager's webhook, version 4; what is not used here is left out.
 *
 * @param groupKey identity of the group, such as {@code {}:{component="host"}}
 * @param alerts what fires and what was resolved lately, again and again
 * @see <a
 *     href="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config">webhook_config</a>
 */
record AlertmanagerMessage(@Nullable String groupKey, @Nullable List<@Nullable Alert> alerts) {

    /**
     * One alert.
     *
     * @param status {@code firing} or {@code resolved}
     * @param fingerprint identity of its labels
     */
    record Alert(
            @Nullable String status,
            @Nullable Map<String, @Nullable String> labels,
            @Nullable Map<String, @Nullable String> annotations,
            @Nullable Instant startsAt,
            @Nullable String fingerprint) {

        String label(String name) {
            return value(labels, name);
        }

        String annotation(String name) {
            return value(annotations, name);
        }

        private static String value(@Nullable Map<String, @Nullable String> values, String name) {
            String value = values == null ? null : values.get(name);
            return value == null ? "" : value;
        }
    }
}
