package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What may happen to the container of the master, as a command, and the command that ends it. */
enum Fault {
    /** A planned stop: the node hands over first. */
    STOP(Duration.ofSeconds(1), List.of("docker", "stop"), List.of("docker", "start")),
    KILL(Duration.ofSeconds(4), List.of("docker", "kill"), List.of("docker", "start")),
    /** Its sockets stay open; it goes on where it was, as a master that nobody needs any more. */
    PAUSE(Duration.ofSeconds(4), List.of("docker", "pause"), List.of("docker", "unpause")),
    DISCONNECT(
            Duration.ofSeconds(4),
            List.of("docker", "network", "disconnect", Deployment.NETWORK),
            List.of("docker", "network", "connect", Deployment.NETWORK));

    private final Duration longestGap;
    private final List<String> begin;
    private final List<String> end;

    Fault(Duration longestGap, List<String> begin, List<String> end) {
        this.longestGap = longestGap;
        this.begin = begin;
        this.end = end;
    }

    private static void run(Deployment deployment, List<String> command, String container) {
        List<String> words = new java.util.ArrayList<>(command);
        if (words.contains("connect")) {
            words.addAll(
                    words.size() - 1,
                    List.of("--ip", String.valueOf(RedisSet.ADDRESSES.get(container))));
        }
        words.add(container);
        deployment.run(words.toArray(String[]::new)).ok();
    }

    /**
     * Does it to the master under load: the other node takes over, nothing is lost, writes pause no
     * longer than allowed, and the old master comes back as a replica while the load goes on.
     */
    void assertSurvived(Deployment deployment, RedisSet set) {
        set.awaitWhole(Duration.ofMinutes(1));
        String master = set.master();
        String successor = RedisSet.other(master);
        JsonNode result;
        try (LoadTester load =
                LoadTester.start(deployment, "--rate", "300", "--duration", "16")
                        .awaitConfirmations(3)) {
            run(deployment, begin, master);
            Deployment.within(
                    Duration.ofSeconds(10), () -> assertThat(set.master()).isEqualTo(successor));
            run(deployment, end, master);
            long back = System.nanoTime();
            set.awaitWhole(Duration.ofSeconds(30));
            Figures.add(
                    "docker " + this + ", back as a replica in sync after",
                    Duration.ofNanos(System.nanoTime() - back).toMillis() + " ms");
            assertThat(set.master()).isEqualTo(successor);
            result = load.pass();
        }
        Figures.add(
                "docker " + this + " of the master, longest time without a confirmation",
                LoadTester.longestGapMillis(result) + " ms");
        LoadTester.assertNothingLost(result, 2);
        assertThat(LoadTester.longestGapMillis(result))
                .as("longest time without a confirmation, ms")
                .isLessThan(longestGap.toMillis());
    }
}
