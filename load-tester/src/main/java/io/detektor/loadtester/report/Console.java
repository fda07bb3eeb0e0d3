package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.plan.Units;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What a person sees while a run goes on: a line that is rewritten each second on a terminal and
 * printed each second anywhere else, and the events between. Thread-safe.
 */
public final class Console {

    private static final String CLEAR = "\r\033[K";

    private final PrintStream out;
    private final boolean quiet;
    private final boolean terminal;
    private final boolean color;

    /** Whether the last thing on the terminal is a line that may be rewritten. */
    private boolean open;

    /**
     * @param out where to print; errors go there too
     * @param quiet print nothing but {@link #always}
     * @param terminal whether lines may be rewritten
     * @param color whether colors may be used
     */
    public Console(PrintStream out, boolean quiet, boolean terminal, boolean color) {
        this.out = out;
        this.quiet = quiet;
        this.terminal = terminal;
        this.color = color;
    }

    /**
     * The console of this process.
     *
     * @param machine whether standard output belongs to a program; people then read standard error
     */
    // JDK 25 went back to null where there is no terminal
    @SuppressWarnings("SystemConsoleNull")
    public static Console ofProcess(boolean machine, boolean quiet, boolean noColor) {
        java.io.Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new Console(
                machine ? System.err : System.out, quiet, terminal, terminal && !noColor);
    }

    /** Prints lines, unless quiet. */
    public synchronized void print(String text) {
        if (!quiet) {
            line(text);
        }
    }

    /**
     * Prints a line, broken where it is longer than a terminal is wide, unless quiet.
     *
     * @param indent of what follows the first break
     */
    public void lines(int indent, String text) {
        print(Columns.wrap(text, indent));
    }

    /** Prints lines, even when quiet. */
    public synchronized void always(String text) {
        line(text);
    }

    /** Prints what has to be seen where nothing else is. */
    public synchronized void onlyWhenQuiet(String text) {
        if (quiet) {
            line(text);
        }
    }

    /** Prints a result for a program, on standard output. */
    public synchronized void machine(String text) {
        System.out.println(text);
        System.out.flush();
    }

    /** Prints an event as it happens. */
    public void event(Timeline.Event event) {
        lines(24, timed(event));
    }

    /** What a line of a summary begins with; empty for one that goes on. */
    public String label(String label) {
        return paint(Paint.BOLD, String.format(Locale.ROOT, "%-9s", label));
    }

    /** PASS, FAIL, or what is neither, in its color. */
    public String outcome(String word) {
        return paint(
                switch (word) {
                    case "PASS" -> Paint.GREEN;
                    case "FAIL" -> Paint.RED;
                    default -> Paint.YELLOW;
                },
                word);
    }

    /** One line of a timeline. */
    String timed(Timeline.Event event) {
        String at = String.format(Locale.ROOT, "%9.3f s  ", event.at().toMillis() / 1000.0);
        return at
                + switch (event.kind()) {
                    case FAULT -> paint(Paint.RED, "FAULT     " + event.text());
                    case SENTINEL -> paint(Paint.YELLOW, "SENTINEL  " + event.text());
                    case CLIENT -> paint(Paint.CYAN, "CLIENT    " + event.text());
                    case RUN -> paint(Paint.PLAIN, "RUN       " + event.text());
                };
    }

    /** Shows how the run goes. */
    public synchronized void live(Measurements.Second second, long inFlight, Duration gap) {
        if (quiet) {
            return;
        }
        String text =
                String.format(
                        Locale.ROOT,
                        "%5.0f s %7d/s acked %9d in all %6d in flight %5d errors  p50 %7.2f  p99 %7.2f ms",
                        second.t(),
                        second.confirmed(),
                        second.confirmedTotal(),
                        inFlight,
                        second.errorsTotal(),
                        second.p50(),
                        second.p99());
        if (gap.compareTo(Duration.ofMillis(500)) > 0) {
            text += paint(Paint.RED, "  no confirmation for " + Units.text(gap));
        }
        rewrite(text);
    }

    /** Shows what is going on while there is nothing to count. */
    public synchronized void status(String text) {
        if (quiet) {
            return;
        }
        rewrite("         " + text);
    }

    /** Takes the last status away. */
    public synchronized void endStatus() {
        if (open) {
            out.print(CLEAR);
            out.flush();
            open = false;
        }
    }

    /** Colors for words that should be seen. */
    public enum Paint {
        /** As it is. */
        PLAIN(""),
        /** Good. */
        GREEN("32"),
        /** Bad. */
        RED("31"),
        /** Look. */
        YELLOW("33"),
        /** By the way. */
        CYAN("36"),
        /** A heading. */
        BOLD("1");

        private final String code;

        Paint(String code) {
            this.code = code;
        }
    }

    /** Colors a text where colors may be used. */
    public String paint(Paint paint, String text) {
        return color && !paint.code.isEmpty()
                ? "\033[" + paint.code + "m" + text + "\033[0m"
                : text;
    }

    private void rewrite(String text) {
        if (terminal) {
            out.print(CLEAR + text);
            out.flush();
            open = true;
        } else {
            out.println(text);
        }
    }

    private void line(String text) {
        if (open) {
            out.print(CLEAR);
            open = false;
        }
        out.println(text);
    }
}
