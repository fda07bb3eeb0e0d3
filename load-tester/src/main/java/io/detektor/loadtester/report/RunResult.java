package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.stream.Topology;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.loadtester.verify.Threshold;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a run: what {@code result.json} holds, member by member. Times are milliseconds
 * since the first message's intended time unless a name says otherwise; latencies are milliseconds.
 *
 * @param schemaVersion raised when a member changes its meaning or goes; new members may come at
 *     any time
 * @param config every option with the value that was used, defaults included
 * @param timeline one element a second
 * @param events what happened when, by whoever said so
 * @param writeGaps when nothing was confirmed
 * @param masters who was master when, by the tester's own monitor; empty where nobody knew
 */
public record RunResult(
        int schemaVersion,
        Run run,
        Map<String, String> config,
        Target target,
        Counts counts,
        Rates rates,
        Latency latency,
        List<Measurements.Second> timeline,
        List<Event> events,
        List<FaultReport> faults,
        Proof proof,
        List<Threshold> thresholds,
        Generator generator,
        VerdictText verdict,
        WriteGaps writeGaps,
        List<Mastership> masters) {

    /** The version of this form. */
    public static final int SCHEMA_VERSION = 1;

    public RunResult {
        timeline = List.copyOf(timeline);
        events = List.copyOf(events);
        faults = List.copyOf(faults);
        thresholds = List.copyOf(thresholds);
        masters = List.copyOf(masters);
        // the files of earlier versions have none
        writeGaps = Objects.requireNonNullElse(writeGaps, WriteGaps.NONE);
    }

    /**
     * The run itself.
     *
     * @param id prefix of every message's id
     * @param started wall time, ISO 8601
     * @param durationMs from the first message to the last one
     * @param interrupted whether somebody ended it early; then nothing was read back
     */
    public record Run(
            String id,
            String started,
            long durationMs,
            boolean interrupted,
            String version,
            String jvm,
            Host host) {}

    /**
     * The machine.
     *
     * @param memMb memory in all
     */
    public record Host(int cpus, long memMb, String kernel) {}

    /**
     * What was loaded.
     *
     * @param kind redis or http
     * @param before the set before the run; null where no Sentinel was reachable
     * @param after the set after the run
     */
    public record Target(
            String kind,
            String where,
            String redisVersion,
            @Nullable Topology before,
            @Nullable Topology after) {}

    /**
     * Messages.
     *
     * @param acked confirmed
     * @param failedDefinite refused
     * @param unknown nobody knows
     * @param firstTry confirmed by the first try
     * @param retried messages that took more than one try
     * @param retries tries that were repeated
     * @param repeatedBatches batches that the writer repeated by itself, inside a try
     * @param unreplicated confirmed by the master alone, no replica being promotable
     * @param late started more than a millisecond after their time
     * @param dropped never sent: always 0, the schedule skips nothing
     * @param errors failed tries by reason, repeated ones included
     */
    public record Counts(
            long attempted,
            long sent,
            long acked,
            long failedDefinite,
            long unknown,
            long firstTry,
            long retried,
            long retries,
            long repeatedBatches,
            long unreplicated,
            long late,
            long dropped,
            Map<String, Long> errors) {

        public Counts {
            errors = Map.copyOf(errors);
        }

        /** Confirmed out of attempted, in percent. */
        public double successPercent() {
            return attempted == 0 ? 0 : 100.0 * acked / attempted;
        }

        /** Confirmed by the first try out of attempted, in percent. */
        public double firstTryPercent() {
            return attempted == 0 ? 0 : 100.0 * firstTry / attempted;
        }
    }

    /**
     * Messages per second.
     *
     * @param asked 0 for as fast as possible
     * @param sent from the first to the last message
     * @param acked confirmed, from the first message to the last confirmation
     * @param consumed received by consumers over the same time
     */
    public record Rates(double asked, double sent, double acked, double consumed) {}

    /**
     * Latencies of confirmed messages, in milliseconds.
     *
     * @param ackService from sending to confirmation
     * @param ackResponse from the intended time to confirmation: waiting included
     * @param masterReply from sending to the answer of the master alone, which is no confirmation:
     *     what ackService has on top is the wait for the replicas; null with another target than
     *     Redis
     * @param endToEnd from the intended time to a consumer; null without consumers
     */
    public record Latency(
            Latencies.Summary ackService,
            Latencies.Summary ackResponse,
            Latencies.@Nullable Summary masterReply,
            Latencies.@Nullable Summary endToEnd) {}

    /**
     * The times in which nothing was confirmed.
     *
     * @param longerThanMs what counts as one: three times the interval between messages, and at
     *     least 5 ms
     * @param gaps by their start; of more than a thousand, the longest
     */
    public record WriteGaps(double longerThanMs, List<WriteGap> gaps) {

        /** None, and nothing known about any. */
        public static final WriteGaps NONE = new WriteGaps(0, List.of());

        public WriteGaps {
            gaps = List.copyOf(gaps);
        }
    }

    /**
     * From one confirmation to the next, or to the end of the load where none came.
     *
     * @param lengthMs with microseconds
     */
    public record WriteGap(double startMs, double lengthMs) {}

    /**
     * A time in which one node was master.
     *
     * @param fromMs when the tester's monitor had verified it; 0 for the first
     */
    public record Mastership(long fromMs, String address) {}

    /** Something that happened. */
    public record Event(long tMs, String kind, String text) {}

    /**
     * What was read back.
     *
     * @param master the final read from the node that the Sentinels name; null when there was none
     * @param replicas the final read from each replica
     * @param deliveries what consumers received
     * @param longestWriteGapMs the longest time between two confirmations
     * @param notes what kept the proof from being complete
     */
    public record Proof(
            @Nullable StreamProof master,
            List<StreamProof> replicas,
            List<DeliveryProof> deliveries,
            long longestWriteGapMs,
            List<String> notes) {

        public Proof {
            replicas = List.copyOf(replicas);
            deliveries = List.copyOf(deliveries);
            notes = List.copyOf(notes);
        }
    }

    /**
     * How the tester itself fared. Percentages of processors are of all processors of the machine.
     *
     * @param worstLateMs how late the latest message started
     * @param pacingErrorPercent how far the rate was from the one asked for; null for max
     * @param lagMeanUs how late messages started by the tester's own doing: without the time in
     *     which as many were in flight as allowed
     * @param lagP95Us 95 % of them were no later
     * @param lagP99Us 99 % of them were no later
     * @param lagMaxUs the latest of them
     * @param waitedForRoomMs how long the sender waited with as many in flight as allowed
     * @param senderCpuPercent of one processor, by the sending thread
     * @param gcMs garbage collections in all
     * @param gcPauseMaxMs the longest of them
     * @param hiccupMaxMs the longest time that a thread which wanted to run could not
     * @param cpuMs processor time of this process, from its start
     * @param cpuPercent by this process, during the load
     * @param machineCpuPercent by everybody, during the load; null where the system does not say
     * @param stealPercent by the hypervisor, during the load; null where the system does not say
     * @param heapUsedMb at the end
     * @param peakRssMb most memory of this process, all kinds together; null where the system does
     *     not say
     * @param saturated whether the run says more about the tester than about the target
     * @param reasons what was saturated, and by what
     * @param notes what else held messages up
     */
    public record Generator(
            double worstLateMs,
            @Nullable Double pacingErrorPercent,
            double lagMeanUs,
            double lagP95Us,
            double lagP99Us,
            double lagMaxUs,
            double waitedForRoomMs,
            double senderCpuPercent,
            long gcMs,
            long gcPauseMaxMs,
            double hiccupMaxMs,
            long cpuMs,
            double cpuPercent,
            @Nullable Double machineCpuPercent,
            @Nullable Double stealPercent,
            long heapUsedMb,
            @Nullable Long peakRssMb,
            boolean saturated,
            List<String> reasons,
            List<String> notes) {

        public Generator {
            reasons = List.copyOf(reasons);
            notes = List.copyOf(notes);
        }
    }

    /**
     * The verdict.
     *
     * @param outcome PASS, FAIL or INCONCLUSIVE
     * @param exitCode what the process ends with
     * @param reasons why it is no pass
     */
    public record VerdictText(String outcome, int exitCode, List<String> reasons) {

        public VerdictText {
            reasons = List.copyOf(reasons);
        }
    }
}
