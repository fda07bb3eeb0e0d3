package io.detektor.localset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of this machine that a set is made of. */
final class Tools {

    private static final int OLDEST_REDIS = 7;
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)[.\\d]*");

    private Tools() {}

    /** What a program printed, and how it ended. */
    record Outcome(int status, String output) {}

    /**
     * Fails unless the programs that every set needs are there.
     *
     * @throws LocalSetException naming the program, what was found, and what to install
     */
    static void require() {
        require(path());
    }

    static void require(String path) {
        String install = "install the system's package redis-server or redis, 7.0 or later";
        for (String program : List.of("redis-server", "redis-cli")) {
            if (find(program, path).isEmpty()) {
                throw new LocalSetException(
                        program
                                + ": not found on the PATH (expected: 7.0 or later; "
                                + install
                                + ")");
            }
        }
        for (String program : List.of("setsid", "timeout")) {
            if (find(program, path).isEmpty()) {
                throw new LocalSetException(
                        program
                                + ": not found on the PATH (expected: of util-linux, coreutils or"
                                + " busybox)");
            }
        }
        String server = find("redis-server", path).orElseThrow().toString();
        String found = run(List.of(server, "--version"), Map.of()).output().strip();
        Matcher version = VERSION.matcher(found);
        if (!version.find() || Integer.parseInt(version.group(1)) < OLDEST_REDIS) {
            throw new LocalSetException(
                    "redis-server: " + found + " (expected: 7.0 or later; " + install + ")");
        }
    }

    static Optional<Path> find(String program) {
        return find(program, path());
    }

    private static Optional<Path> find(String program, String path) {
        return Arrays.stream(path.split(":", -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
    }

    /** Runs a program to its end, with its errors among its output; at most a minute. */
    static Outcome run(List<String> command, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output;
            try (InputStream out = process.getInputStream()) {
                output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new LocalSetException(command + ": has not ended after a minute: " + output);
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new LocalSetException(command + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalSetException("interrupted at " + command, e);
        }
    }
}
