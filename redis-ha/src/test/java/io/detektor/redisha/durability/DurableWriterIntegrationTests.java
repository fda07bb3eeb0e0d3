package io.detektor.redisha.durability;

import static io.detektor.redisha.Rig.ask;
import static io.detektor.redisha.Rig.bytes;
import static io.detektor.redisha.Rig.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.Rig;
import io.detektor.redisha.durability.WriteOutcome.Confirmed;
import io.detektor.redisha.durability.WriteOutcome.Refused;
import io.detektor.redisha.durability.WriteOutcome.Unknown;
import io.lettuce.core.KillArgs;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The write contract, on a set that stays whole, and with its replica away. */
class DurableWriterIntegrationTests {

    private static LocalSet set;

    private Rig rig;
    private String stream;

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
        rig = new Rig(set);
        stream = "stream-" + UUID.randomUUID();
    }

    @AfterEach
    void disconnect() {
        rig.close();
    }

    @Test
    void aConfirmedEntryIsOnTheReplicaToo() {
        Confirmed confirmed = confirmed(rig.append(stream, "one"));

        assertThat(confirmed.replicas()).isEqualTo(1);
        assertThat(confirmed.repeated()).isFalse();
        assertThat(confirmed.streamLength()).isEqualTo(-1);
        // no waiting here: confirmed means that it is there
        assertThat(values(set.replicas().getFirst(), stream)).containsExactly("one");
    }

    @Test
    void concurrentAppendsAreAllStoredOnceInBatches() {
        List<CompletableFuture<WriteOutcome>> outcomes =
                IntStream.range(0, 20_000).mapToObj(i -> rig.append(stream, "v" + i)).toList();

        assertThat(outcomes).allSatisfy(outcome -> confirmed(outcome));
        assertThat(values(set.master(), stream))
                .hasSize(20_000)
                .doesNotHaveDuplicates()
                .containsAll(IntStream.range(0, 20_000).mapToObj(i -> "v" + i).toList());
        assertThat(rig.statistics.batches()).isLessThan(20_000 / 10);
        assertThat(rig.statistics.confirmed()).isEqualTo(20_000);
    }

    @Test
    void aRepeatedIdempotencyKeyStoresNothingAndAnswersWithTheFirstId() {
        Confirmed first = confirmed(rig.writer.append(keyed("key-1", "one")));
        Confirmed second = confirmed(rig.writer.append(keyed("key-1", "two")));

        assertThat(second.entryId()).isEqualTo(first.entryId());
        assertThat(second.repeated()).isTrue();
        assertThat(values(set.master(), stream)).containsExactly("one");
    }

    @Test
    void theSameKeyOnAnotherStreamIsAnotherAppend() {
        confirmed(rig.writer.append(keyed("key-1", "one")));
        StreamAppend elsewhere =
                new StreamAppend(
                        stream + "-other",
                        List.of(bytes("value"), bytes("two")),
                        "key-1",
                        0,
                        Duration.ofSeconds(5));

        assertThat(confirmed(rig.writer.append(elsewhere)).repeated()).isFalse();
    }

    @Test
    void aRepeatIsAnsweredWithTheLengthOfThen() {
        StreamAppend append = marked("key-1", "one", null, 100);
        assertThat(confirmed(rig.writer.append(append)).streamLength()).isEqualTo(1);
        confirmed(rig.append(stream, "two"));

        assertThat(confirmed(rig.writer.append(append)).streamLength()).isEqualTo(1);
    }

    @Test
    void aKnownKeyWithAnotherFingerprintIsRefused() {
        Confirmed first = confirmed(rig.writer.append(marked("key-1", "one", "f1", 100)));

        List<CompletableFuture<WriteOutcome>> together =
                rig.writer.appendTogether(
                        List.of(
                                marked("key-1", "two", "f2", 100),
                                marked("key-1", "one", "f1", 100),
                                marked("key-2", "two", "f2", 100)));

        assertThat(refused(together.get(0)).reason()).isEqualTo(WriteFailure.KEY_REUSED);
        assertThat(confirmed(together.get(1)).entryId()).isEqualTo(first.entryId());
        assertThat(confirmed(together.get(2)).repeated()).isFalse();
        assertThat(values(set.master(), stream)).containsExactly("one", "two");
        assertThat(confirmed(rig.writer.append(keyed("key-1", "without"))).entryId())
                .as("no fingerprint, nothing to compare")
                .isEqualTo(first.entryId());
    }

    @Test
    void whatIsAppendedTogetherIsOneBatchInItsOrder() {
        List<StreamAppend> appends =
                IntStream.range(0, 2_000)
                        .mapToObj(i -> Rig.entry(stream, "v" + i, Duration.ofSeconds(5)))
                        .toList();
        long before = rig.statistics.batches();

        List<CompletableFuture<WriteOutcome>> outcomes = rig.writer.appendTogether(appends);

        outcomes.forEach(DurableWriterIntegrationTests::confirmed);
        assertThat(rig.statistics.batches() - before).isEqualTo(1);
        assertThat(values(set.replicas().getFirst(), stream))
                .containsExactlyElementsOf(
                        IntStream.range(0, 2_000).mapToObj(i -> "v" + i).toList());
    }

    private StreamAppend marked(String key, String value, @Nullable String mark, long maxLength) {
        return new StreamAppend(
                stream,
                List.of(bytes("value"), bytes(value)),
                key,
                mark,
                maxLength,
                Duration.ofSeconds(5));
    }

    @Test
    void theSameKeyManyTimesAtOnceStoresOne() {
        List<CompletableFuture<WriteOutcome>> outcomes =
                IntStream.range(0, 100)
                        .mapToObj(i -> rig.writer.append(keyed("key-1", "v" + i)))
                        .toList();

        assertThat(outcomes.stream().map(each -> confirmed(each).entryId()).distinct()).hasSize(1);
        // the first may go alone on one lane and the rest overtake it on another
        assertThat(values(set.master(), stream)).hasSize(1);
    }

    @Test
    void appendsOfEveryKindShareABatch() {
        Random random = new Random(7);
        // keys come again, streams, limits, widths and names change, so runs are long and short
        List<StreamAppend> appends =
                IntStream.range(0, 3_000)
                        .mapToObj(i -> {
                            List<byte[]> fields = new ArrayList<>();
                            for (int field = 0; field <= i / 40 % 3; field++) {
                                fields.add(bytes(i / 15 % 2 + "-" + field));
                                fields.add(bytes("v" + i + "-" + field));
                            }
                            return new StreamAppend(
                                    stream + "-" + i / 100 % 2,
                                    fields,
                                    i / 20 % 2 == 0 ? null : "key-" + random.nextInt(i / 2 + 1),
                                    i / 200 % 2 == 0 ? 0 : 1_000_000,
                                    Duration.ofSeconds(5));
                        })
                        .toList();
        List<CompletableFuture<WriteOutcome>> outcomes =
                appends.stream().map(rig.writer::append).toList();

        Map<String, String> entryOfKey = new HashMap<>();
        Map<String, Set<String>> stored = new HashMap<>();
        for (int i = 0; i < appends.size(); i++) {
            StreamAppend append = appends.get(i);
            Confirmed confirmed = confirmed(outcomes.get(i));
            assertThat(confirmed.streamLength() > 0).isEqualTo(append.maxLength() > 0);
            String key = append.idempotencyKey();
            if (key != null) {
                String entry = confirmed.entryId();
                assertThat(entryOfKey.merge(append.stream() + key, entry, (old, _) -> old))
                        .isEqualTo(entry);
            }
            if (!confirmed.repeated()) {
                Map<String, String> fields = new LinkedHashMap<>();
                for (int field = 0; field <= i / 40 % 3; field++) {
                    fields.put(i / 15 % 2 + "-" + field, "v" + i + "-" + field);
                }
                stored.computeIfAbsent(append.stream(), _ -> new HashSet<>())
                        .add(fields.toString());
            }
        }
        assertThat(stored).hasSize(2);
        stored.forEach((where, what) ->
                assertThat(entries(set.replicas().getFirst(), where))
                        .containsExactlyInAnyOrderElementsOf(what));
        assertThat(rig.statistics.repeated()).isPositive();
    }

    /** Each entry of a stream with its fields in their order. */
    private static List<String> entries(Node node, String stream) {
        return ask(
                node,
                commands ->
                        commands.xrange(stream, Range.unbounded()).stream()
                                .map(entry -> entry.getBody().toString())
                                .toList());
    }

    @Test
    void aFullStreamRefusesExactlyAtItsLimit() {
        List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            outcomes.add(
                    rig.writer.append(
                            new StreamAppend(
                                    stream,
                                    List.of(bytes("value"), bytes("v" + i)),
                                    null,
                                    10,
                                    Duration.ofSeconds(5))));
        }

        // which ten is not promised: appends under way at once may overtake each other
        List<WriteOutcome> answers = outcomes.stream().map(CompletableFuture::join).toList();
        assertThat(answers)
                .filteredOn(WriteOutcome.Confirmed.class::isInstance)
                .extracting(outcome -> ((WriteOutcome.Confirmed) outcome).streamLength())
                .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(answers)
                .filteredOn(WriteOutcome.Refused.class::isInstance)
                .hasSize(40)
                .extracting(outcome -> ((WriteOutcome.Refused) outcome).reason())
                .containsOnly(WriteFailure.STREAM_FULL);
        assertThat(values(set.replicas().getFirst(), stream)).hasSize(10);
    }

    @Test
    void aKeyOfAnotherTypeIsRefusedAloneAndNotRetried() {
        ask(set.master(), commands -> commands.set(stream, "text"));
        CompletableFuture<WriteOutcome> wrong = rig.append(stream, "one");
        CompletableFuture<WriteOutcome> right = rig.append(stream + "-other", "two");

        assertThat(refused(wrong))
                .satisfies(refusal -> {
                    assertThat(refusal.reason()).isEqualTo(WriteFailure.REJECTED);
                    assertThat(refusal.detail()).startsWith("WRONGTYPE");
                });
        assertThat(confirmed(right).replicas()).isEqualTo(1);
    }

    @Test
    void aFlushedScriptCacheIsRepaired() {
        confirmed(rig.append(stream, "one"));
        ask(set.master(), commands -> commands.scriptFlush());

        assertThat(confirmed(rig.append(stream, "two")).replicas()).isEqualTo(1);
    }

    @Test
    void aConnectionCutInMidBatchIsRepeatedAndStoredOnce() {
        List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
        KillArgs everybodyElse = KillArgs.Builder.typeNormal().skipme(true);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        // one connection for all kills: by the time that a new one is made, the batch is confirmed
        ask(
                set.master(),
                commands -> {
                    int round = 0;
                    do {
                        CompletableFuture<WriteOutcome> first = rig.append(stream, round + "-0");
                        outcomes.add(first);
                        for (int i = 1; i < 200; i++) {
                            outcomes.add(rig.append(stream, round + "-" + i));
                        }
                        // goes alone; the batch with all the others follows it at once
                        confirmed(first);
                        commands.clientKill(everybodyElse);
                        round++;
                    } while (round < 20
                            || (rig.statistics.retries() == 0 && System.nanoTime() < deadline));
                    return outcomes.size();
                });

        assertThat(outcomes).allSatisfy(outcome -> confirmed(outcome));
        assertThat(values(set.master(), stream)).hasSize(outcomes.size()).doesNotHaveDuplicates();
        List<StreamMessage<String, String>> entries =
                ask(set.master(), commands -> commands.xrange(stream, Range.unbounded()));
        assertThat(entries)
                .extracting(StreamMessage::getId)
                .containsExactlyInAnyOrderElementsOf(
                        outcomes.stream().map(each -> confirmed(each).entryId()).toList());
        assertThat(rig.statistics.retries()).isPositive();
    }

    @Test
    void waitsForAFrozenReplicaUntilTheSentinelsExcludeItThenGoesOnAlone() {
        confirmed(rig.append(stream, "before"));
        Node replica = set.replicas().getFirst();
        set.freeze(replica);
        try {
            long start = System.nanoTime();
            Confirmed alone = confirmed(rig.append(stream, "while frozen"));
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(alone.replicas()).isZero();
            // no sooner than the shipped down-after-milliseconds allows a majority to say so
            assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
            assertThat(rig.statistics.unreplicated()).isEqualTo(1);
        } finally {
            set.resume(replica);
        }
        awaitReplicated();
        assertThat(values(replica, stream)).contains("before", "while frozen");
    }

    @Test
    void aFrozenReplicaThatIsStillPromotableNeverCountsAsHavingIt() {
        confirmed(rig.append(stream, "before"));
        Node replica = set.replicas().getFirst();
        set.freeze(replica);
        try {
            WriteOutcome outcome =
                    rig.writer
                            .append(Rig.entry(stream, "too soon", Duration.ofMillis(500)))
                            .orTimeout(3, TimeUnit.SECONDS)
                            .join();

            assertThat(outcome)
                    .asInstanceOf(type(Unknown.class))
                    .satisfies(unknown -> {
                        assertThat(unknown.reason()).isEqualTo(WriteFailure.NOT_ENOUGH_REPLICAS);
                        assertThat(unknown.detail())
                                .contains(replica.address())
                                .contains("(expected: ");
                    });
        } finally {
            set.resume(replica);
        }
        awaitReplicated();
    }

    @Test
    void anAppendThatExpiresOnTheWireIsUnknownAndNeverRefused() {
        confirmed(rig.append(stream, "before"));
        Node replica = set.replicas().getFirst();
        set.holdBack(replica);
        try {
            // shorter than a round of WAIT: the deadline passes before the first answer is looked
            // at
            WriteOutcome outcome =
                    rig.writer
                            .append(Rig.entry(stream, "on the wire", Duration.ofMillis(40)))
                            .orTimeout(3, TimeUnit.SECONDS)
                            .join();

            assertThat(outcome).isInstanceOf(Unknown.class);
            assertThat(values(set.master(), stream)).contains("on the wire");
        } finally {
            set.release(replica);
        }
        awaitReplicated();
    }

    @Test
    void withPolicyRejectNothingIsStoredWhileNoReplicaIsPromotable() {
        try (Rig strict =
                new Rig(
                        set.masterName(),
                        set.sentinels(),
                        null,
                        Rig.settings(Acknowledgement.IN_SYNC, DegradedWrites.REJECT))) {
            confirmed(strict.append(stream, "before"));
            Node replica = set.replicas().getFirst();
            set.kill(replica);
            try {
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> strict.monitor.view().promotable().isEmpty());

                Refused refusal = refused(strict.append(stream, "refused"));

                assertThat(refusal.reason()).isEqualTo(WriteFailure.NOT_ENOUGH_REPLICAS);
                assertThat(refusal.detail())
                        .contains("promotable replicas: 0 (expected: at least 1");
                assertThat(values(set.master(), stream)).containsExactly("before");
            } finally {
                set.start(replica);
            }
        }
        awaitReplicated();
    }

    @Test
    void outOfMemoryIsRefusedAndNothingIsStored() {
        confirmed(rig.append(stream, "before"));
        Node master = set.master();
        String before =
                ask(master, commands -> commands.configGet("maxmemory"))
                        .getOrDefault("maxmemory", "0");
        ask(master, commands -> commands.configSet("maxmemory", "1mb"));
        try {
            Refused refusal =
                    refused(rig.writer.append(Rig.entry(stream, "no", Duration.ofMillis(300))));

            assertThat(refusal.reason()).isEqualTo(WriteFailure.OUT_OF_MEMORY);
        } finally {
            ask(master, commands -> commands.configSet("maxmemory", before));
        }
        assertThat(values(master, stream)).containsExactly("before");
    }

    @Test
    void withNobodyThereItIsRefusedAtTheDeadline() {
        try (Rig lost = new Rig("mymaster", List.of("127.0.0.1:1"), null, Rig.defaults())) {
            Refused refusal =
                    refused(lost.writer.append(Rig.entry(stream, "no", Duration.ofMillis(300))));

            assertThat(refusal.reason()).isEqualTo(WriteFailure.NO_MASTER);
            assertThat(refusal.reason().retryable()).isTrue();
        }
    }

    @Test
    void aSingleRedisWorksToo() {
        Node replicaless = set.master();
        try (Rig single =
                new Rig(
                        "",
                        List.of(),
                        new NodeAddress(replicaless.host(), replicaless.port()),
                        Rig.defaults())) {
            // its one replica is online, so it has the entry although no Sentinel speaks of it
            assertThat(confirmed(single.append(stream, "one")).replicas()).isEqualTo(1);
        }
    }

    @Test
    void aQueueThatIsFullSaysSo() {
        WriterSettings small =
                new WriterSettings(
                        Acknowledgement.IN_SYNC,
                        DegradedWrites.ACCEPT,
                        1,
                        10,
                        1 << 20,
                        100,
                        1 << 20,
                        Duration.ofMinutes(1),
                        "redis-ha");
        try (Rig narrow = new Rig("mymaster", List.of("127.0.0.1:1"), null, small)) {
            List<CompletableFuture<WriteOutcome>> outcomes =
                    IntStream.range(0, 200)
                            .mapToObj(i ->
                                    narrow.writer.append(
                                            Rig.entry(stream, "v", Duration.ofSeconds(1))))
                            .toList();

            assertThat(outcomes.stream().map(CompletableFuture::join))
                    .filteredOn(outcome ->
                            outcome instanceof Refused refusal
                                    && refusal.reason() == WriteFailure.QUEUE_FULL)
                    .hasSizeBetween(85, 100);
        }
    }

    @Test
    void closingAnswersEverybody() {
        List<CompletableFuture<WriteOutcome>> outcomes =
                IntStream.range(0, 5_000).mapToObj(i -> rig.append(stream, "v" + i)).toList();
        rig.writer.close();

        assertThat(outcomes)
                .allMatch(outcome -> outcome.orTimeout(1, TimeUnit.SECONDS).join() != null);
        long stored = values(set.master(), stream).size();
        assertThat(outcomes.stream().filter(each -> each.join() instanceof Confirmed))
                .hasSize((int) stored);
        assertThat(refused(rig.append(stream, "late")).reason()).isEqualTo(WriteFailure.CLOSED);
    }

    private StreamAppend keyed(String key, String value) {
        return new StreamAppend(
                stream, List.of(bytes("value"), bytes(value)), key, 0, Duration.ofSeconds(5));
    }

    private void awaitReplicated() {
        set.awaitReplicas(Duration.ofSeconds(30));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() ->
                        assertThat(confirmed(rig.append(stream, "again")).replicas()).isEqualTo(1));
    }

    private static Confirmed confirmed(CompletableFuture<WriteOutcome> outcome) {
        WriteOutcome done = outcome.orTimeout(15, TimeUnit.SECONDS).join();
        assertThat(done).isInstanceOf(Confirmed.class);
        return (Confirmed) done;
    }

    private static Refused refused(CompletableFuture<WriteOutcome> outcome) {
        @Nullable WriteOutcome done = outcome.orTimeout(15, TimeUnit.SECONDS).join();
        assertThat(done).isInstanceOf(Refused.class);
        return (Refused) done;
    }
}
