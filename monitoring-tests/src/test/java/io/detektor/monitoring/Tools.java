package io.detektor.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The programs that the monitoring is made of, and the files of this project. */
final class Tools {

    private static final String INSTALL =
            " (expected: the packages prometheus, prometheus-alertmanager and"
                    + " prometheus-redis-exporter, or the programs of their projects)";

    private Tools() {}

    /**
     * What a program printed, its errors included, and how it ended.
     *
     * @param status its exit status
     * @param text its output
     */
    record Outcome(int status, String text) {}

    /** A file of the project. */
    static Path project(String name) {
        return Path.of("..").toAbsolutePath().normalize().resolve(name);
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The first of these programs that is there.
     *
     * @throws IllegalStateException if none is: a test that cannot be run has not passed
     */
    static String find(String... names) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        for (String name : names) {
            for (String directory : path.split(":", -1)) {
                Path program = Path.of(directory, name);
                if (Files.isExecutable(program)) {
                    return program.toString();
                }
            }
        }
        throw new IllegalStateException(
                String.join(" or ", names) + ": not found on the PATH" + INSTALL);
    }

    static Outcome run(Map<String, String> environment, String... command) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(Arrays.asList(command)).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String text;
            try (var out = process.getInputStream()) {
                text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(List.of(command) + ": has not ended: " + text);
            }
            return new Outcome(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at " + List.of(command), e);
        }
    }
}
