package io.detektor.loadtester.plan;

import java.util.List;
import java.util.Locale;

/** Sets of thresholds that have a name. */
public enum Slo {
    /**
     * What a set has to reach under load: more than 400 messages a second, each confirmed within a
     * millisecond on the average, all of them, and none lost.
     */
    DETEKTR("rate>=400,mean<1ms,success==100%,lost==0"),
    /** None. */
    NONE("");

    /** The rate that {@link #DETEKTR} wants: a run that asks for less cannot reach it. */
    public static final int RATE = 400;

    private final String thresholds;

    Slo(String thresholds) {
        this.thresholds = thresholds;
    }

    public List<ThresholdSpec> thresholds() {
        return ThresholdSpec.parse("--slo", thresholds);
    }

    /** As it is typed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name.
     *
     * @throws InvalidValueException when there is none like it
     */
    public static Slo parse(String name, String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "detektr" -> DETEKTR;
            case "none" -> NONE;
            default -> throw new InvalidValueException(name, text, "detektr or none");
        };
    }
}
