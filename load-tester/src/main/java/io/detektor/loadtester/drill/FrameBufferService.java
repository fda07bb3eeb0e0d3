package io.detektor.loadtester.drill;

import io.detektor.loadtester.demo.ServiceProcess;
import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.FaultNode;
import io.detektor.loadtester.fault.Programs;
import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.run.Interruption;
import io.detektor.localset.LocalSet;
import io.detektor.redisha.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** frame-buffer as a process that may be killed. One thread starts and closes it. */
final class FrameBufferService implements AutoCloseable {

    private static final String NAME = "frame-buffer";

    private final DrillPlan.Service program;
    private final LocalSet set;
    private final int port;
    private final Path log;
    private final Interruption never = new Interruption();
    private volatile ServiceProcess process;

    private FrameBufferService(DrillPlan.Service program, LocalSet set, int port, Path log) {
        this.program = program;
        this.set = set;
        this.port = port;
        this.log = log;
        this.process = launch();
    }

    /** Why it cannot be done here; null if it can. */
    static @Nullable String obstacle(DrillPlan plan) {
        return plan.service() == null ? "the jar of frame-buffer: --frame-buffer-jar" : null;
    }

    static FrameBufferService start(DrillPlan plan, LocalSet set) throws IOException {
        DrillPlan.Service program = plan.service();
        if (program == null) {
            throw new InvalidValueException("--frame-buffer-jar", "", "a jar that was built");
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // below the range of outgoing connections, so that nobody gets it in between
            port = 20_000 + free.getLocalPort() % 10_000;
        }
        FrameBufferService service =
                new FrameBufferService(program, set, port, plan.out().resolve(NAME + ".log"));
        service.process.awaitReady("/ready", service.never);
        return service;
    }

    private ServiceProcess launch() {
        Map<String, String> environment = new HashMap<>();
        environment.put("REDIS_SENTINEL_HOSTS", String.join(",", set.sentinels()));
        environment.put("REDIS_MASTER_NAME", set.masterName());
        environment.put("REDIS_HOST", set.redisNodes().getFirst().host());
        environment.put("REDIS_PORT", Integer.toString(set.redisNodes().getFirst().port()));
        environment.put("MAX_BUFFER_SIZE", "1000000");
        Path home = set.directory().getParent();
        environment.put(Programs.MARK, (home == null ? set.directory() : home).toString());
        return ServiceProcess.start(
                NAME, program.java(), program.frameBuffer(), port, environment, log);
    }

    URI url() {
        return process.url();
    }

    /** Takes what is done to frame-buffer, and leaves the rest to the driver of the set. */
    FaultDriver driver(FaultDriver nodes) {
        return new FaultDriver() {

            @Override
            public void check(FaultSpec fault) {
                if (!fault.node().equals(NAME)) {
                    nodes.check(fault);
                } else if (fault.action() != FaultAction.KILL) {
                    throw new InvalidValueException(
                            "--fault", fault.toString(), "kill frame-buffer");
                }
            }

            @Override
            public FaultNode resolve(String name) {
                return name.equals(NAME)
                        ? new FaultNode(NAME, new NodeAddress("127.0.0.1", port), false)
                        : nodes.resolve(name);
            }

            @Override
            public void inject(FaultSpec fault, FaultNode node) {
                if (node.name().equals(NAME)) {
                    process.kill();
                } else {
                    nodes.inject(fault, node);
                }
            }

            @Override
            public void heal(FaultSpec fault, FaultNode node) {
                if (!node.name().equals(NAME)) {
                    nodes.heal(fault, node);
                } else if (!process.isAlive()) {
                    process = launch();
                    process.awaitReady("/ready", never);
                }
            }

            @Override
            public Optional<Boolean> effect(FaultSpec fault, FaultNode node) {
                return node.name().equals(NAME)
                        ? Optional.of(!process.isAlive())
                        : nodes.effect(fault, node);
            }

            @Override
            public Optional<Boolean> healed(FaultSpec fault, FaultNode node) {
                return node.name().equals(NAME)
                        ? Optional.of(process.isAlive())
                        : nodes.healed(fault, node);
            }

            @Override
            public boolean awaitWhole(Duration atMost) {
                return nodes.awaitWhole(atMost);
            }
        };
    }

    @Override
    public void close() {
        process.close();
    }
}
