package io.detektor.loadtester.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes connections on to a Redis on this host, and does something to them on the way. Blocks
 * until it is killed. Prints {@code ready}, then a line for each thing that it has done.
 */
public final class LinkProxy {

    /** Each way, so that an answer comes this much twice later: the 100 ms of row 13. */
    private static final Duration DELAY = Duration.ofMillis(50);

    /** One in a hundred pieces waits as long as TCP waits before it sends again what was lost. */
    private static final int LOST_ONE_IN = 100;

    private static final Duration RESENT_AFTER = Duration.ofMillis(200);

    /** One in so many answers to a write is cut off. */
    private static final int RESET_ONE_IN = 20;

    private static final byte[] WRITE = "EVAL".getBytes(StandardCharsets.US_ASCII);

    private final boolean resets;
    private final int port;
    private final PrintStream out;

    private record Piece(ByteBuffer bytes, long due) {}

    /**
     * @param resets whether connections are reset between a write and its reply; slow otherwise
     * @param port where the Redis listens
     */
    public LinkProxy(boolean resets, int port, PrintStream out) {
        this.resets = resets;
        this.port = port;
        this.out = out;
    }

    /** Takes connections for as long as the process lives. */
    public void serve(ServerSocket server) throws IOException {
        out.println("ready");
        out.flush();
        while (true) {
            Socket client = server.accept();
            Thread.ofVirtual().start(() -> pass(client));
        }
    }

    private void pass(Socket client) {
        try (client;
                Socket redis = new Socket()) {
            redis.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
            client.setTcpNoDelay(true);
            redis.setTcpNoDelay(true);
            AtomicBoolean wrote = new AtomicBoolean();
            Thread up =
                    Thread.ofVirtual()
                            .start(() -> {
                                if (resets) {
                                    watched(client, redis, wrote);
                                } else {
                                    slowly(client, redis);
                                }
                            });
            if (resets) {
                answered(redis, client, wrote);
            } else {
                slowly(redis, client);
            }
            close(client);
            close(redis);
            up.join();
        } catch (IOException e) {
            close(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void watched(Socket from, Socket to, AtomicBoolean wrote) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (contains(buffer, n)) {
                    wrote.set(true);
                }
                to.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // the other direction ends too
        }
        close(to);
    }

    /** What comes back after a write was executed for certain. */
    private void answered(Socket from, Socket to, AtomicBoolean wrote) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        InputStream in = from.getInputStream();
        OutputStream back = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (wrote.getAndSet(false) && ThreadLocalRandom.current().nextInt(RESET_ONE_IN) == 0) {
                to.setSoLinger(true, 0);
                to.close();
                out.println("reset");
                out.flush();
                return;
            }
            back.write(buffer, 0, n);
        }
    }

    private void slowly(Socket from, Socket to) {
        BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
        Thread sender = Thread.ofVirtual().start(() -> send(queue, to));
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                boolean lost = ThreadLocalRandom.current().nextInt(LOST_ONE_IN) == 0;
                Duration wait = lost ? DELAY.plus(RESENT_AFTER) : DELAY;
                queue.add(
                        new Piece(
                                ByteBuffer.wrap(Arrays.copyOf(buffer, n)),
                                System.nanoTime() + wait.toNanos()));
            }
        } catch (IOException e) {
            // the other direction ends too
        }
        queue.add(new Piece(ByteBuffer.allocate(0), System.nanoTime()));
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(to);
    }

    private void send(BlockingQueue<Piece> queue, Socket to) {
        try {
            boolean said = false;
            for (Piece piece = queue.take(); piece.bytes().hasRemaining(); piece = queue.take()) {
                LockSupport.parkNanos(piece.due() - System.nanoTime());
                to.getOutputStream().write(piece.bytes().array());
                if (!said) {
                    out.println("delayed");
                    out.flush();
                    said = true;
                }
            }
        } catch (IOException e) {
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean contains(byte[] buffer, int length) {
        for (int i = 0; i + WRITE.length <= length; i++) {
            if (Arrays.equals(buffer, i, i + WRITE.length, WRITE, 0, WRITE.length)) {
                return true;
            }
        }
        return false;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed is closed
        }
    }
}
