package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** What may happen to the container of the master, as a command, and the command that ends it. */
enum Fault {
    /** A planned stop: the node hands over first. */
    STOP(Duration.ofSeconds(1), "docker stop NODE", "docker start NODE"),
    KILL(Duration.ofSeconds(4), "docker kill NODE", "docker start NODE"),
    /** Its sockets stay open; it goes on where it was, as a master that nobody needs any more. */
    PAUSE(Duration.ofSeconds(4), "docker pause NODE", "docker unpause NODE"),
    DISCONNECT(
            Duration.ofSeconds(4),
            "docker network disconnect detektor-network NODE",
            "docker network connect --ip ADDRESS detektor-network NODE");

    private final Duration longestGap;
    private final String begin;
    private final String end;

    Fault(Duration longestGap, String begin, String end) {
        this.longestGap = longestGap;
        this.begin = begin;
        this.end = end;
    }

    private static void run(Deployment deployment, String command, String node) {
        deployment
                .run(
                        command.replace("NODE", node)
                                .replace("ADDRESS", String.valueOf(RedisSet.ADDRESSES.get(node)))
                                .split(" ", -1))
                .ok();
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
                    Duration.ofSeconds(10),
                    // one is asked, and seldom: each question is a process on the processors that
                    // the set needs now
                    () -> assertThat(set.masterAsToldBy("sentinel-1")).isEqualTo(successor));
            run(deployment, end, master);
            long back = System.nanoTime();
            set.awaitWhole(Duration.ofSeconds(30));
            Figures.add(
                    "docker " + name() + ", back as a replica in sync after",
                    Duration.ofNanos(System.nanoTime() - back).toMillis() + " ms");
            assertThat(set.master()).isEqualTo(successor);
            result = load.pass();
        }
        Figures.add(
                "docker " + name() + " of the master, longest time without a confirmation",
                LoadTester.longestGapMillis(result) + " ms");
        LoadTester.assertNothingLost(result, 2);
        assertThat(LoadTester.longestGapMillis(result))
                .as("longest time without a confirmation, ms; %s", result.at("/events"))
                .isLessThan(longestGap.toMillis());
    }
}
