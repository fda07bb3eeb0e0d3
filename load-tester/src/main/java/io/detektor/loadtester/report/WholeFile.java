package io.detektor.loadtester.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there whole, or not at all. */
final class WholeFile {

    private WholeFile() {}

    /**
     * Writes a file beside its place and moves it there.
     *
     * @return the file
     * @throws IOException when there is no room or no right to; what was there before still is
     */
    static Path write(Path directory, String name, byte[] content) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(name);
        Path partial = directory.resolve(name + ".part");
        try {
            Files.write(partial, content);
            return Files.move(
                    partial,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
