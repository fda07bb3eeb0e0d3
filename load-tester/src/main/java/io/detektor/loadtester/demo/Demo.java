package io.detektor.loadtester.demo;

import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.session.LoadSession;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole system on this machine: a Sentinel set, frame-buffer and telegram-alerts as processes,
 * camera frames through frame-buffer, a fault in the middle, and the proof. One thread; leaves no
 * process behind, however it ends.
 */
public final class Demo {

    private static final int FRAME_BUFFER_PORT = 8002;
    private static final int TELEGRAM_PORT = 8003;
    private static final int PORTS_TO_TRY = 100;
    private static final int CONNECTIONS = 64;
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(60);

    private final DemoPlan plan;
    private final Console console;
    private final Interruption interruption;

    /** What runs, in the order in which it was started. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private final List<ServiceProcess> services = new ArrayList<>();

    public Demo(DemoPlan plan, Console console, Interruption interruption) {
        this.plan = plan;
        this.console = console;
        this.interruption = interruption;
    }

    /**
     * Runs it.
     *
     * @param report prints and keeps the result; what it returns is what this returns
     * @throws io.detektor.loadtester.run.UnreachableException when a service does not start
     * @throws LocalSetException when the set does not start
     * @throws InvalidValueException when a fault cannot be done on this machine
     */
    public int run(ToIntFunction<RunResult> report) throws IOException {
        try {
            return runAll(report);
        } finally {
            console.status("stopping everything");
            // all at once first: each takes a moment to end in good order
            services.forEach(ServiceProcess::stop);
            while (!running.isEmpty()) {
                close(running.removeLast());
            }
            console.endStatus();
        }
    }

    private int runAll(ToIntFunction<RunResult> report) throws IOException {
        boolean isolated =
                plan.faults().stream()
                        .map(FaultSpec::action)
                        .anyMatch(LocalSetDriver.OF_THE_NETWORK::contains);
        if (isolated) {
            LocalSet.canIsolate()
                    .ifPresent(reason -> {
                        throw new InvalidValueException(
                                "--fault", "cut", "a machine for it: " + reason);
                    });
        }
        Path home = plan.directory().resolve("set");
        makeRoom(home);
        console.status("starting a Redis master, a replica and three Sentinels");
        LocalSet set = LocalSet.builder().directory(home).replicas(1).isolated(isolated).start();
        running.add(set);
        console.print(
                "SET      "
                        + set.redisNodes().stream()
                                .map(Node::toString)
                                .collect(Collectors.joining(", "))
                        + "  Sentinels "
                        + String.join(", ", set.sentinels()));

        ServiceProcess frameBuffer = frameBuffer(set);
        plan.telegramAlerts().ifPresent(jar -> telegram(set, jar));
        console.status("waiting until frame-buffer is ready");
        frameBuffer.awaitReady("/ready", interruption);
        console.print(
                "SERVICE  frame-buffer " + frameBuffer.url() + "  log " + log("frame-buffer"));

        RunResult result =
                new LoadSession(
                                load(set, frameBuffer.url()),
                                new UntilTheEnd(new LocalSetDriver(set), interruption),
                                console,
                                interruption)
                        .run();
        int code = report.applyAsInt(result);
        if (plan.keep() && !interruption.requested()) {
            set.awaitReplicas(WHOLE_WITHIN);
            invite(set, frameBuffer.url());
            interruption.await(Duration.ofDays(365));
        }
        return code;
    }

    private ServiceProcess frameBuffer(LocalSet set) {
        Map<String, String> environment = redis(set);
        long frames = plan.rate() * Math.max(1, plan.duration().toSeconds());
        environment.put("MAX_BUFFER_SIZE", Long.toString(Math.max(1000, 2 * frames)));
        ServiceProcess service =
                ServiceProcess.start(
                        "frame-buffer",
                        plan.java(),
                        plan.frameBuffer(),
                        freePort(FRAME_BUFFER_PORT, "frame-buffer"),
                        environment,
                        log("frame-buffer"));
        started(service);
        return service;
    }

    private void telegram(LocalSet set, Path jar) {
        Map<String, String> environment = redis(set);
        environment.put(
                "OUTBOX_DIR",
                set.directory().resolve("telegram-alerts").toAbsolutePath().toString());
        // there is no Prometheus here whose watchdog could call
        environment.put("WATCHDOG_TIMEOUT", "0");
        ServiceProcess service =
                ServiceProcess.start(
                        "telegram-alerts",
                        plan.java(),
                        jar,
                        freePort(TELEGRAM_PORT, "telegram-alerts"),
                        environment,
                        log("telegram-alerts"));
        started(service);
        console.status("waiting until telegram-alerts is ready");
        service.awaitReady("/actuator/health", interruption);
        console.print(
                "SERVICE  telegram-alerts " + service.url() + "  log " + log("telegram-alerts"));
    }

    private void started(ServiceProcess service) {
        running.add(service);
        services.add(service);
    }

    private static Map<String, String> redis(LocalSet set) {
        Map<String, String> environment = new HashMap<>();
        environment.put("REDIS_SENTINEL_HOSTS", String.join(",", set.sentinels()));
        environment.put("REDIS_MASTER_NAME", set.masterName());
        Node first = set.redisNodes().getFirst();
        environment.put("REDIS_HOST", first.host());
        environment.put("REDIS_PORT", Integer.toString(first.port()));
        return environment;
    }

    private LoadPlan load(LocalSet set, URI url) {
        Node first = set.redisNodes().getFirst();
        RedisPlan redis =
                new RedisPlan(
                        set.sentinels().stream().map(NodeAddress::parse).toList(),
                        set.masterName(),
                        new NodeAddress(first.host(), first.port()),
                        "",
                        "");
        return new LoadPlan(
                new TargetPlan.Http(redis, "frame_queue", url, CONNECTIONS, !plan.keep()),
                new Rate.PerSecond(plan.rate()),
                Duration.ZERO,
                plan.duration(),
                0,
                0,
                plan.frames(),
                20_000,
                DEADLINE,
                Duration.ofSeconds(20),
                plan.faults(),
                1);
    }

    private void invite(LocalSet set, URI url) {
        console.always(
                """

                Everything is left running, with the frames in it. Try:
                  curl %s/frames/status
                  curl '%s/frames/dequeue?count=1' | cut -c 1-200
                  curl -X POST %s/frames/enqueue -H 'Content-Type: application/json' \
                -H 'Idempotency-Key: a1' -d '{"frame_id":"mine"}'
                  redis-cli -h %s -p %d sentinel master %s
                Break it again from another terminal:
                  ./detektor load --set %s --rate 500 --duration 20 --fault 'at=5s kill master for=5s'
                Ctrl-C ends it all.\
                """
                        .formatted(
                                url,
                                url,
                                url,
                                set.sentinelNodes().getFirst().host(),
                                set.sentinelNodes().getFirst().port(),
                                set.masterName(),
                                set.directory()));
    }

    private Path log(String name) {
        return plan.directory().resolve(name + ".log");
    }

    /** The wanted port, or the next one that nobody listens on. */
    private int freePort(int wanted, String name) {
        for (int port = wanted; port < wanted + PORTS_TO_TRY; port += 10) {
            if (isFree(port)) {
                if (port != wanted) {
                    console.print(
                            "PORT     "
                                    + wanted
                                    + " is in use: "
                                    + name
                                    + " listens on "
                                    + port
                                    + " instead");
                }
                return port;
            }
        }
        throw new InvalidValueException(
                "port", Integer.toString(wanted), "this one or one of the next to be free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket everywhere = new ServerSocket()) {
            // without this a port counts as taken while old connections time out
            everywhere.setReuseAddress(true);
            everywhere.bind(new InetSocketAddress((InetAddress) null, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes what an earlier demo left, unless it still runs. */
    private static void makeRoom(Path home) throws IOException {
        if (!Files.exists(home)) {
            Files.createDirectories(home);
            return;
        }
        if (stillRuns(home)) {
            throw new InvalidValueException(
                    "--out", home.toString(), "a directory without a set that runs");
        }
        try (Stream<Path> tree = Files.walk(home)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static boolean stillRuns(Path home) {
        try {
            LocalSet old = LocalSet.attach(home);
            return Stream.concat(old.redisNodes().stream(), old.sentinelNodes().stream())
                    .anyMatch(Demo::runs);
        } catch (LocalSetException e) {
            return false;
        }
    }

    private static boolean runs(Node node) {
        try {
            return node.pid() > 0;
        } catch (LocalSetException e) {
            return false;
        }
    }

    private void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            console.always("could not be stopped: " + e.getMessage());
        }
    }
}
