package io.detektor.telegramalerts.outbox;

import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reports in, and hands out what is to be told because of them. Everything is on disk before
 * {@link #accept} returns, and needs nothing but that disk.
 *
 * <p>Thread-safe. One thread for each chat asks {@link #next} and says what became of it; nobody
 * else does for that chat.
 */
public final class Outbox implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InstantSource clock;
    private final List<String> chats;
    private final int mostIncidents;
    private final Ledger ledger = new Ledger();
    private final Journal journal;
    private long changes;
    private long journalFailures;
    private boolean journalWell = true;

    private Outbox(Path directory, List<String> chats, int mostIncidents, InstantSource clock)
            throws IOException {
        this.clock = clock;
        this.chats = List.copyOf(chats);
        this.mostIncidents = mostIncidents;
        this.journal =
                Journal.open(
                        directory,
                        ledger::apply,
                        () -> {
                            ledger.prune(clock.instant(), this.chats);
                            return ledger.snapshot(clock.instant());
                        });
        ledger.recover();
    }

    /**
     * Reads what a process before left, and goes on with it.
     *
     * @param directory where it is kept; one process at a time
     * @param chats who is told of new incidents
     * @param mostIncidents beyond so many that are open or untold, new ones are not taken
     * @throws IOException if the directory cannot be used, naming it
     */
    public static Outbox open(
            Path directory, List<String> chats, int mostIncidents, InstantSource clock)
            throws IOException {
        return new Outbox(directory, chats, mostIncidents, clock);
    }

    /**
     * Takes reports in, all or none.
     *
     * @return how many were news; the others repeat what was reported before
     * @throws UnstorableException if they are not certain to be on disk, and were not taken
     */
    public int accept(List<Signal> signals) throws UnstorableException {
        lock.lock();
        try {
            Instant now = clock.instant();
            List<Signal> news = news(signals, now);
            if (news.isEmpty()) {
                return 0;
            }
            if (ledger.book().all().size() + news.size() > mostIncidents) {
                ledger.prune(now, chats);
                long waiting = ledger.unfinished();
                if (waiting + news.size() > mostIncidents) {
                    throw new UnstorableException(
                            "outbox: "
                                    + waiting
                                    + " incidents wait (expected: fewer than "
                                    + mostIncidents
                                    + "); retry when some are told");
                }
            }
            Entry entry = Entry.reported(now, news, chats);
            try {
                journal.append(entry);
                journalWell = true;
            } catch (IOException e) {
                journalFailed(e);
                throw new UnstorableException("outbox: cannot be written: " + e, e);
            }
            apply(entry);
            return news.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a report in that nobody would repeat: if it cannot be put on disk, it is told all the
     * same.
     *
     * @return whether it was news
     */
    public boolean acceptAnyway(Signal signal) {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (news(List.of(signal), now).isEmpty()) {
                return false;
            }
            record(Entry.reported(now, List.of(signal), chats));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private List<Signal> news(List<Signal> signals, Instant now) {
        Set<Signal> distinct = new HashSet<>();
        return signals.stream()
                .filter(each -> ledger.book().isNews(each, now) && distinct.add(each))
                .toList();
    }

    private void apply(Entry entry) {
        ledger.apply(entry);
        changes++;
        changed.signalAll();
    }

    /** On disk if possible; if not, the next line that can be written brings it. */
    private void record(Entry entry) {
        try {
            journal.append(entry);
            journalWell = true;
        } catch (IOException e) {
            journalFailed(e);
        }
        apply(entry);
    }

    private void journalFailed(IOException e) {
        journalFailures++;
        if (journalWell) {
            log.error("outbox: cannot be written, going on from memory: {}", e.toString());
        }
        journalWell = false;
    }

    /** The most urgent thing to do for a chat, or empty. */
    public Optional<Work> next(String chat) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Agenda agenda = Agenda.of(ledger, chat, now);
            Optional<Entry> calmed = Storm.calm(ledger, chat, agenda, now);
            while (calmed.isPresent()) {
                record(calmed.get());
                agenda = Agenda.of(ledger, chat, now);
                calmed = Storm.calm(ledger, chat, agenda, now);
            }
            return Optional.ofNullable(agenda.first(now));
        } finally {
            lock.unlock();
        }
    }

    /** On disk: from here on nobody knows whether it arrived, until its outcome is told. */
    public void sending(Work work) {
        record(now -> Transitions.sending(ledger, work, now));
    }

    /**
     * It arrived.
     *
     * @param messageId Telegram's number of a new message; of edits and answers it does not matter
     */
    public void arrived(Work work, long messageId) {
        record(now -> Transitions.arrived(ledger, work, messageId, now));
    }

    /** It certainly did not arrive, and is to be tried again. */
    public void failed(Work work) {
        record(now -> Transitions.failed(ledger, work, now));
    }

    /** It may have arrived. It is tried again, and says so. */
    public void doubtful(Work work) {
        record(now -> Transitions.doubtful(ledger, work, now));
    }

    /** The message that was to be edited is no longer there: a new one is to take its place. */
    public void vanished(Work work) {
        record(now -> Transitions.vanished(ledger, work, now));
    }

    /** It will never be taken; the others go on. */
    public void refused(Work work) {
        record(now -> Transitions.refused(ledger, work, now));
    }

    private void record(Function<Instant, Entry> entry) {
        lock.lock();
        try {
            record(entry.apply(clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    /** A chat has another id from now on. */
    public void moved(String chat, String to) {
        record(now -> Entry.moved(now, chat, to));
    }

    /** The id that a configured chat has by now. */
    public String address(String chat) {
        lock.lock();
        try {
            return ledger.address(chat);
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until something changed since {@code seen}, or the time is over. */
    public void awaitChange(long seen, Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long nanos = longest.toNanos();
            while (changes == seen && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Rises with each change. */
    public long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a fact holds, as far as was reported. */
    public boolean firing(String key) {
        lock.lock();
        try {
            return ledger.book().firing(key);
        } finally {
            lock.unlock();
        }
    }

    /** The keys of what holds, as far as was reported, that begin so. */
    public List<String> firingWithPrefix(String prefix) {
        lock.lock();
        try {
            return ledger.book().all().stream()
                    .filter(Incident::open)
                    .flatMap(each -> each.conditions().stream())
                    .filter(each -> each.firing() && each.signal().key().startsWith(prefix))
                    .map(each -> each.signal().key())
                    .distinct()
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Every incident that is known, the newest first. */
    public List<Incident> incidents() {
        lock.lock();
        try {
            return List.copyOf(ledger.book().all()).reversed();
        } finally {
            lock.unlock();
        }
    }

    /** How much waits, and since when. */
    public Backlog backlog() {
        lock.lock();
        try {
            List<Agenda> agendas =
                    chats.stream().map(each -> Agenda.of(ledger, each, clock.instant())).toList();
            return new Backlog(
                    agendas.stream().mapToInt(Agenda::size).sum(),
                    agendas.stream()
                            .flatMap(each -> each.oldest().stream())
                            .min(Comparator.naturalOrder())
                            .orElse(null),
                    journal.bytes(),
                    journalFailures,
                    journalWell);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            journal.close();
        } finally {
            lock.unlock();
        }
    }
}
