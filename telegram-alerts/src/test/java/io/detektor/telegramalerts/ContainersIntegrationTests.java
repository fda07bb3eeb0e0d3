package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What Docker says of the containers, through its read-only proxy, which a small server plays. */
@ExtendWith(OutputCaptureExtension.class)
class ContainersIntegrationTests {

    private static final String LIST = "/containers/json?all=1";
    private static final String UP = "telegram_alerts_docker_answers";

    @TempDir private Path outbox = Path.of("");

    private final SmallServer docker = new SmallServer();
    private final FakeBotApi api = FakeBotApi.start();

    @BeforeEach
    void start() {
        api.enforceLimits(false);
        list("redis-master", "redis-secrets", "somebody-elses");
        state("redis-master", running());
        state("redis-secrets", exited(0, "no"));
        state("somebody-elses", exited(1, "always"));
    }

    @AfterEach
    void end() {
        docker.close();
        api.close();
    }

    private App app() {
        return App.start(
                api,
                outbox,
                "--telegram-alerts.watch.docker-proxy-url=" + docker.url() + "/",
                "--telegram-alerts.telegram.message-interval=20ms",
                "--telegram-alerts.watch.interval=100ms");
    }

    @Test
    void oneThatStoppedIsToldAndThatItRunsAgainAndAJobThatIsDoneIsNot() throws Exception {
        state("redis-master", exited(137, "unless-stopped"));
        try (App app = app()) {
            awaitMessages(1);
            assertThat(first().plain())
                    .contains("Container redis-master does not run: exited", "Exit code 137");
            assertThat(first().silent()).isTrue();
            state("redis-master", running());
            awaitThat(() -> first().plain().contains("resolved after"));
            awaitThat(() -> anyContains("✅ Container redis-master runs again"));
            assertThat(app.metric("telegram_alerts_findings_total{source=\"container\"}"))
                    .isEqualTo(2);
            assertThat(api.messages())
                    .noneMatch(each -> each.plain().matches("(?s).*(secrets|elses).*"));
            // nothing but reading, and of nobody else's
            assertThat(docker.asked())
                    .allMatch(each -> each.startsWith("GET "))
                    .noneMatch(each -> each.contains("/containers/somebody-elses/"));
        }
    }

    @Test
    void oneThatRestartsForeverIsToldOneThatIsRestartedOnceIsNot() throws Exception {
        docker.next(inspect("redis-master"), json("restarting", 1, "always", "", 0));
        try (App app = app()) {
            awaitLooks(5);
            assertThat(api.messages()).isEmpty();
            state("redis-master", json("restarting", 1, "always", "", 2));
            awaitMessages(1);
            assertThat(first().plain()).contains("redis-master does not run: restarting");
            // seldom seen down, and often restarted
            state("redis-master", json("running", 0, "always", "", 9));
            awaitThat(() -> anyContains("redis-master restarted 9 times within an hour"));
            awaitLooks(3);
            assertThat(app.metric("telegram_alerts_findings_total{source=\"container\"}"))
                    .isEqualTo(3);
        }
    }

    @Test
    void oneThatIsUnhealthyIsToldAndThatItIsHealthyAgain() throws Exception {
        state("redis-master", json("running", 0, "always", "starting", 0));
        try (App _ = app()) {
            docker.next(inspect("redis-master"), json("running", 0, "always", "unhealthy", 0));
            awaitLooks(5);
            assertThat(api.messages()).as("one look is a hiccup").isEmpty();
            state("redis-master", json("running", 0, "always", "unhealthy", 0));
            awaitMessages(1);
            assertThat(first().plain())
                    .contains("Container redis-master is unhealthy", "docker inspect redis-master");
            state("redis-master", json("running", 0, "always", "healthy", 0));
            awaitThat(() -> anyContains("✅ Container redis-master is healthy again"));
        }
    }

    @Test
    void oneThatWasRemovedIsDownNoMoreAlsoForTheNextProcess() throws Exception {
        state("redis-master", exited(1, "always"));
        try (App _ = app()) {
            awaitMessages(1);
        }
        list("redis-secrets");
        try (App _ = app()) {
            awaitThat(() -> anyContains("✅ Container redis-master was removed"));
            awaitThat(() -> first().plain().contains("resolved after"));
        }
    }

    @Test
    void aProxyThatIsGoneEndsNothingAndTellsNothing(CapturedOutput output) throws Exception {
        state("redis-master", exited(1, "always"));
        try (App app = app()) {
            awaitMessages(1);
            assertThat(app.metric(UP)).isEqualTo(1);
            docker.down();
            awaitThat(() -> app.metric(UP) == 0);
            docker.up();
            awaitThat(() -> app.metric(UP) == 1);
            // one that refuses is no better
            docker.forget(LIST);
            awaitThat(() -> app.metric(UP) == 0);
            awaitLooks(3);
            assertThat(first().plain()).doesNotContain("resolved");
            assertThat(api.messages()).hasSize(1);
            state("redis-master", running());
            list("redis-master");
            awaitThat(() -> first().plain().contains("resolved after"));
            assertThat(app.metric(UP)).isEqualTo(1);
        }
        // once when it begins
        assertThat(output.getAll().split("DOCKER_PROXY_URL: containers cannot", -1)).hasSize(3);
        assertThat(output.getAll()).contains("no connection", "status 404");
    }

    @Test
    void withoutAProxyNobodyIsAsked() throws Exception {
        try (App app = App.start(api, outbox, "--telegram-alerts.watch.interval=100ms")) {
            assertThat(app.get("/metrics").body()).doesNotContain(UP);
            assertThat(docker.asked()).isEmpty();
        }
    }

    private FakeMessage first() {
        return api.messages().getFirst();
    }

    private boolean anyContains(String text) {
        return api.messages().stream().anyMatch(each -> each.plain().contains(text));
    }

    private void awaitMessages(int count) {
        awaitThat(() -> api.messages().size() >= count);
    }

    private void awaitLooks(int count) {
        long before = looks();
        awaitThat(() -> looks() >= before + count);
    }

    private long looks() {
        return docker.asked().stream().filter(each -> each.contains(LIST)).count();
    }

    private static void awaitThat(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(10)).until(condition);
    }

    // ---------------------------------------------------------------- Docker's answers

    private void list(String... names) {
        List<String> entries = new ArrayList<>();
        for (String name : names) {
            entries.add("{\"Id\":\"%s\",\"Names\":[\"/%s\"]}".formatted(name, name));
        }
        docker.answer(LIST, "[" + String.join(",", entries) + "]");
    }

    private void state(String name, String json) {
        docker.answer(inspect(name), json);
    }

    private static String inspect(String name) {
        return "/containers/" + name + "/json";
    }

    private static String running() {
        return json("running", 0, "unless-stopped", "", 0);
    }

    private static String exited(int code, String policy) {
        return json("exited", code, policy, "", 0);
    }

    private static String json(
            String status, int exit, String policy, String health, int restarts) {
        return ("{\"RestartCount\":%d,\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"%s\"}},"
                        + "\"State\":{\"Status\":\"%s\",\"ExitCode\":%d,\"OOMKilled\":false%s}}")
                .formatted(
                        restarts,
                        policy,
                        status,
                        exit,
                        health.isEmpty() ? "" : ",\"Health\":{\"Status\":\"" + health + "\"}");
    }
}
