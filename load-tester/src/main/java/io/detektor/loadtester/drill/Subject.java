package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.DockerDriver;
import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.fault.Programs;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.localset.LocalSet;
import java.util.List;
import java.util.Map;

/** The set that is drilled. */
sealed interface Subject {

    /** How it is reached. */
    RedisPlan redis();

    /**
     * What breaks it.
     *
     * @param stream the stream whose consumers may be broken; empty where none are
     */
    FaultDriver driver(String stream);

    /** What it is made of. */
    String text();

    /** Processes that the drill has started itself. */
    record Local(LocalSet set, String text) implements Subject {
        @Override
        public RedisPlan redis() {
            return Runs.redis(set);
        }

        @Override
        public FaultDriver driver(String stream) {
            return new LocalSetDriver(set, stream);
        }
    }

    /** The containers of {@code docker compose up}. */
    record Docker(DockerDriver docker, RedisPlan redis) implements Subject {

        private static final String MASTER_NAME = "mymaster";

        /** May write streams named load-test* and needs no password. */
        private static final String USER = "loadtest";

        /**
         * Looks at what runs.
         *
         * @param own whether somebody says that an engine on another host is theirs to break
         * @throws InvalidValueException when there is no such set, or it may not be broken
         */
        static Docker of(String project, boolean own, Map<String, String> environment) {
            String host = environment.getOrDefault("DOCKER_HOST", "");
            if (host.isEmpty()) {
                host =
                        Programs.must(
                                List.of(
                                        "docker",
                                        "context",
                                        "inspect",
                                        "-f",
                                        "{{.Endpoints.docker.Host}}"));
            }
            if (!own && !host.startsWith("unix://")) {
                throw new InvalidValueException(
                        "--docker", host, "an engine on this host, or --i-own-this");
            }
            DockerDriver driver = new DockerDriver(Programs::must, project, MASTER_NAME);
            return new Docker(
                    driver,
                    new RedisPlan(
                            driver.sentinels(),
                            MASTER_NAME,
                            driver.nodes().getFirst(),
                            USER,
                            USER));
        }

        @Override
        public FaultDriver driver(String stream) {
            return docker;
        }

        @Override
        public String text() {
            return "containers";
        }
    }
}
