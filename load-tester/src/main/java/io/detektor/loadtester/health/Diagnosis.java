package io.detektor.loadtester.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether the tester was the bottleneck.
 *
 * <p>A message that starts late is the tester's fault unless the sender was waiting for room: with
 * as many messages in flight as are allowed it has to wait, and then the target is slow, or the
 * limit low. So the tester is saturated when messages started late although there was room.
 *
 * @param saturated whether the run says more about the tester than about the target
 * @param reasons what was saturated and by what, in words; empty when nothing was
 * @param notes what else held messages up, in words
 */
public record Diagnosis(boolean saturated, List<String> reasons, List<String> notes) {

    /**
     * One message in twenty this late by the tester's own doing. A busy machine with two processors
     * keeps a thread waiting for some 10 ms at times, and a failover or another program on it for a
     * tenth of a second: that is no one message in twenty, even in a run of a few seconds.
     */
    static final Duration LATE = Duration.ofMillis(100);

    /** From here on what the tester adds to the mean is worth a word. */
    private static final Duration WORTH_SAYING = Duration.ofNanos(200_000);

    /** Above this a processor, or the machine, counts as used up. */
    private static final double FULL = 90;

    private static final double MUCH_STOLEN = 5;
    private static final double MUCH_COLLECTING = 0.05;

    public Diagnosis {
        reasons = List.copyOf(reasons);
        notes = List.copyOf(notes);
    }

    /**
     * How the sender fared.
     *
     * @param openLoop whether there was a schedule to keep
     * @param lagMean how late messages started, without the waits for room
     * @param lagP95 how late 95 % of the messages started at most, without the waits for room
     * @param waitedForRoom with as many in flight as allowed
     * @param maxInFlight that limit
     * @param sending from the first message to the last one
     * @param cpu processor time of the sending thread
     */
    public record Sender(
            boolean openLoop,
            Duration lagMean,
            Duration lagP95,
            Duration waitedForRoom,
            int maxInFlight,
            Duration sending,
            Duration cpu) {

        /** How much of one processor the thread used. */
        public double cpuPercent() {
            return sending.isPositive() ? 100.0 * cpu.toNanos() / sending.toNanos() : 0;
        }
    }

    /** Judges. */
    public static Diagnosis of(Sender sender, Vitals vitals) {
        List<String> reasons = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (sender.openLoop() && sender.lagP95().compareTo(LATE) > 0) {
            reasons.add(
                    "the load tester was the bottleneck: 5 % of the messages started more than "
                            + millis(sender.lagP95())
                            + " late although there was room (expected: "
                            + millis(LATE)
                            + " at most); "
                            + cause(sender, vitals));
        }
        if (sender.waitedForRoom().isPositive() && sender.openLoop()) {
            notes.add(
                    "the limit of "
                            + sender.maxInFlight()
                            + " messages in flight was reached, and the sender waited "
                            + millis(sender.waitedForRoom())
                            + " for the target: what started late then is not the load tester's"
                            + " doing");
        }
        if (sender.openLoop() && sender.lagMean().compareTo(WORTH_SAYING) >= 0) {
            notes.add(
                    "of the mean from the intended time "
                            + millis(sender.lagMean())
                            + " are the load tester's own: it started messages late");
        }
        boolean everWaited =
                sender.waitedForRoom().multipliedBy(20).compareTo(sender.sending()) >= 0;
        if (!sender.openLoop() && !everWaited && sender.sending().isPositive()) {
            notes.add(
                    "the sender hardly ever waited for the target: the rate is what the load tester"
                            + " can do, not what the target can");
        }
        return new Diagnosis(!reasons.isEmpty(), reasons, notes);
    }

    /** The likeliest, the outermost first: whoever is robbed of time looks slow all the way in. */
    private static String cause(Sender sender, Vitals vitals) {
        Double stolen = vitals.stealPercent();
        Double busy = vitals.machineCpuPercent();
        if (stolen != null && stolen >= MUCH_STOLEN) {
            return percent("the hypervisor took %.0f %% of this machine's processors", stolen);
        }
        if (vitals.collecting().toNanos() > vitals.watched().toNanos() * MUCH_COLLECTING
                || vitals.worstCollection().compareTo(LATE) > 0) {
            return "garbage collections took "
                    + millis(vitals.collecting())
                    + " in all and "
                    + millis(vitals.worstCollection())
                    + " at worst; it needs more heap (-Xmx)";
        }
        if (sender.cpuPercent() >= FULL) {
            return percent(
                    "its sending thread used %.0f %% of a processor: ask for a lower rate",
                    sender.cpuPercent());
        }
        if (busy != null && busy >= FULL) {
            return percent("this machine's processors were busy %.0f %% of the time", busy)
                    + percent(" (%.0f %% by the load tester itself)", vitals.ownCpuPercent());
        }
        return "its threads could not run for up to "
                + millis(vitals.worstHiccup())
                + ", or sending itself took too long";
    }

    private static String percent(String text, double value) {
        return String.format(Locale.ROOT, text, value);
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%,.1f ms", duration.toNanos() / 1e6);
    }
}
