package io.detektor.loadtester.stream;

import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.verify.StreamCheck;
import io.detektor.redisha.NodeAddress;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream back from a node, page by page. Not thread-safe; blocks.
 *
 * <p>A run only looks at what came after its start: the last entry before it is the mark.
 */
public final class StreamReader {

    /** Small enough for a first page of large frames. */
    private static final int FIRST_PAGE = 100;

    private static final int MOST_PAGE = 2_000;

    /** What a page should hold: the server does nothing else while it writes one. */
    private static final long PAGE_BYTES = 512 * 1024;

    private final NodeClient nodes;
    private final String stream;

    public StreamReader(RedisSession session, String stream) {
        this.nodes = session.nodes();
        this.stream = stream;
    }

    /**
     * The stream's last entry.
     *
     * @return its id, or {@code 0-0} when the stream is empty
     * @throws ReadFailedException when the node does not answer or the key is no stream
     */
    public String mark(NodeAddress node) {
        try (StatefulRedisConnection<String, byte[]> connection = nodes.open(node)) {
            List<StreamMessage<String, byte[]>> last =
                    connection.sync().xrevrange(stream, Range.unbounded(), Limit.from(1));
            return last.isEmpty() ? "0-0" : last.getFirst().getId();
        } catch (RedisException e) {
            throw failed(node, e);
        }
    }

    /**
     * Reads everything after a mark, a page at a time.
     *
     * @return whether it came to the end; false when it was interrupted
     * @throws ReadFailedException when the node stops answering in the middle
     */
    public boolean read(
            NodeAddress node, String mark, StreamCheck check, Interruption interruption) {
        try (StatefulRedisConnection<String, byte[]> connection = nodes.open(node)) {
            RedisCommands<String, byte[]> commands = connection.sync();
            String last = mark;
            int count = FIRST_PAGE;
            List<StreamMessage<String, byte[]>> page;
            while (!interruption.requested()) {
                Range<String> after =
                        Range.from(Range.Boundary.excluding(last), Range.Boundary.unbounded());
                page = commands.xrange(stream, after, Limit.from(count));
                long bytes = 0;
                for (StreamMessage<String, byte[]> message : page) {
                    check.entry(message.getId(), message.getBody());
                    last = message.getId();
                    for (byte[] value : message.getBody().values()) {
                        bytes += value.length;
                    }
                }
                if (page.size() < count) {
                    return true;
                }
                count = Math.clamp(PAGE_BYTES * page.size() / Math.max(1, bytes), 10, MOST_PAGE);
            }
            return false;
        } catch (RedisException e) {
            throw failed(node, e);
        }
    }

    /**
     * Waits until a replica has everything that its master had at the time of the call.
     *
     * @return whether it has
     */
    public boolean awaitInSync(
            NodeAddress master, NodeAddress replica, Duration atMost, Interruption interruption) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Long wanted = null;
        do {
            if (wanted == null) {
                wanted = offset(nodes.info(master, "replication"), "master_repl_offset");
            }
            String info = nodes.info(replica, "replication");
            Long has = offset(info, "slave_repl_offset");
            if (wanted != null
                    && has != null
                    && has >= wanted
                    && NodeClient.line(info, "master_link_status").equals("up")
                    && NodeClient.line(info, "master_port")
                            .equals(Integer.toString(master.port()))) {
                return true;
            }
        } while (System.nanoTime() < deadline && !interruption.await(Duration.ofMillis(20)));
        return false;
    }

    /** Removes the stream; harmless when it is not there. */
    public void remove(NodeAddress master) {
        try (StatefulRedisConnection<String, byte[]> connection = nodes.open(master)) {
            connection.sync().unlink(stream);
        } catch (RedisException e) {
            throw failed(master, e);
        }
    }

    private static @Nullable Long offset(String info, String name) {
        String value = NodeClient.line(info, name);
        return value.matches("\\d{1,18}") ? Long.valueOf(value) : null;
    }

    private ReadFailedException failed(NodeAddress node, RedisException e) {
        return new ReadFailedException(
                e instanceof RedisCommandExecutionException
                        ? "stream: " + stream + " on " + node + ": " + e.getMessage()
                        : node + " did not answer while " + stream + " was read");
    }

    /** A node could not be read; the message says which and why. */
    public static final class ReadFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ReadFailedException(String message) {
            super(message);
        }
    }
}
