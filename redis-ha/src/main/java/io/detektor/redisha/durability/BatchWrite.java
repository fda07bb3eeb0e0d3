package io.detektor.redisha.durability;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.protocol.AsyncCommand;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to write a batch.
 *
 * @param commands in their order
 * @param answer the one of them that says what became of the batch
 * @param watch the one of them after which the lane's record is watched, or null
 * @param transaction whether the answer is the lane's record, and the first command may be refused
 */
record BatchWrite(
        List<AsyncCommand<String, byte[], ?>> commands,
        AsyncCommand<String, byte[], byte[]> answer,
        @Nullable AsyncCommand<String, byte[], String> watch,
        boolean transaction) {

    /** By the script, which stores a batch once however often it is sent. */
    static BatchWrite script(AsyncCommand<String, byte[], byte[]> script) {
        return new BatchWrite(List.of(script), script, null, false);
    }

    /** By the script, so that the next batch may be a transaction. */
    static BatchWrite scriptAndWatch(
            AsyncCommand<String, byte[], byte[]> script,
            AsyncCommand<String, byte[], String> watch) {
        return new BatchWrite(List.of(script, watch), script, watch, false);
    }

    /** By a transaction, after which the lane's record tells. */
    static BatchWrite transaction(
            AsyncCommand<String, byte[], String> transaction,
            AsyncCommand<String, byte[], byte[]> record) {
        return new BatchWrite(List.of(transaction, record), record, transaction, true);
    }

    /**
     * The master's answer, which must be there.
     *
     * @return null where it shows that the transaction did not take place
     */
    byte @Nullable [] answered(Batch batch) {
        byte[] reply = answer.join();
        if (!transaction) {
            return reply;
        }
        byte[] number = (batch.number + "\n").getBytes(US_ASCII);
        return reply != null
                        && reply.length > number.length
                        && Arrays.equals(reply, 0, number.length, number, 0, number.length)
                ? Arrays.copyOfRange(reply, number.length, reply.length)
                : null;
    }

    /** Whether the lane's record is watched since. */
    boolean watches() {
        return watch != null && watch.isDone() && !watch.isCompletedExceptionally();
    }
}
