package io.detektor.loadtester.drill;

import io.detektor.loadtester.report.Console;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetBuilder;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The set that is drilled at the moment; rows of the same shape share one, as long as it gets whole
 * again. One thread; whoever made it closes it.
 */
final class SetPool implements AutoCloseable {

    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(90);

    private final Path home;
    private final Console console;
    private final List<String> directives;
    private @Nullable LocalSet set;
    private @Nullable Shape shape;
    private int started;

    /**
     * What a set looks like.
     *
     * @param downAfter of its Sentinels; null for that of the shipped file
     */
    record Shape(int replicas, boolean isolated, @Nullable Duration downAfter) {
        String text() {
            return isolated ? "processes in network namespaces" : "processes";
        }
    }

    /** Is told of each set that was started, and may refuse it. */
    @FunctionalInterface
    interface OnStart {
        void started(LocalSet set);
    }

    /**
     * @param home where the sets keep their data and logs
     * @param directives more lines of redis.conf
     */
    SetPool(Path home, Console console, List<String> directives) {
        this.home = home;
        this.console = console;
        this.directives = List.copyOf(directives);
    }

    /**
     * A set of a shape, whole.
     *
     * @throws LocalSetException when it does not start
     */
    LocalSet take(Shape wanted, OnStart onStart) throws IOException {
        LocalSet present = set;
        if (present != null && wanted.equals(shape)) {
            try {
                console.status("waiting until the set is whole");
                present.awaitReplicas(WHOLE_WITHIN);
                return present;
            } catch (LocalSetException e) {
                console.print("SET      not whole, a new one is started: " + e.getMessage());
            }
        }
        close();
        console.status("starting a set");
        LocalSetBuilder builder =
                LocalSet.builder()
                        .directory(Files.createDirectories(home.resolve("set-" + ++started)))
                        .replicas(wanted.replicas())
                        .isolated(wanted.isolated());
        directives.forEach(builder::directive);
        Duration downAfter = wanted.downAfter();
        if (downAfter != null) {
            builder.downAfter(downAfter);
        }
        LocalSet fresh = builder.start();
        set = fresh;
        shape = wanted;
        console.print(
                "SET      "
                        + fresh.redisNodes().stream()
                                .map(Node::toString)
                                .collect(Collectors.joining(", "))
                        + "  Sentinels "
                        + String.join(", ", fresh.sentinels())
                        + "  "
                        + wanted.text());
        onStart.started(fresh);
        return fresh;
    }

    @Override
    public void close() {
        LocalSet present = set;
        set = null;
        if (present != null) {
            present.close();
        }
    }
}
