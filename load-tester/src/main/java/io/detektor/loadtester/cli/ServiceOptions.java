package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Programs of the project that a command starts as processes of their own. */
final class ServiceOptions {

    @Option(
            names = "--frame-buffer-jar",
            paramLabel = "FILE",
            hidden = true,
            defaultValue = "frame-buffer/target/frame-buffer.jar")
    private String frameBufferJar = "";

    @Option(names = "--java", paramLabel = "FILE", hidden = true, defaultValue = "")
    private String java = "";

    /** What they run on: the Java of this process, unless told otherwise. */
    Path java() {
        return java.isEmpty()
                ? Path.of(System.getProperty("java.home"), "bin", "java")
                : Path.of(java);
    }

    /** Where frame-buffer should be; null when nobody wants it. */
    @Nullable Path frameBuffer() {
        return frameBufferJar.isEmpty() ? null : Path.of(frameBufferJar).toAbsolutePath();
    }

    /** Frame-buffer, which is needed. */
    Path frameBuffer(LoadOptions options) {
        return jar(options, "--frame-buffer-jar", frameBufferJar);
    }

    /**
     * A jar that is there.
     *
     * @throws InvalidValueException when it is not
     */
    static Path jar(LoadOptions options, String option, String text) {
        Path path = Path.of(text).toAbsolutePath();
        if (!Files.isReadable(path)) {
            throw new InvalidValueException(options.name(option), text, "a jar that was built");
        }
        return path;
    }
}
