package io.detektor.loadtester.fault;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs, this one among them. Stateless. */
public final class Programs {

    /** In the environment of every process that a drill starts beside its sets: its home. */
    public static final String MARK = "DETEKTOR_DRILL";

    private static final String MAIN = "io.detektor.loadtester.LoadTester";

    private Programs() {}

    /** Whether a program is there. */
    public static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
        return Arrays.stream(path.split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /**
     * Starts this program once more, as a process of its own.
     *
     * @param prefix what to put before the command, for instance to run it in a namespace
     * @param home by which it is found again if nobody is left to end it
     * @param arguments of this program
     */
    public static Process own(List<String> prefix, Path home, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED"));
        String classPath = System.getProperty("java.class.path");
        boolean packed = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator);
        command.addAll(packed ? List.of("-jar", classPath) : List.of("-cp", classPath, MAIN));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put(MARK, home.toString());
            return builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @return what it printed
     * @throws IllegalStateException when it fails, with what it printed
     */
    public static String must(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output;
            try (InputStream out = process.getInputStream()) {
                output = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        String.join(" ", command) + ": has not ended after a minute");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at " + String.join(" ", command), e);
        }
    }
}
