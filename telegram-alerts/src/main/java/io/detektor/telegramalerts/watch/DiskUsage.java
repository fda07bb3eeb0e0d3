package io.detektor.telegramalerts.watch;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How full a disk is, as {@code df} counts: what only root could use is not there for anybody.
 *
 * @param usedBytes taken
 * @param usableBytes left for everybody
 */
record DiskUsage(long usedBytes, long usableBytes) {

    /** Where the figures come from. */
    interface Source {
        DiskUsage of(Path path) throws IOException;
    }

    /** Of the disk that a path is on. */
    static DiskUsage of(Path path) throws IOException {
        FileStore store = Files.getFileStore(path);
        return new DiskUsage(
                store.getTotalSpace() - store.getUnallocatedSpace(), store.getUsableSpace());
    }

    /** Whether it has a size at all; {@code /proc} has none. */
    boolean known() {
        return usedBytes + usableBytes > 0;
    }

    double percent() {
        return 100.0 * usedBytes / (usedBytes + usableBytes);
    }
}
