package io.detektor.localset;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Free ports, below the range from which the kernel gives them to outgoing connections. */
final class Ports {

    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /** The first of so many consecutive ports that are free now; they may not be a moment later. */
    static int free(int count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(FROM, TO - count);
            if (allFree(base, count)) {
                return base;
            }
        }
        throw new LocalSetException(
                "ports: no " + count + " in a row are free between " + FROM + " and " + TO);
    }

    private static boolean allFree(int base, int count) {
        return IntStream.range(base, base + count).allMatch(Ports::isFree);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
