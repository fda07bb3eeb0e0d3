package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import io.detektor.redisha.master.MasterConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Dead letters as a Redis Stream; its entries are {@link DeadLetterEntry}s. */
final class RedisDeadLetters implements DeadLetters {

    /** Entries of one read: a hundred large frames are some megabytes. */
    private static final int PAGE = 100;

    private static final Comparator<Read> OLDEST_FIRST =
            Comparator.comparing(read -> EntryId.parse(read.letter().id()));

    private final MasterConnection connection;
    private final DurableWriter writer;
    private final DurableCommands durable;
    private final FrameBufferProperties settings;
    private final String key;

    RedisDeadLetters(
            MasterConnection connection,
            DurableWriter writer,
            DurableCommands durable,
            FrameBufferProperties settings) {
        this.connection = connection;
        this.writer = writer;
        this.durable = durable;
        this.settings = settings;
        this.key = settings.streams().deadLetters();
    }

    /** A letter, and the entry that it is read from. */
    private record Read(DeadLetter letter, DeadLetterEntry entry) {}

    private static Read read(Entries.Entry raw) {
        DeadLetterEntry entry = DeadLetterEntry.parse(raw.fields());
        long size = entry.content().stream().mapToLong(field -> field.length).sum();
        String id = entry.entryId();
        DeadLetter letter =
                new DeadLetter(
                        raw.id().toString(),
                        Instant.ofEpochMilli(raw.id().millis()),
                        entry.reason(),
                        entry.stream(),
                        id,
                        entry.deliveries(),
                        entry.firstError(),
                        entry.lastError(),
                        size,
                        FrameEntryCodec.decode(raw.id(), entry.content()));
        return new Read(letter, entry);
    }

    @Override
    public CompletableFuture<List<DeadLetter>> newest(int count) {
        return inTime(Entries.newest(connection, key, count))
                .thenApply(entries -> entries.stream().map(each -> read(each).letter()).toList());
    }

    @Override
    public CompletableFuture<List<DeadLetter>> list(
            @Nullable String after, @Nullable String reason, int count) {
        return list(after, of(reason), count, new ArrayList<>());
    }

    private static Predicate<DeadLetter> of(@Nullable String reason) {
        return letter -> reason == null || letter.reason().equals(reason);
    }

    private CompletableFuture<List<DeadLetter>> list(
            @Nullable String after,
            Predicate<DeadLetter> which,
            int count,
            List<DeadLetter> found) {
        return page(after, "+")
                .thenCompose(page -> {
                    for (Read each : page) {
                        if (found.size() < count && which.test(each.letter())) {
                            found.add(each.letter());
                        }
                    }
                    return page.size() < PAGE || found.size() == count
                            ? CompletableFuture.completedFuture(List.copyOf(found))
                            : list(page.getLast().letter().id(), which, count, found);
                });
    }

    @Override
    public CompletableFuture<Optional<DeadLetter>> find(String id) {
        return inTime(Entries.read(connection, key, id, id, 1))
                .thenApply(
                        entries -> entries.stream().findFirst().map(each -> read(each).letter()));
    }

    @Override
    public CompletableFuture<Reprocessed> reprocess(@Nullable String reason, long most) {
        return new Walk(of(reason), most).run().thenCompose(this::reprocessed);
    }

    @Override
    public CompletableFuture<Reprocessed> reprocess(List<String> ids) {
        CompletableFuture<List<Read>> found = CompletableFuture.completedFuture(List.of());
        for (String id : Set.copyOf(ids)) {
            found =
                    found.thenCombine(
                            inTime(Entries.read(connection, key, id, id, 1)),
                            (before, entries) ->
                                    Stream.concat(
                                                    before.stream(),
                                                    entries.stream().map(RedisDeadLetters::read))
                                            .toList());
        }
        Walk walk = new Walk(_ -> true, ids.size());
        return found.thenApply(all -> all.stream().sorted(OLDEST_FIRST).toList())
                .thenCompose(walk::putBack)
                .thenCompose(_ -> reprocessed(walk));
    }

    private CompletableFuture<Reprocessed> reprocessed(Walk walk) {
        return remaining().thenApply(left -> new Reprocessed(walk.back, walk.failed, left));
    }

    /** One reprocessing on its way through the letters that are there when it begins. */
    private final class Walk {

        private final Predicate<DeadLetter> which;
        private final long most;
        private long back;
        private long failed;

        /** Whether one could not be put back now: then others cannot be either. */
        private boolean stopped;

        Walk(Predicate<DeadLetter> which, long most) {
            this.which = which;
            this.most = most;
        }

        CompletableFuture<Walk> run() {
            return inTime(Entries.newest(connection, key, 1))
                    .thenCompose(newest ->
                            newest.isEmpty()
                                    ? CompletableFuture.completedFuture(this)
                                    : from(null, newest.getFirst().id().toString()));
        }

        private CompletableFuture<Walk> from(@Nullable String after, String last) {
            return page(after, last)
                    .thenCompose(page -> {
                        List<Read> chosen =
                                page.stream()
                                        .filter(each -> which.test(each.letter()))
                                        .limit(most - back)
                                        .toList();
                        return putBack(chosen)
                                .thenCompose(_ ->
                                        page.size() < PAGE || stopped || back >= most
                                                ? CompletableFuture.completedFuture(this)
                                                : from(page.getLast().letter().id(), last));
                    });
        }

        private CompletableFuture<@Nullable Void> putBack(List<Read> chosen) {
            List<Read> possible = chosen.stream().filter(each -> belongs(each.entry())).toList();
            failed += chosen.size() - possible.size();
            if (possible.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            List<CompletableFuture<WriteOutcome>> outcomes =
                    writer.appendTogether(
                            possible.stream().map(RedisDeadLetters.this::append).toList());
            return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                    .thenCompose(_ -> {
                        List<String> done = new ArrayList<>();
                        for (int i = 0; i < possible.size(); i++) {
                            if (outcomes.get(i).join() instanceof WriteOutcome.Confirmed) {
                                done.add(possible.get(i).letter().id());
                            }
                        }
                        failed += possible.size() - done.size();
                        stopped = done.size() < possible.size();
                        back += done.size();
                        return done.isEmpty()
                                ? CompletableFuture.<@Nullable Void>completedFuture(null)
                                : remove(done).thenApply(_ -> null);
                    });
        }

        private boolean belongs(DeadLetterEntry entry) {
            return settings.streams().frames().equals(entry.stream())
                    || settings.streams().metadata().equals(entry.stream());
        }
    }

    /** The letter's id is the key: what ends between here and there is there once all the same. */
    private StreamAppend append(Read read) {
        String stream = String.valueOf(read.entry().stream());
        boolean limited = stream.equals(settings.streams().frames());
        return new StreamAppend(
                stream,
                read.entry().content(),
                "reprocessed:" + key + ":" + read.letter().id(),
                limited ? settings.streams().maxFrames() : 0,
                settings.enqueue().timeout());
    }

    @Override
    public CompletableFuture<Long> purge(@Nullable String reason) {
        return reason == null ? purgeAll() : purge(null, of(reason), 0);
    }

    @Override
    public CompletableFuture<Long> purge(List<String> ids) {
        return remove(ids);
    }

    private CompletableFuture<Long> purge(
            @Nullable String after, Predicate<DeadLetter> which, long before) {
        return page(after, "+")
                .thenCompose(page -> {
                    List<String> chosen =
                            page.stream()
                                    .map(Read::letter)
                                    .filter(which)
                                    .map(DeadLetter::id)
                                    .toList();
                    CompletableFuture<Long> removed =
                            chosen.isEmpty()
                                    ? CompletableFuture.completedFuture(0L)
                                    : remove(chosen);
                    return removed.thenCompose(_ -> {
                        long sum = before + chosen.size();
                        return page.size() < PAGE
                                ? CompletableFuture.completedFuture(sum)
                                : purge(page.getLast().letter().id(), which, sum);
                    });
                });
    }

    private CompletableFuture<Long> purgeAll() {
        return remaining()
                .thenCompose(size ->
                        durable.run(redis -> redis.del(key), settings.enqueue().timeout())
                                .thenApply(_ -> size));
    }

    private CompletableFuture<Long> remove(List<String> ids) {
        // a repeat finds less to remove than the first attempt did
        AtomicLong removed = new AtomicLong();
        return durable.<Long>run(
                redis -> redis.xdel(key, ids.toArray(String[]::new)).thenApply(removed::addAndGet),
                settings.enqueue().timeout());
    }

    private CompletableFuture<Long> remaining() {
        return inTime(connection.call(redis -> redis.xlen(key)));
    }

    private CompletableFuture<List<Read>> page(@Nullable String after, String last) {
        return inTime(Entries.read(connection, key, after == null ? "-" : "(" + after, last, PAGE))
                .thenApply(entries -> entries.stream().map(RedisDeadLetters::read).toList());
    }

    private <T> CompletableFuture<T> inTime(CompletableFuture<T> asked) {
        return asked.orTimeout(settings.consumer().timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
