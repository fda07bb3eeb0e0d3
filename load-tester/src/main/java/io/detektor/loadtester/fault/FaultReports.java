package io.detektor.loadtester.fault;

import io.detektor.loadtester.measure.Gaps;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes reports of what was done, when everything is over. */
final class FaultReports {

    private static final Duration AFTERMATH = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(1);

    private final List<Execution> executions;
    private final SetWatch watch;
    private final Gaps gaps;
    private final Duration lastConfirmed;

    FaultReports(List<Execution> executions, SetWatch watch, Gaps gaps, Duration lastConfirmed) {
        this.executions = executions;
        this.watch = watch;
        this.gaps = gaps;
        this.lastConfirmed = lastConfirmed;
    }

    List<FaultReport> all() {
        return executions.stream().map(this::report).toList();
    }

    private FaultReport report(Execution fault) {
        Duration injected = fault.injected;
        FaultNode node = fault.node;
        if (injected == null || node == null) {
            return notDone(fault);
        }
        // what follows belongs to this fault until the next one of a master
        Duration next =
                executions.stream()
                        .filter(other -> other.onMaster)
                        .map(other -> other.injected)
                        .filter(other -> other != null && other.compareTo(injected) > 0)
                        .min(Duration::compareTo)
                        .orElse(NEVER);
        Optional<SetWatch.MasterChange> change =
                watch.changeAfter(injected).filter(other -> other.at().compareTo(next) < 0);
        List<String> problems = new ArrayList<>(fault.problems);
        if (fault.onMaster
                && fault.spec.movesMaster()
                && change.isEmpty()
                && problems.isEmpty()
                && !nobodyWasLeft(fault)) {
            problems.add("did not end with another master, and should have");
        }
        Optional<Duration> firstAck =
                change.flatMap(to -> gaps.firstConfirmedFrom(to.at(), lastConfirmed));
        Duration end = (fault.healed == null ? injected : fault.healed).plus(AFTERMATH);
        return new FaultReport(
                fault.spec.toString(),
                node.name(),
                node.address().toString(),
                fault.onMaster,
                millis(injected),
                millis(fault.effect),
                millis(fault.healed),
                said("+sdown", injected, next, event -> event.about(node.address())),
                said("+odown", injected, next, _ -> true),
                said("+elected-leader", injected, next, _ -> true),
                said("+promoted-slave", injected, next, _ -> true),
                said("+switch-master", injected, next, _ -> true),
                millis(change.map(SetWatch.MasterChange::at).orElse(null)),
                millis(firstAck.orElse(null)),
                millis(fault.back),
                fault.masterBefore == null ? "" : fault.masterBefore.toString(),
                change.map(to -> to.to().toString()).orElse(""),
                gaps.longestOf(injected, next, end).map(gap -> gap.length().toMillis()).orElse(0L),
                problems);
    }

    /** Whether each who could have become master was broken as well, by other faults. */
    private boolean nobodyWasLeft(Execution fault) {
        return !fault.successors.isEmpty()
                && fault.successors.stream()
                        .allMatch(address ->
                                executions.stream()
                                        .anyMatch(other -> breaks(other, address, fault)));
    }

    /** Whether {@code other} keeps a node from being master while {@code fault} lasts. */
    private static boolean breaks(Execution other, NodeAddress address, Execution fault) {
        return other.node != null
                && other.node.address().equals(address)
                && other.spec.movesMaster()
                && isBefore(other.injected, fault.healed)
                && isBefore(fault.injected, other.healed);
    }

    /** Whether something began before something ended; what has no end goes on. */
    private static boolean isBefore(@Nullable Duration began, @Nullable Duration ended) {
        return began != null && (ended == null || began.compareTo(ended) < 0);
    }

    private static FaultReport notDone(Execution fault) {
        return new FaultReport(
                fault.spec.toString(),
                fault.spec.node(),
                "",
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "",
                "",
                0,
                fault.problems);
    }

    private @Nullable Long said(
            String type, Duration from, Duration next, Predicate<SetWatch.Said> matching) {
        return millis(
                watch.first(from, type, matching)
                        .filter(at -> at.compareTo(next) < 0)
                        .orElse(null));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : Long.valueOf(duration.toMillis());
    }
}
