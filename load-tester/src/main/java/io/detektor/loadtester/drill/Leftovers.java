package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.Programs;
import io.detektor.loadtester.report.Console;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The homes of drills, one directory each, by which a drill that was killed can be found: what it
 * could not tidy up, the next one does. Only what such a directory names is ever touched.
 */
final class Leftovers {

    private static final String OWNER = "owner";

    private Leftovers() {}

    /** Where drills of this user keep their sets. */
    static Path root() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "detektor-drill-" + System.getProperty("user.name"));
    }

    /** A home for this process, removed by whoever made it. */
    static Path home(Path root) throws IOException {
        Path home = Files.createTempDirectory(Files.createDirectories(root), "drill-");
        Files.writeString(home.resolve(OWNER), owner(ProcessHandle.current()));
        return home;
    }

    /** A pid alone may have been given to a stranger since. */
    private static String owner(ProcessHandle process) {
        return process.pid()
                + " "
                + process.info().startInstant().map(start -> start.toString()).orElse("?");
    }

    /** Ends and removes what drills have left that do not run any more; how many there were. */
    static int sweep(Path root, Console console) {
        if (!Files.isDirectory(root)) {
            return 0;
        }
        int swept = 0;
        try (Stream<Path> homes = Files.list(root)) {
            for (Path home : homes.filter(Leftovers::abandoned).toList()) {
                console.print("LEFTOVER of a drill that was killed: " + home + ", removed");
                clean(home);
                swept++;
            }
        } catch (IOException e) {
            console.print("leftovers: " + root + ": " + e.getMessage());
        }
        return swept;
    }

    private static boolean abandoned(Path home) {
        try {
            String owner = Files.readString(home.resolve(OWNER)).strip();
            Optional<ProcessHandle> process =
                    ProcessHandle.of(Long.parseLong(owner.split(" ", 2)[0]));
            return process.isEmpty() || !owner(process.get()).equals(owner);
        } catch (IOException | NumberFormatException e) {
            // not a home, or one that is being made
            return false;
        }
    }

    private static void clean(Path home) {
        marked(home).forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> sets = Files.list(home)) {
            for (Path set : sets.filter(Files::isDirectory).toList()) {
                try {
                    LocalSet.sweep(set);
                } catch (LocalSetException e) {
                    // not a set: it is deleted with the rest
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        remove(home);
    }

    /** Processes that say in their environment which drill they belong to. */
    private static List<ProcessHandle> marked(Path home) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains(Programs.MARK + "=" + home + "\0"))
                .toList();
    }

    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Removes a directory and what is in it. */
    static void remove(Path home) {
        try (Stream<Path> tree = Files.walk(home)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
