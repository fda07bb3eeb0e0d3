package io.detektor.redisha;

import io.detektor.redisha.sentinel.SentinelEvent;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Says what a test says, on the test's thread; listeners that fail do so there. */
public final class SilentMonitor implements SentinelMonitor {

    private final List<Consumer<? super SentinelView>> listeners = new CopyOnWriteArrayList<>();
    private volatile SentinelView view = naming(null);

    /** Tells every listener of another master. */
    public void say(NodeAddress master) {
        view = naming(master);
        listeners.forEach(listener -> listener.accept(view));
    }

    /** How many listen. */
    public int listeners() {
        return listeners.size();
    }

    @Override
    public SentinelView view() {
        return view;
    }

    @Override
    public void onChange(Consumer<? super SentinelView> listener) {
        listeners.add(listener);
    }

    @Override
    public void onEvent(Consumer<? super SentinelEvent> listener) {}

    @Override
    public void suspectMaster(String reason) {}

    private static SentinelView naming(@Nullable NodeAddress master) {
        return new SentinelView(
                master,
                master == null ? SentinelView.Source.NONE : SentinelView.Source.SENTINELS,
                1,
                Set.of(),
                Set.of(),
                Set.of(),
                List.of(),
                2,
                Instant.EPOCH);
    }
}
