package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the rate goes over a run: phases one after the other, as somebody typed them.
 *
 * <p>{@code const:RATE:TIME}, {@code ramp:FROM-TO:TIME}, {@code step:RATExN:TIME} (N steps of TIME
 * each, at 1, 2, … N times RATE), {@code spike:RATE:TIME} (the same as {@code const}, for whoever
 * reads it) and {@code pause:TIME}, separated by commas.
 *
 * @param text as it was typed
 * @param phases what it means
 */
public record Profile(String text, List<Phase> phases) {

    private static final String GRAMMAR =
            "const:RATE:TIME, ramp:FROM-TO:TIME, step:RATExN:TIME, spike:RATE:TIME or pause:TIME,"
                    + " separated by commas, for instance const:500:60s,ramp:500-5000:60s";

    private static final int MOST_PHASES = 1000;

    private static final Pattern CONSTANT = Pattern.compile("(?:const|spike):(\\d{1,7}):([^:]+)");
    private static final Pattern RAMP = Pattern.compile("ramp:(\\d{1,7})-(\\d{1,7}):([^:]+)");
    private static final Pattern STEP = Pattern.compile("step:(\\d{1,7})x(\\d{1,4}):([^:]+)");
    private static final Pattern PAUSE = Pattern.compile("pause:([^:]+)");

    public Profile {
        phases = List.copyOf(phases);
    }

    /**
     * Reads a profile.
     *
     * @throws InvalidValueException naming the phase that does not fit
     */
    public static Profile parse(String name, String text) {
        List<Phase> phases = new ArrayList<>();
        for (String each : text.trim().split(",", -1)) {
            String word = each.trim().toLowerCase(Locale.ROOT);
            if (!add(name, word, phases)) {
                throw new InvalidValueException(name, each.trim(), GRAMMAR);
            }
            if (phases.size() > MOST_PHASES) {
                throw new InvalidValueException(
                        name, each.trim(), "at most " + MOST_PHASES + " phases and steps in all");
            }
        }
        Duration whole = phases.stream().map(Phase::duration).reduce(Duration.ZERO, Duration::plus);
        if (whole.compareTo(Phase.LONGEST) > 0) {
            throw new InvalidValueException(name, text.trim(), "phases of up to 24h in all");
        }
        if (phases.stream().allMatch(phase -> phase.highest() == 0)) {
            throw new InvalidValueException(name, text.trim(), "a phase that sends something");
        }
        return new Profile(text.trim(), phases);
    }

    private static boolean add(String name, String word, List<Phase> phases) {
        Matcher constant = CONSTANT.matcher(word);
        if (constant.matches()) {
            int rate = rate(name, word, constant.group(1), 1);
            phases.add(Phase.constant(rate, time(name, word, constant.group(2))));
            return true;
        }
        Matcher ramp = RAMP.matcher(word);
        if (ramp.matches()) {
            phases.add(
                    new Phase(
                            rate(name, word, ramp.group(1), 0),
                            rate(name, word, ramp.group(2), 0),
                            time(name, word, ramp.group(3))));
            return true;
        }
        Matcher step = STEP.matcher(word);
        if (step.matches()) {
            steps(name, word, step, phases);
            return true;
        }
        Matcher pause = PAUSE.matcher(word);
        if (pause.matches()) {
            phases.add(Phase.constant(0, time(name, word, pause.group(1))));
            return true;
        }
        return false;
    }

    private static void steps(String name, String word, Matcher step, List<Phase> phases) {
        int rate = rate(name, word, step.group(1), 1);
        int count = Integer.parseInt(step.group(2));
        if (count < 1 || count > MOST_PHASES || (long) rate * count > Rate.HIGHEST) {
            throw new InvalidValueException(
                    name,
                    word,
                    "1 to " + MOST_PHASES + " steps, the last one of up to " + Rate.HIGHEST + "/s");
        }
        Duration each = time(name, word, step.group(3));
        for (int i = 1; i <= count; i++) {
            phases.add(Phase.constant(rate * i, each));
        }
    }

    private static int rate(String name, String word, String digits, int least) {
        int rate = Integer.parseInt(digits);
        if (rate < least || rate > Rate.HIGHEST) {
            throw new InvalidValueException(
                    name, word, "a rate of " + least + " to " + Rate.HIGHEST);
        }
        return rate;
    }

    private static Duration time(String name, String word, String text) {
        Duration time = Units.duration(name + " " + word, text);
        if (!time.isPositive() || time.compareTo(Phase.LONGEST) > 0) {
            throw new InvalidValueException(name, word, "a time of 1ms to 24h");
        }
        return time;
    }

    @Override
    public String toString() {
        return text;
    }
}
