package io.detektor.localset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A new disk, or a volume that was deleted. */
final class Wiping {

    private Wiping() {}

    static void wipe(Node node) {
        try (Stream<Path> files = Files.walk(node.directory())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(node.directory())) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
