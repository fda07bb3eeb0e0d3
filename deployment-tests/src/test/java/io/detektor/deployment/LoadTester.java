package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The load tester as a container in the set's network, running beside what is done to the set. */
final class LoadTester implements AutoCloseable {

    /** A line a second, with how many were confirmed in it. */
    private static final Pattern SECOND = Pattern.compile("([1-9][0-9]*)/s acked");

    private static final JsonMapper JSON = new JsonMapper();

    private final Command command;

    private LoadTester(Command command) {
        this.command = command;
    }

    /** Against the set, as documented. */
    static LoadTester start(Deployment deployment, String... options) {
        return startIn(deployment, Deployment.NETWORK, options);
    }

    /** Against what the host publishes. */
    static LoadTester startOnTheHost(Deployment deployment, String... options) {
        return startIn(deployment, "host", options);
    }

    private static LoadTester startIn(Deployment deployment, String network, String... options) {
        List<String> words =
                new ArrayList<>(List.of("docker", "run", "--rm", "--network", network));
        // each test has limits of its own, which suit a host that does other things besides
        words.addAll(List.of("load-tester", "--json", "--no-color", "--slo", "none"));
        words.addAll(Arrays.asList(options));
        return new LoadTester(deployment.start(words.toArray(String[]::new)));
    }

    /** Until it has had confirmations in so many different seconds. */
    LoadTester awaitConfirmations(int seconds) {
        Deployment.within(
                Duration.ofSeconds(30),
                () -> {
                    assertThat(command.runs()).as("it runs: %s", command.err()).isTrue();
                    assertThat(SECOND.matcher(command.err()).results().count())
                            .as("seconds with confirmations: %s", command.err())
                            .isGreaterThanOrEqualTo(seconds);
                });
        return this;
    }

    /** Its verdict, when it has ended by itself; it must be a pass. */
    JsonNode pass() {
        Ended ended = command.await(Duration.ofMinutes(3));
        ended.ok();
        return result(ended);
    }

    static JsonNode result(Ended ended) {
        return JSON.readTree(ended.out());
    }

    /** When it has ended by itself, whatever its verdict. */
    Ended end() {
        return command.await(Duration.ofMinutes(3));
    }

    /**
     * Fails unless everything was confirmed, and everything confirmed is there once, everywhere.
     */
    static void assertNothingLost(JsonNode result, int copies) {
        assertThat(result.at("/verdict/outcome").asString()).isEqualTo("PASS");
        assertThat(result.at("/counts/attempted").asLong()).isPositive();
        assertThat(result.at("/counts/acked").asLong())
                .as("confirmed")
                .isEqualTo(result.at("/counts/attempted").asLong());
        assertThat(result.at("/proof/replicas").size()).as("replicas read").isEqualTo(copies - 1);
        assertClean(result.at("/proof/master"));
        for (JsonNode replica : result.at("/proof/replicas")) {
            assertClean(replica);
        }
    }

    private static void assertClean(JsonNode proof) {
        assertThat(proof.path("entries").asLong()).as("entries read: %s", proof).isPositive();
        for (String wrong : List.of("lost", "duplicated", "unexpected", "corrupted")) {
            assertThat(proof.path(wrong).asLong(-1)).as("%s: %s", wrong, proof).isZero();
        }
    }

    static long longestGapMillis(JsonNode result) {
        return result.at("/proof/longestWriteGapMs").asLong(Long.MAX_VALUE);
    }

    @Override
    public void close() {
        command.close();
    }
}
