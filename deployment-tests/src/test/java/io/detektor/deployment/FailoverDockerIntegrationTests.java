package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The master goes while frames come in: nothing confirmed is lost, and nobody has to do anything.
 */
class FailoverDockerIntegrationTests {

    @RegisterExtension static final Deployment deployment = Deployment.fresh();
    private static final RedisSet set = new RedisSet(deployment);

    @BeforeAll
    static void up() {
        deployment.up();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void theOtherNodeTakesOverAndNothingIsLost(Fault fault) throws Exception {
        fault.assertSurvived(deployment, set);

        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://localhost:8002/frames/enqueue"))
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    """
                                                    {"frame_id": "after-%s", "camera_id": "door", "data": "aGVsbG8="}
                                                    """
                                                            .formatted(fault)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        // what the operator's command says agrees with what the nodes and the Sentinels said
        deployment.detektor("status").ok();
    }

    @Test
    void whatIsLostIsSeen() {
        // or the tests above would pass whatever is lost
        set.awaitWhole(Duration.ofMinutes(1));
        Ended ended;
        try (LoadTester load =
                LoadTester.start(deployment, "--rate", "300", "--duration", "5")
                        .awaitConfirmations(3)) {
            deployment.redis(set.master(), "XTRIM", "load-test-stream", "MAXLEN", "100");
            ended = load.end();
        }

        ended.endedWith(4);
        assertThatThrownBy(() -> LoadTester.assertNothingLost(LoadTester.result(ended), 2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FAIL");
    }
}
