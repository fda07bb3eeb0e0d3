package io.detektor.framebuffer.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Those who want frames. Guarded by the lock of {@link GroupReader}, but for {@link
 * #somebodyParked}.
 */
final class Takers {

    /** Those whom the next reads serve, in the order of their coming. */
    private final ArrayDeque<Taker> next = new ArrayDeque<>();

    /**
     * Those who found nothing and wait for a first frame. They hold neither a thread nor a
     * connection: {@link #wake} makes one read for all of them.
     */
    private final ArrayDeque<Taker> parked = new ArrayDeque<>();

    private boolean draining;
    private volatile boolean somebodyParked;

    void add(Taker taker) {
        next.add(taker);
    }

    /** Whether somebody waits for a first frame; read without the lock. */
    boolean somebodyParked() {
        return somebodyParked;
    }

    /** Has the next read serve those who wait for a first frame. */
    void wake() {
        next.addAll(parked);
        parked.clear();
        somebodyParked = false;
    }

    /** Keeps nobody waiting from now on. */
    void drain() {
        draining = true;
    }

    /** How many the next read serves. */
    int size() {
        return next.size();
    }

    /** How many frames they want beside those that they have. */
    int missing() {
        int missing = 0;
        for (Taker taker : next) {
            missing += taker.missing();
        }
        return missing;
    }

    /** In their order, at least one. */
    Iterator<Taker> iterator() {
        return next.iterator();
    }

    /** Takes out those who cancelled. */
    List<Taker> removeGone() {
        List<Taker> gone = new ArrayList<>();
        next.removeIf(taker -> taker.answer.isDone() && gone.add(taker));
        return gone;
    }

    /**
     * Takes out those who have what they want or, when nothing more waits, get what there is;
     * whoever got nothing and has time is parked.
     *
     * @param served how many of them the read was for
     */
    List<Taker> removeAnswered(int served, boolean nothingMore, long nowNanos) {
        List<Taker> answered = new ArrayList<>();
        Iterator<Taker> waiting = next.iterator();
        for (int i = 0; i < served; i++) {
            Taker taker = waiting.next();
            if (taker.missing() > 0 && !nothingMore) {
                continue;
            }
            waiting.remove();
            if (taker.frames.isEmpty() && !draining && nowNanos - taker.untilNanos < 0) {
                parked.add(taker);
            } else {
                answered.add(taker);
            }
        }
        somebodyParked = !parked.isEmpty();
        return answered;
    }

    /** Takes out all whom the next read would serve. */
    List<Taker> removeAll() {
        List<Taker> all = List.copyOf(next);
        next.clear();
        return all;
    }
}
