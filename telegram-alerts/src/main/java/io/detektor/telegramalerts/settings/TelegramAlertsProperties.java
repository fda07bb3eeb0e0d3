package io.detektor.telegramalerts.settings;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of telegram-alerts. How Redis is reached is Spring Boot's own {@code
 * spring.data.redis.*}; application.yaml has the environment variable of each.
 *
 * @param telegram How Telegram is spoken to.
 * @param outbox What is kept on disk.
 * @param watch What this service looks at by itself.
 * @param links Other services, for commands and links.
 */
@Validated
@ConfigurationProperties(prefix = "telegram-alerts", ignoreUnknownFields = false)
public record TelegramAlertsProperties(
        @Valid @DefaultValue Telegram telegram,
        @Valid @DefaultValue Outbox outbox,
        @Valid @DefaultValue Watch watch,
        @Valid @DefaultValue Links links) {

    /**
     * How Telegram is spoken to.
     *
     * @param apiUrl Base of the Bot API.
     * @param token The bot's token; the file is better.
     * @param tokenFile File that holds the token.
     * @param chatIds Who is told: {@code CHAT} or {@code CHAT:THREAD}, separated by commas.
     * @param chatId The same, under the name that it had; used where chatIds is empty.
     * @param requestTimeout How long Telegram may take to answer.
     * @param pollTimeout How long Telegram may hold back an empty answer to getUpdates.
     * @param messageInterval Least time between two calls for one chat.
     * @param groupMinute Most calls a minute for one group; a third of them is kept for what is
     *     urgent.
     * @param backoffMin First pause after a failure; doubled with each.
     * @param backoffMax Longest pause after a failure.
     */
    public record Telegram(
            @DefaultValue("https://api.telegram.org") String apiUrl,
            @DefaultValue("") String token,
            @DefaultValue("") String tokenFile,
            @DefaultValue("") String chatIds,
            @DefaultValue("") String chatId,
            @DurationMin(millis = 100) @DurationMax(minutes = 1) @DefaultValue("10s")
                    Duration requestTimeout,
            @DurationMin(seconds = 1) @DurationMax(seconds = 50) @DefaultValue("25s")
                    Duration pollTimeout,
            @DurationMin(millis = 1) @DurationMax(minutes = 1) @DefaultValue("1100ms")
                    Duration messageInterval,
            @Min(3) @Max(1000) @DefaultValue("18") int groupMinute,
            @DurationMin(millis = 10) @DurationMax(minutes = 1) @DefaultValue("1s")
                    Duration backoffMin,
            @DurationMin(millis = 10) @DurationMax(minutes = 10) @DefaultValue("1m")
                    Duration backoffMax) {

        /** Everything but the token. */
        @Override
        public String toString() {
            return "Telegram[apiUrl=%s, chatIds=%s]".formatted(apiUrl, chatIds);
        }
    }

    /**
     * What is kept on disk.
     *
     * @param directory Where; on a disk that outlives the process.
     * @param mostIncidents Beyond so many that are open or untold, Alertmanager is asked to try
     *     again later.
     */
    public record Outbox(
            @DefaultValue("/data") Path directory,
            @Min(100) @Max(100_000) @DefaultValue("5000") int mostIncidents) {}

    /**
     * What this service looks at by itself.
     *
     * @param interval How often disks, memory and containers are looked at.
     * @param diskPaths Where disks are mounted; those that do not exist are left out.
     * @param diskThreshold Percentage of a disk above which it is told; cleared 10 points lower.
     * @param redisMemoryThresholdGb Memory of the master, in GiB, above which it is told; cleared
     *     0.5 lower.
     * @param dockerProxyUrl Docker's API, read-only, by plain HTTP; empty: containers are not
     *     looked at.
     * @param containers Which containers belong to this installation, a regular expression.
     * @param mostRestarts More restarts of a container within an hour are told.
     * @param sentinelMajorityTimeout For how long a majority of the Sentinels may be silent.
     * @param watchdogTimeout For how long Alertmanager's watchdog may be silent; 0: it is not
     *     expected.
     */
    public record Watch(
            @DurationMin(millis = 100) @DurationMax(hours = 1) @DefaultValue("30s")
                    Duration interval,
            @DefaultValue({"/", "/data/redis", "/data/postgres", "/data/frames"})
                    List<Path> diskPaths,
            @Min(11) @Max(100) @DefaultValue("80") int diskThreshold,
            @Positive @DefaultValue("3.5") double redisMemoryThresholdGb,
            @DefaultValue("") String dockerProxyUrl,
            @DefaultValue(
                            "(detektor-|redis-|sentinel-|frame-buffer|prometheus|alertmanager|grafana).*")
                    String containers,
            @Min(1) @DefaultValue("5") int mostRestarts,
            @DurationMin(millis = 100) @DefaultValue("10s") Duration sentinelMajorityTimeout,
            @DefaultValue("3m") Duration watchdogTimeout) {}

    /**
     * Other services, for commands and links.
     *
     * @param alertmanager Where silences are made.
     * @param frameBuffer Whose queue {@code /status} shows; empty: none.
     * @param prometheus Where people reach Prometheus, for links; may be empty.
     * @param grafana Where people reach Grafana, for links; may be empty.
     */
    public record Links(
            @DefaultValue("http://alertmanager:9093") URI alertmanager,
            @DefaultValue("") String frameBuffer,
            @DefaultValue("") String prometheus,
            @DefaultValue("") String grafana) {}
}
