package io.detektor.localset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Appends one entry after the other, without waiting for replicas, and follows the master the way a
 * simple client does: whoever takes the write is the master.
 */
final class PlainWriter implements AutoCloseable {

    private final LocalSet set;
    private final String stream;
    private final List<String> acknowledged = new ArrayList<>();
    private final Thread thread;
    private volatile boolean ended;

    PlainWriter(LocalSet set, String stream) {
        this.set = set;
        this.stream = stream;
        thread = Thread.ofPlatform().start(this::write);
    }

    private void write() {
        int turn = 0;
        for (int i = 0; !ended; i++) {
            Optional<Object> id = Optional.empty();
            while (id.isEmpty() && !ended) {
                List<Node> nodes = set.redisNodes();
                id =
                        Resp.tryAsk(
                                nodes.get(turn % nodes.size()),
                                "XADD",
                                stream,
                                "*",
                                "n",
                                String.valueOf(i));
                if (id.isEmpty()) {
                    turn++;
                }
            }
            id.ifPresent(stored -> acknowledged.add(stored.toString()));
        }
    }

    /** Ends it, and says the ids that were acknowledged. */
    List<String> stop() {
        ended = true;
        Await.until(() -> !thread.isAlive(), Asking.SOON, () -> "the writer does not end");
        return acknowledged;
    }

    @Override
    public void close() {
        stop();
    }
}
