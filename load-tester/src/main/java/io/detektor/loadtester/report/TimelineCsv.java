package io.detektor.loadtester.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.detektor.loadtester.measure.Measurements;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.dataformat.csv.CsvMapper;

/** {@code timeline.csv}: a line a second. */
final class TimelineCsv {

    /** A line; the names are the columns. */
    @JsonPropertyOrder({
        "t",
        "sent",
        "acked",
        "consumed",
        "errors",
        "in_flight",
        "backlog",
        "response_p50_ms",
        "response_p99_ms",
        "response_max_ms",
        "service_p50_ms",
        "service_p99_ms",
        "service_max_ms",
        "master_alone_p50_ms",
        "master_alone_p99_ms",
        "master",
        "errors_by_reason"
    })
    private record Line(
            double t,
            long sent,
            long acked,
            long consumed,
            long errors,
            long in_flight,
            long backlog,
            double response_p50_ms,
            double response_p99_ms,
            double response_max_ms,
            double service_p50_ms,
            double service_p99_ms,
            double service_max_ms,
            double master_alone_p50_ms,
            double master_alone_p99_ms,
            String master,
            String errors_by_reason) {}

    private TimelineCsv() {}

    static String of(RunResult result) {
        Series series = Series.of(result);
        CsvMapper csv = new CsvMapper();
        StringBuilder text = new StringBuilder();
        var writer = csv.writer(csv.schemaFor(Line.class));
        text.append(String.join(",", csv.schemaFor(Line.class).getColumnNames())).append('\n');
        for (int i = 0; i < result.timeline().size(); i++) {
            Measurements.Second second = result.timeline().get(i);
            text.append(
                    writer.writeValueAsString(
                            new Line(
                                    second.t(),
                                    second.sent(),
                                    second.confirmed(),
                                    series.consumed().get(i),
                                    second.errors(),
                                    second.inFlight(),
                                    series.backlog().get(i),
                                    second.p50(),
                                    second.p99(),
                                    second.max(),
                                    second.serviceP50(),
                                    second.serviceP99(),
                                    second.serviceMax(),
                                    second.masterReplyP50(),
                                    second.masterReplyP99(),
                                    series.masterAt(second.t()),
                                    reasons(second.errorsByReason()))));
        }
        return text.toString();
    }

    private static String reasons(Map<String, Long> errors) {
        return errors.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(";"));
    }
}
