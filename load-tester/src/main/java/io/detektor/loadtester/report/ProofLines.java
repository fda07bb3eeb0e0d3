package io.detektor.loadtester.report;

import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import java.util.List;

/** What was read back, as lines of the {@link Summary}. */
final class ProofLines {

    private static final int MOST_SAMPLES = 5;

    private ProofLines() {}

    static void add(
            RunResult.Proof proof, RunResult.Counts counts, List<String> lines, Console console) {
        StreamProof master = proof.master();
        if (master == null) {
            lines.add(console.label("PROOF") + "nothing was read back");
        } else {
            lines.add(
                    console.label("PROOF")
                            + "attempted "
                            + counts.attempted()
                            + "  acked "
                            + counts.acked()
                            + "  "
                            + zero("lost", master.lost(), console)
                            + "  "
                            + zero("duplicated", master.duplicated(), console)
                            + "  "
                            + zero("unexpected", master.unexpected(), console)
                            + "  "
                            + zero("corrupted", master.corrupted(), console)
                            + "  recovered "
                            + master.recovered()
                            + (master.resurrected() > 0
                                    ? "  " + zero("resurrected", master.resurrected(), console)
                                    : ""));
            lines.add(
                    console.label("")
                            + "read "
                            + master.entries()
                            + " entries from "
                            + master.node()
                            + "  order breaks "
                            + master.orderBreaks()
                            + (master.moved() > 0 ? "  moved " + master.moved() : ""));
            samples(master, lines, console);
        }
        for (StreamProof replica : proof.replicas()) {
            lines.add(
                    console.label("")
                            + "replica "
                            + replica.node()
                            + "  "
                            + zero("lost", replica.lost(), console)
                            + "  "
                            + zero("duplicated", replica.duplicated(), console)
                            + "  "
                            + zero("unexpected", replica.unexpected(), console)
                            + "  "
                            + zero("corrupted", replica.corrupted(), console));
        }
        for (DeliveryProof delivery : proof.deliveries()) {
            lines.add(
                    console.label("")
                            + delivery.how()
                            + ": delivered "
                            + delivery.delivered()
                            + "  "
                            + zero("undelivered", delivery.undelivered(), console)
                            + "  redelivered "
                            + delivery.redelivered()
                            + "  "
                            + zero("corrupted", delivery.damaged(), console)
                            + "  "
                            + zero("unexpected", delivery.foreign(), console)
                            + "  "
                            + zero("stuck", delivery.pending(), console)
                            + "  order breaks "
                            + delivery.orderBreaks()
                            + (delivery.phantom() > 0 ? "  phantom " + delivery.phantom() : "")
                            + (delivery.complete() ? "" : "  (not read to the end)"));
            for (String sample :
                    delivery.samples()
                            .subList(0, Math.min(MOST_SAMPLES, delivery.samples().size()))) {
                lines.add(console.label("") + sample);
            }
        }
        for (String note : proof.notes()) {
            lines.add(console.label("") + note);
        }
    }

    private static void samples(StreamProof proof, List<String> lines, Console console) {
        for (String kind :
                List.of("lost", "duplicated", "unexpected", "corrupted", "resurrected")) {
            List<String> some = proof.samples().getOrDefault(kind, List.of());
            for (String sample : some.subList(0, Math.min(MOST_SAMPLES, some.size()))) {
                lines.add(console.label("") + kind + ": " + sample);
            }
            if (some.size() > MOST_SAMPLES) {
                lines.add(console.label("") + kind + ": … more in result.json");
            }
        }
    }

    private static String zero(String name, long count, Console console) {
        String text = name + " " + count;
        return count == 0 ? text : console.paint(Console.Paint.RED, text);
    }
}
