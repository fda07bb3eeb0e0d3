package io.detektor.framebuffer;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelEvent;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.detektor.redisha.sentinel.SentinelView.SentinelStatus;
import io.detektor.redisha.sentinel.SentinelView.Source;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Says of the set what a test wants. */
final class StubSentinelMonitor implements SentinelMonitor {

    private static final NodeAddress MASTER = new NodeAddress("10.0.0.1", 6379);
    private static final NodeAddress REPLICA = new NodeAddress("10.0.0.2", 6379);

    private volatile SentinelView view = whole();

    /** A set without faults. */
    static SentinelView whole() {
        return view(Source.SENTINELS, 3, Set.of(REPLICA));
    }

    /** A set with so many Sentinels that answer, and these promotable replicas. */
    static SentinelView view(Source source, int answering, Set<NodeAddress> promotable) {
        return new SentinelView(
                source == Source.NONE ? null : MASTER,
                source,
                0,
                promotable,
                Set.of(),
                Set.of(REPLICA),
                List.of(sentinel(1, answering), sentinel(2, answering), sentinel(3, answering)),
                2,
                Instant.EPOCH);
    }

    private static SentinelStatus sentinel(int number, int answering) {
        return new SentinelStatus(
                new NodeAddress("10.0.1." + number, 26379), number <= answering, null);
    }

    void show(SentinelView view) {
        this.view = view;
    }

    @Override
    public SentinelView view() {
        return view;
    }

    @Override
    public void onChange(Consumer<? super SentinelView> listener) {}

    @Override
    public void onEvent(Consumer<? super SentinelEvent> listener) {}

    @Override
    public void suspectMaster(String reason) {}
}
