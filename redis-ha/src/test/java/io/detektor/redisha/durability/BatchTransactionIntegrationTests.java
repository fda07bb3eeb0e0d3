package io.detektor.redisha.durability;

import static io.detektor.redisha.Rig.ask;
import static io.detektor.redisha.Rig.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.localset.LocalSet;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.Rig;
import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.connect.ConnectionSettings.Credentials;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.durability.BatchCommands.Stored;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches as transactions: what they answer, and what keeps a late one out. */
class BatchTransactionIntegrationTests {

    private static final long KEPT_MILLIS = 60_000;

    private static LocalSet set;

    private final String stream = "stream-" + UUID.randomUUID();
    private final String lane = "lane-" + UUID.randomUUID();
    private NodeConnector connector;
    private NodeAddress master;

    @BeforeAll
    static void startSet() {
        set = LocalSet.builder().start();
    }

    @AfterAll
    static void stopSet() {
        set.close();
    }

    @BeforeEach
    void connect() {
        master = new NodeAddress(set.master().host(), set.master().port());
        connector =
                new NodeConnector(
                        new ConnectionSettings(
                                set.masterName(),
                                set.sentinels().stream().map(NodeAddress::parse).toList(),
                                null,
                                Credentials.NONE,
                                Credentials.NONE,
                                0,
                                null,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2)),
                        1);
    }

    @AfterEach
    void disconnect() {
        connector.close();
    }

    @Test
    void underLoadTheIdsAndLengthsAnsweredAreThoseOfTheEntries() {
        long before = transactions();
        List<Confirmed> confirmed;
        try (Rig rig = new Rig(set)) {
            confirmed = confirmed(rig, 5_000);
        }

        List<StreamMessage<String, String>> entries = entries();
        assertThat(transactions() - before).isGreaterThan(5);
        assertThat(entries).hasSize(5_000);
        assertThat(confirmed)
                .allSatisfy(each ->
                        assertThat(entries.get((int) each.length() - 1))
                                .satisfies(entry -> {
                                    assertThat(entry.getId()).isEqualTo(each.id());
                                    assertThat(entry.getBody())
                                            .containsEntry("value", each.value());
                                }));
    }

    @Test
    void aRepeatOfATransactionAnswersWhatItAnswered() {
        StatefulRedisConnection<String, byte[]> first = open();
        watch(first);
        Batch batch = batch(1, 300);
        List<Stored> answered = transaction(first, batch);

        assertThat(answered).hasSize(300);
        assertThat(script(open(), batch)).isEqualTo(answered);
        assertThat(entries()).extracting(StreamMessage::getId).isEqualTo(ids(answered));
    }

    @Test
    void aTransactionThatComesAfterItsRepeatStoresNothing() {
        StatefulRedisConnection<String, byte[]> slow = open();
        watch(slow);
        Batch batch = batch(1, 10);
        List<Stored> repeated = script(open(), batch);

        assertThat(transaction(slow, batch)).isEqualTo(repeated);
        assertThat(entries()).extracting(StreamMessage::getId).isEqualTo(ids(repeated));
    }

    @Test
    void aTransactionThatComesAfterALaterBatchStoresNothingAndSaysSo() {
        StatefulRedisConnection<String, byte[]> slow = open();
        watch(slow);
        script(open(), batch(2, 10));

        assertThat(transaction(slow, batch(1, 10))).isEmpty();
        assertThat(entries()).hasSize(10);
    }

    @Test
    void aConnectionGoesOnFromScriptToTransactionAndBack() {
        StatefulRedisConnection<String, byte[]> connection = open();
        script(connection, batch(1, 5));
        watch(connection);
        assertThat(transaction(connection, batch(2, 5))).hasSize(5);
        assertThat(transaction(connection, batch(3, 5))).hasSize(5);
        script(connection, batch(4, 5));

        assertThat(entries()).hasSize(20);
    }

    @Test
    void refusedCommandsInsideLeaveNothingBehind() {
        ask(set.master(), commands -> commands.set(stream, "text"));
        StatefulRedisConnection<String, byte[]> connection = open();
        watch(connection);

        assertThat(transaction(connection, batch(1, 3))).isEmpty();
        assertThat(script(connection, batch(1, 3)))
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.error()).startsWith("WRONGTYPE"));
    }

    @Test
    void whereTransactionsAreNotPermittedTheScriptWritesEverything() {
        for (String command :
                List.of("client|reply", "watch", "unwatch", "multi", "exec", "xrevrange")) {
            allow("-" + command);
            long before = transactions();
            List<Confirmed> confirmed;
            try (Rig rig = new Rig(set)) {
                confirmed = confirmed(rig, 5_000);
            } finally {
                allow("+@all");
            }
            assertThat(confirmed).as(command).hasSize(5_000);
            // the question whether they are permitted, for each connection
            assertThat(transactions() - before).as(command).isLessThan(10);
        }
        assertThat(entries()).hasSize(30_000);
    }

    private static void allow(String rule) {
        ask(
                set.master(),
                commands ->
                        commands.dispatch(
                                CommandType.ACL,
                                new StatusOutput<>(StringCodec.UTF8),
                                new CommandArgs<>(StringCodec.UTF8)
                                        .add("SETUSER")
                                        .add("default")
                                        .add(rule)));
    }

    private record Confirmed(String id, String value, long length) {}

    private List<Confirmed> confirmed(Rig rig, int count) {
        List<CompletableFuture<WriteOutcome>> outcomes =
                IntStream.range(0, count).mapToObj(i -> rig.writer.append(append(i))).toList();
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    WriteOutcome outcome = outcomes.get(i).orTimeout(20, TimeUnit.SECONDS).join();
                    assertThat(outcome).isInstanceOf(WriteOutcome.Confirmed.class);
                    WriteOutcome.Confirmed stored = (WriteOutcome.Confirmed) outcome;
                    return new Confirmed(stored.entryId(), "v" + i, stored.streamLength());
                })
                .toList();
    }

    private StreamAppend append(int i) {
        return new StreamAppend(
                stream,
                List.of(bytes("value"), bytes("v" + i), bytes("pad"), bytes("x".repeat(i % 700))),
                null,
                1_000_000,
                Duration.ofSeconds(10));
    }

    private Batch batch(long number, int appends) {
        return new Batch(
                number,
                IntStream.range(0, appends)
                        .mapToObj(i -> new PendingAppend(append(i), System.nanoTime()))
                        .toList());
    }

    private StatefulRedisConnection<String, byte[]> open() {
        return connector.connectMaster(master, "test").orTimeout(5, TimeUnit.SECONDS).join();
    }

    private void watch(StatefulRedisConnection<String, byte[]> connection) {
        AsyncCommand<String, byte[], String> watch = BatchTransaction.watch(lane);
        connection.dispatch(watch);
        assertThat(watch.join()).isEqualTo("OK");
    }

    /** What a transaction stored; empty where it did not take place. */
    private List<Stored> transaction(
            StatefulRedisConnection<String, byte[]> connection, Batch batch) {
        BatchWrite write =
                BatchWrite.transaction(
                        BatchTransaction.of(lane, KEPT_MILLIS, batch), BatchCommands.record(lane));
        connection.dispatch(write.commands());
        write.answer().join();
        assertThat(write.watches()).isTrue();
        byte[] answer = write.answered(batch);
        return answer == null ? List.of() : BatchCommands.stored(answer);
    }

    private List<Stored> script(StatefulRedisConnection<String, byte[]> connection, Batch batch) {
        String sha = connection.sync().scriptLoad(BatchCommands.SCRIPT);
        AsyncCommand<String, byte[], byte[]> script =
                BatchCommands.append(sha, lane, "test", KEPT_MILLIS, batch);
        connection.dispatch(script);
        return BatchCommands.stored(script.join());
    }

    private static List<String> ids(List<Stored> stored) {
        return stored.stream().map(Stored::id).toList();
    }

    private List<StreamMessage<String, String>> entries() {
        return ask(set.master(), commands -> commands.xrange(stream, Range.unbounded()));
    }

    /** How many transactions the master has carried out. */
    private static long transactions() {
        return ask(set.master(), commands -> commands.info("commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_exec:calls="))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .findFirst()
                .orElse(0);
    }
}
