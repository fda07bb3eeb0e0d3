package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.stream.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The role of each data node over time, as far as it is known: the master by the tester's monitor,
 * a broken node from the fault on until it served again, and otherwise a replica where the set
 * counted it as one.
 */
final class Lanes {

    private static final Set<String> HARMLESS = Set.of("switch", "start");

    private Lanes() {}

    static List<Chart.Lane> of(RunResult result) {
        Map<String, String> names = nodes(result);
        double end = Spans.end(result);
        if (result.masters().isEmpty() || end <= 0) {
            return List.of();
        }
        List<Chart.Lane> lanes = new ArrayList<>();
        names.forEach((address, name) -> {
            List<Chart.Span> down = down(result, address, end);
            List<Chart.Span> spans = new ArrayList<>();
            for (Chart.Span span : masters(result, address, end)) {
                without(span, down, spans);
            }
            List<Chart.Span> known = new ArrayList<>(spans);
            known.addAll(down);
            without(new Chart.Span(0, end, "replica", "replica"), known, spans);
            spans.addAll(down);
            spans.sort(java.util.Comparator.comparingDouble(Chart.Span::from));
            lanes.add(new Chart.Lane(name.isEmpty() ? address : name + "  " + address, spans));
        });
        return lanes;
    }

    static String says(RunResult result) {
        List<String> words = new ArrayList<>();
        for (RunResult.Mastership master : result.masters()) {
            words.add(
                    (words.isEmpty() ? "" : "from " + Spans.length(master.fromMs()) + " on ")
                            + master.address());
        }
        return "Master: " + String.join(", ", words) + ".";
    }

    /** Addresses with their names, empty where nobody named them. */
    private static Map<String, String> nodes(RunResult result) {
        Set<String> addresses = new LinkedHashSet<>();
        addresses(result.target().before(), addresses);
        result.masters().forEach(master -> addresses.add(master.address()));
        addresses(result.target().after(), addresses);
        Map<String, String> names = new LinkedHashMap<>();
        for (String address : addresses) {
            names.put(
                    address,
                    result.faults().stream()
                            .filter(fault -> fault.address().equals(address))
                            .map(FaultReport::node)
                            .findFirst()
                            .orElse(""));
        }
        return names;
    }

    private static void addresses(@Nullable Topology topology, Set<String> addresses) {
        if (topology != null) {
            topology.nodes().forEach(node -> addresses.add(node.address()));
        }
    }

    private static List<Chart.Span> masters(RunResult result, String address, double end) {
        List<Chart.Span> spans = new ArrayList<>();
        List<RunResult.Mastership> masters = result.masters();
        for (int i = 0; i < masters.size(); i++) {
            if (masters.get(i).address().equals(address)) {
                double to = i + 1 < masters.size() ? masters.get(i + 1).fromMs() / 1000.0 : end;
                double from = masters.get(i).fromMs() / 1000.0;
                if (from < end) {
                    spans.add(new Chart.Span(from, Math.min(to, end), "master", "master"));
                }
            }
        }
        return spans;
    }

    private static List<Chart.Span> down(RunResult result, String address, double end) {
        List<Chart.Span> down = new ArrayList<>();
        for (FaultReport fault : result.faults()) {
            Long from = fault.tInjectMs();
            String action = Spans.verb(fault);
            if (from == null || !fault.address().equals(address) || HARMLESS.contains(action)) {
                continue;
            }
            Long back = fault.tBackMs() == null ? fault.tHealMs() : fault.tBackMs();
            double to = back == null ? end : Math.min(end, back / 1000.0);
            if (to > from / 1000.0) {
                down.add(new Chart.Span(from / 1000.0, to, "down", action));
            }
        }
        return down;
    }

    /** Adds what is left of a span outside of others. */
    private static void without(Chart.Span span, List<Chart.Span> others, List<Chart.Span> into) {
        List<Chart.Span> sorted = new ArrayList<>(others);
        sorted.sort(java.util.Comparator.comparingDouble(Chart.Span::from));
        double from = span.from();
        for (Chart.Span other : sorted) {
            if (other.to() <= from || other.from() >= span.to()) {
                continue;
            }
            if (other.from() > from) {
                into.add(new Chart.Span(from, other.from(), span.role(), span.text()));
            }
            from = Math.max(from, other.to());
        }
        if (from < span.to()) {
            into.add(new Chart.Span(from, span.to(), span.role(), span.text()));
        }
    }
}
