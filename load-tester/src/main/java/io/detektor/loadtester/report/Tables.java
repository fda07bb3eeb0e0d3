package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.loadtester.verify.Threshold;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tables of a report that people look at first. */
final class Tables {

    private Tables() {}

    static Table thresholds(RunResult result) {
        Table table =
                new Table("Thresholds", "", false)
                        .column("asked", false)
                        .column("was", true)
                        .column("", false);
        for (Threshold threshold : result.thresholds()) {
            table.row(
                    Table.Cell.bold(threshold.expr()),
                    Table.Cell.number(threshold.value()),
                    Table.Cell.of(threshold.ok(), "ok", "MISSED"));
        }
        return table;
    }

    static Table latency(RunResult result) {
        Table table =
                new Table(
                        "Latency in milliseconds",
                        "Response counts from the time a message was due, so an outage is in it;"
                                + " service counts from the actual send. Master alone: from the"
                                + " send to its own answer, which is no confirmation yet.",
                        true);
        for (String column :
                new String[] {
                    "",
                    "messages",
                    "mean",
                    "p50",
                    "p75",
                    "p90",
                    "p95",
                    "p99",
                    "p99.9",
                    "p99.99",
                    "max"
                }) {
            table.column(column, !column.isEmpty());
        }
        row("response", result.latency().ackResponse(), table);
        row("service", result.latency().ackService(), table);
        row("master alone", result.latency().masterReply(), table);
        row("end-to-end", result.latency().endToEnd(), table);
        return table;
    }

    private static void row(String name, Latencies.@Nullable Summary latency, Table table) {
        if (latency == null || latency.count() == 0) {
            return;
        }
        table.row(
                new Table.Cell(name, "bold"),
                Table.Cell.number(latency.count()),
                millis(latency.mean()),
                millis(latency.p50()),
                millis(latency.p75()),
                millis(latency.p90()),
                millis(latency.p95()),
                millis(latency.p99()),
                millis(latency.p999()),
                millis(latency.p9999()),
                millis(latency.max()));
    }

    static Table.Cell millis(double millis) {
        return Table.Cell.number(String.format(Locale.ROOT, "%.3f", millis));
    }

    static Table proof(RunResult result) {
        Table table =
                new Table(
                        "Proof",
                        result.proof().master() == null && result.proof().deliveries().isEmpty()
                                ? "Nothing was read back: this run proves nothing."
                                : "Everything was read back and compared with what was acknowledged. Lost:"
                                        + " acknowledged, and not there. The first five must be 0."
                                        + " Recovered: of unknown outcome, and there, which is allowed.",
                        true);
        for (String column :
                new String[] {
                    "read from",
                    "lost",
                    "duplicated",
                    "unexpected",
                    "corrupted",
                    "resurrected",
                    "entries",
                    "recovered",
                    "moved",
                    "order breaks"
                }) {
            table.column(column, !column.equals("read from"));
        }
        StreamProof master = result.proof().master();
        if (master != null) {
            proof("master " + master.node(), master, table);
        }
        for (StreamProof replica : result.proof().replicas()) {
            proof("replica " + replica.node(), replica, table);
        }
        for (DeliveryProof delivery : result.proof().deliveries()) {
            table.row(
                    new Table.Cell(
                            delivery.how()
                                    + (delivery.complete() ? "" : " (not read to the end)")
                                    + (delivery.pending() == 0
                                            ? ""
                                            : ", stuck: " + delivery.pending()),
                            delivery.pending() == 0 ? "text" : "text bad"),
                    // what was not delivered is lost to the consumer
                    Table.Cell.zero(delivery.undelivered()),
                    new Table.Cell("redelivered " + count(delivery.redelivered()), "num"),
                    Table.Cell.zero(delivery.foreign()),
                    Table.Cell.zero(delivery.damaged()),
                    Table.Cell.number("–"),
                    Table.Cell.number(delivery.delivered()),
                    Table.Cell.number("–"),
                    Table.Cell.number("–"),
                    Table.Cell.number("–"));
        }
        for (String note : result.proof().notes()) {
            table.line(note, "text doubt");
        }
        return table;
    }

    private static void proof(String name, StreamProof proof, Table table) {
        table.row(
                Table.Cell.text(name),
                Table.Cell.zero(proof.lost()),
                Table.Cell.zero(proof.duplicated()),
                Table.Cell.zero(proof.unexpected()),
                Table.Cell.zero(proof.corrupted()),
                Table.Cell.zero(proof.resurrected()),
                Table.Cell.number(proof.entries()),
                Table.Cell.number(proof.recovered()),
                Table.Cell.number(proof.moved()),
                Table.Cell.number(proof.orderBreaks()));
    }

    static Table faults(RunResult result) {
        Table table =
                new Table(
                                "Faults",
                                "Seconds after the fault, by which each thing had happened.",
                                true)
                        .column("fault", false)
                        .column("at", true)
                        .column("node", false)
                        .column("down", true)
                        .column("quorum", true)
                        .column("elected", true)
                        .column("promoted", true)
                        .column("announced", true)
                        .column("first ack", true)
                        .column("healed", true)
                        .column("back", true)
                        .column("write gap", true);
        int number = 1;
        for (FaultReport fault : result.faults()) {
            Long from = fault.tInjectMs();
            table.row(
                    Table.Cell.bold(number++ + "  " + fault.fault()),
                    Table.Cell.number(
                            from == null
                                    ? "not done"
                                    : String.format(Locale.ROOT, "%.2f s", from / 1000.0)),
                    Table.Cell.text(
                            fault.node()
                                    + " "
                                    + fault.address()
                                    + (fault.onMaster() ? ", master" : "")),
                    after(from, fault.tSdownMs()),
                    after(from, fault.tOdownMs()),
                    after(from, fault.tElectedMs()),
                    after(from, fault.tPromotedMs()),
                    after(from, fault.tSwitchMs()),
                    after(from, fault.tFirstAckNewMs()),
                    after(from, fault.tHealMs()),
                    after(from, fault.tBackMs()),
                    Table.Cell.number(Spans.length(fault.longestWriteGapMs())));
            for (String problem : fault.problems()) {
                table.line(problem, "text bad");
            }
        }
        return table;
    }

    private static Table.Cell after(@Nullable Long from, @Nullable Long at) {
        return Table.Cell.number(
                from == null || at == null
                        ? "–"
                        : String.format(Locale.ROOT, "%+.2f", (at - from) / 1000.0));
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String one(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }
}
