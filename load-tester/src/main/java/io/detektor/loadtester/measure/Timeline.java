package io.detektor.loadtester.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What happened when, on the run's clock. Thread-safe; listeners are called by whoever adds. */
public final class Timeline {

    private static final int MOST = 2_000;

    private final List<Event> events = new ArrayList<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();

    /** Where an event comes from. */
    public enum Kind {
        /** The run itself. */
        RUN,
        /** Something was broken or healed. */
        FAULT,
        /** A Sentinel said so. */
        SENTINEL,
        /** What the tester's own writer sees. */
        CLIENT
    }

    /**
     * Something that happened.
     *
     * @param at since the start of the run
     * @param text for people
     */
    public record Event(Duration at, Kind kind, String text) {}

    /** Adds an event. */
    public void add(Duration at, Kind kind, String text) {
        Event event = new Event(at, kind, text);
        if (keep(event)) {
            listeners.forEach(listener -> listener.accept(event));
        }
    }

    /** Adds what is worth keeping, and not worth telling as it happens. */
    public void note(Duration at, Kind kind, String text) {
        var _ = keep(new Event(at, kind, text));
    }

    private boolean keep(Event event) {
        synchronized (events) {
            if (events.size() == MOST) {
                return false;
            }
            return events.add(event);
        }
    }

    /** Calls {@code listener} with each event from now on. */
    public void onEvent(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** All events by time. */
    public List<Event> events() {
        synchronized (events) {
            return events.stream().sorted(Comparator.comparing(Event::at)).toList();
        }
    }
}
