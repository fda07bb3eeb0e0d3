package io.detektor.localset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processes of a node, found through the pid files of its entry point, so that another process
 * than the one that started them can act on them.
 *
 * <p>A pid may have been given to a stranger since it was written down: only a process that works
 * in the node's directory is ever signalled.
 */
final class NodeProcess {

    private static final Path PROC = Path.of("/proc");
    private static final Duration SIGNAL_TAKES = Duration.ofSeconds(5);
    private static final Duration TIDY_UP_TAKES = Duration.ofSeconds(1);

    private NodeProcess() {}

    /** The server itself. */
    static Optional<ProcessHandle> serverOf(Node node) {
        return read(node, "server.pid");
    }

    /** The entry point that supervises it, or is about to start it. */
    static Optional<ProcessHandle> entryPointOf(Node node) {
        return read(node, "entry.pid");
    }

    private static Optional<ProcessHandle> read(Node node, String file) {
        try {
            long pid = Long.parseLong(Files.readString(node.directory().resolve(file)).strip());
            return ProcessHandle.of(pid)
                    .filter(p -> worksIn(p.pid(), node.directory()) && !isDead(p));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean worksIn(long pid, Path directory) {
        try {
            return Files.isSameFile(PROC.resolve(pid + "/cwd"), directory);
        } catch (IOException e) {
            return false;
        }
    }

    /** What /proc/pid/stat says after the name: R, S, D, T (stopped), Z (dead, not collected). */
    private record Stat(char state, long session) {

        private static final Pattern AFTER_NAME =
                Pattern.compile(".*\\) (.) -?\\d+ -?\\d+ (-?\\d+) .*", Pattern.DOTALL);
        private static final Stat GONE = new Stat('Z', -1);

        static Stat of(long pid) {
            try {
                Matcher stat = AFTER_NAME.matcher(Files.readString(PROC.resolve(pid + "/stat")));
                return stat.matches()
                        ? new Stat(stat.group(1).charAt(0), Long.parseLong(stat.group(2)))
                        : GONE;
            } catch (IOException e) {
                return GONE;
            }
        }
    }

    private static char state(long pid) {
        return Stat.of(pid).state();
    }

    private static boolean isDead(ProcessHandle process) {
        return !process.isAlive() || state(process.pid()) == 'Z';
    }

    static void kill(Node node) {
        ProcessHandle server = running(node);
        signal("KILL", server.pid());
        Await.until(
                () -> isDead(server),
                SIGNAL_TAKES,
                () -> node + ": pid " + server.pid() + " is alive (expected: killed)");
        // the entry point tidies up; what starts next must not find it at work
        Await.until(
                () -> entryPointOf(node).isEmpty(),
                SIGNAL_TAKES,
                () -> node + ": its entry point has not ended, see " + node.log());
    }

    static void freeze(Node node) {
        ProcessHandle server = running(node);
        signal("STOP", server.pid());
        Await.until(
                () -> state(server.pid()) == 'T',
                SIGNAL_TAKES,
                () -> node + ": in state " + state(server.pid()) + " (expected: T, stopped)");
    }

    static void resume(Node node) {
        ProcessHandle server = running(node);
        signal("CONT", server.pid());
        Await.until(
                () -> state(server.pid()) != 'T',
                SIGNAL_TAKES,
                () -> node + ": in state T (expected: running again)");
    }

    private static ProcessHandle running(Node node) {
        return serverOf(node)
                .orElseThrow(
                        () -> new LocalSetException(node + ": does not run, see " + node.log()));
    }

    /** By the shell: ProcessHandle can only end a process. */
    static void signal(String signal, long pid) {
        try {
            // a process that has ended in the meantime is no failure: what matters is looked at
            // next
            new ProcessBuilder(
                            "/bin/sh", "-c", "kill -" + signal + " " + pid + " 2>/dev/null; true")
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new LocalSetException("kill -" + signal + " " + pid + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalSetException("interrupted at kill -" + signal + " " + pid, e);
        }
    }

    /**
     * Kills the servers, frozen ones too; their entry points notice, tidy up and end by themselves.
     * What is left soon after is killed: all of the session that each entry point began.
     */
    static void killAll(List<Node> nodes) {
        for (Node node : nodes) {
            serverOf(node).ifPresent(server -> signal("KILL", server.pid()));
            // one that waits for its role has no server yet
            entryPointOf(node).ifPresent(entryPoint -> signal("TERM", entryPoint.pid()));
        }
        long grace = System.nanoTime() + TIDY_UP_TAKES.toNanos();
        for (Node node : nodes) {
            Await.until(
                    () -> {
                        List<Long> left = session(node);
                        if (System.nanoTime() - grace > 0) {
                            left.forEach(pid -> signal("KILL", pid));
                        }
                        return left.isEmpty();
                    },
                    TIDY_UP_TAKES.plus(SIGNAL_TAKES),
                    () -> node + ": processes " + session(node) + " do not end");
        }
    }

    private static List<Long> session(Node node) {
        long session;
        try {
            session = Long.parseLong(Files.readString(sessionFile(node)).strip());
        } catch (IOException | NumberFormatException e) {
            return List.of();
        }
        List<Long> members =
                ProcessHandle.allProcesses()
                        .map(ProcessHandle::pid)
                        .filter(pid -> {
                            Stat stat = Stat.of(pid);
                            return stat.session() == session && stat.state() != 'Z';
                        })
                        .toList();
        // a stranger may have got the number since: ours work in the node's directory, except for
        // the entry point in the first moments of its life
        boolean ours =
                members.stream().anyMatch(pid -> worksIn(pid, node.directory()))
                        || members.stream().allMatch(pid -> isEntryPoint(pid, node));
        return ours ? members : List.of();
    }

    private static boolean isEntryPoint(long pid, Node node) {
        try {
            return Files.readString(PROC.resolve(pid + "/environ"))
                    .contains("_DIR=" + node.directory() + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    static Path sessionFile(Node node) {
        return node.directory().resolveSibling(node.name() + ".session");
    }
}
