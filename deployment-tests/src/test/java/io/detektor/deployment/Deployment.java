package io.detektor.deployment;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A copy of the project, in which the commands of the documentation are typed. A copy, because
 * {@code migrate} and {@code rollback} change {@code .env}. Before the class there is nothing of
 * the project on the engine, and after it there is nothing left.
 */
final class Deployment
        implements BeforeAllCallback,
                AfterAllCallback,
                LifecycleMethodExecutionExceptionHandler,
                TestExecutionExceptionHandler {

    static final String NETWORK = "detektor-network";
    static final Duration START = Duration.ofMinutes(2);

    private static final String PROJECT = "com.docker.compose.project=detektor";
    private static final String EVERY_PROFILE = "sentinel,single,three-node";
    private static final Set<String> NOT_COPIED =
            Set.of("target", ".git", ".idea", "backups", "deployment-tests");

    private final Map<String, String> environment;
    private Path directory = Path.of("");
    private Thread lastResort = new Thread();
    private boolean reported;

    private Deployment(Map<String, String> environment) {
        this.environment = environment;
    }

    static Deployment fresh() {
        return new Deployment(Map.of());
    }

    /** With variables that every command gets. */
    static Deployment with(Map<String, String> environment) {
        return new Deployment(environment);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path project = Path.of(System.getProperty("detektor.project", "..")).toRealPath();
        directory =
                project.resolve("deployment-tests/target/projects")
                        .resolve(context.getRequiredTestClass().getSimpleName());
        copy(project, directory);
        requireNothingThere();
        // an interrupted test run must not leave a set behind, either
        lastResort = new Thread(this::removeEverything);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        removeEverything();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        report(context.getDisplayName());
        throw failure;
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        report(context.getDisplayName());
        throw failure;
    }

    /** What was going on in the containers, beside the failure. */
    void report(String failed) {
        if (reported) {
            return;
        }
        // the first failure of a class, or nobody finds it in the log
        reported = true;
        Ended containers = run("docker", "ps", "--all");
        Ended logs =
                withEnvironment("COMPOSE_PROFILES", EVERY_PROFILE)
                        .run("docker", "compose", "logs", "--timestamps", "--tail", "40");
        System.err.printf("%s failed.%n%s%n%s%n", failed, containers.text(), logs.text());
    }

    private void requireNothingThere() {
        String found =
                run(
                                        "docker",
                                        "ps",
                                        "--all",
                                        "--filter",
                                        "label=" + PROJECT,
                                        "--format",
                                        "{{.Names}}")
                                .ok()
                                .out()
                        + run("docker", "volume", "ls", "--quiet", "--filter", "label=" + PROJECT)
                                .ok()
                                .out();
        if (!found.isBlank()) {
            throw new IllegalStateException(
                    "The engine has containers or volumes of the project detektor, and these tests would"
                            + " delete them: "
                            + found.strip().replaceAll("\\s+", " ")
                            + " (expected: an engine without; where they are of no use any more:"
                            + " COMPOSE_PROFILES="
                            + EVERY_PROFILE
                            + " docker compose down -v)");
        }
    }

    /** Containers, volumes and the network. */
    void removeEverything() {
        Ended ended =
                withEnvironment("COMPOSE_PROFILES", EVERY_PROFILE)
                        .run(
                                Duration.ofMinutes(2),
                                "docker",
                                "compose",
                                "down",
                                "--volumes",
                                "--remove-orphans",
                                "--timeout",
                                "3");
        if (ended.status() != 0) {
            System.err.println(ended.text());
        }
    }

    // ---------------------------------------------------------------- commands

    Path directory() {
        return directory;
    }

    /** The same, with one more variable. */
    Deployment withEnvironment(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        Deployment other = new Deployment(more);
        other.directory = directory;
        return other;
    }

    Command start(String... words) {
        return Command.start(directory, environment, List.of(words));
    }

    Ended run(String... words) {
        return run(START, words);
    }

    Ended run(Duration limit, String... words) {
        try (Command command = start(words)) {
            return command.await(limit);
        }
    }

    Ended compose(String... words) {
        return compose(START, words);
    }

    Ended compose(Duration limit, String... words) {
        List<String> all = new ArrayList<>(List.of("docker", "compose", "--progress", "plain"));
        all.addAll(Arrays.asList(words));
        return run(limit, all.toArray(String[]::new));
    }

    /** {@code docker compose up -d --build --wait}: everything that .env asks for. */
    Ended up() {
        // the first build of the images fetches what Maven needs
        Ended ended = compose(Duration.ofMinutes(15), "up", "-d", "--build", "--wait").ok();
        Figures.add("docker compose up -d --build --wait", ended.took().toMillis() + " ms");
        return ended;
    }

    Ended detektor(String... words) {
        List<String> all = new ArrayList<>(List.of("./detektor"));
        all.addAll(Arrays.asList(words));
        return run(Duration.ofMinutes(3), all.toArray(String[]::new));
    }

    /** {@code docker exec CONTAINER redis-cli ...}, and what it answered. */
    String redis(String container, String... words) {
        List<String> all = new ArrayList<>(List.of("docker", "exec", container, "redis-cli"));
        all.addAll(Arrays.asList(words));
        return run(Duration.ofSeconds(20), all.toArray(String[]::new)).ok().out().strip();
    }

    /** {@code docker exec CONTAINER redis-cli -p 26379 ...}, and what it answered. */
    String sentinel(String container, String... words) {
        List<String> all = new ArrayList<>(List.of("-p", "26379"));
        all.addAll(Arrays.asList(words));
        return redis(container, all.toArray(String[]::new));
    }

    /** Repeats until it passes, or fails with its last failure. */
    static void within(Duration limit, ThrowingRunnable assertion) {
        await().atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(assertion);
    }

    // ---------------------------------------------------------------- the copy

    private static void copy(Path project, Path to) throws IOException {
        if (Files.exists(to)) {
            delete(to);
        }
        Files.walkFileTree(
                project,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path from, BasicFileAttributes attributes) throws IOException {
                        if (NOT_COPIED.contains(String.valueOf(from.getFileName()))) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        Files.createDirectories(to.resolve(project.relativize(from).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
                            throws IOException {
                        if (!NOT_COPIED.contains(String.valueOf(from.getFileName()))) {
                            Files.copy(
                                    from,
                                    to.resolve(project.relativize(from).toString()),
                                    StandardCopyOption.COPY_ATTRIBUTES);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void delete(Path tree) {
        try (var paths = Files.walk(tree)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
