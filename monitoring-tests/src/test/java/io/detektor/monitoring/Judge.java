package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.monitoring.Relay.Told;
import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;

/**
 * What a stack told, and when: of a fault its alert and no other within 30 s, and within 30 s its
 * end; of what is no fault nothing. Prints the figures.
 */
final class Judge {

    /** The requirement, from the fault to the phone; the same for its end. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final Stack stack;

    Judge(Stack stack) {
        this.stack = stack;
    }

    static void within(Duration limit, ThrowingRunnable assertion) {
        await().atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertion);
    }

    /**
     * Breaks something, waits for the alerts, mends it, and waits for their end.
     *
     * @param expected the alerts that have to come
     */
    void assertTold(String fault, Runnable breaks, Runnable mends, String... expected) {
        stack.awaitQuiet();
        long start = System.nanoTime();
        long mended;
        try {
            breaks.run();
            within(left(start), () -> assertOnThePhone(start, expected));
        } finally {
            // or it breaks the next test, too
            mended = System.nanoTime();
            mends.run();
        }
        for (String name : expected) {
            figure(fault + ": " + name + " on the phone", start, onThePhoneAt(name, start));
        }
        within(left(mended), () -> assertEnded(mended, expected));
        for (String name : expected) {
            figure(fault + ": end of " + name + " on the phone", mended, endedAt(name, mended));
        }
        stack.awaitQuiet();
        assertThat(names(toldSince(start)))
                .as("all that was told")
                .containsExactly(new TreeSet<>(List.of(expected)).toArray(String[]::new));
    }

    /** Does something, waits until it is over and alerts had time to come, and expects none. */
    void assertNobodyIsCalled(String what, Runnable does) {
        stack.awaitQuiet();
        long start = System.nanoTime();
        does.run();
        figure(what + ": over", start, System.nanoTime());
        // what is about to fire is waited for: nothing will come of it any more
        stack.awaitSilence();
        assertThat(names(toldSince(start))).as("told during: " + what).isEmpty();
        assertThat(stack.telegram.messages())
                .filteredOn(each -> each.sentAtNanos() >= start)
                .as("messages with a sound")
                .allMatch(FakeMessage::silent);
    }

    /** Waits until the phone shows this text, whoever sent it. */
    void awaitShown(String what, String text, long start) {
        within(left(start), () -> assertThat(shownAt(_ -> true, text, start)).isPositive());
        figure(what, start, shownAt(_ -> true, text, start));
    }

    private static Duration left(long start) {
        return WITHIN.minusNanos(System.nanoTime() - start);
    }

    private static void figure(String what, long from, long to) {
        System.out.printf("FIGURE  %s after %.1f s%n", what, (to - from) / 1e9);
    }

    /** What Alertmanager has told since. */
    private List<Told> toldSince(long start) {
        return stack.relay.told().stream().filter(each -> each.atNanos() >= start).toList();
    }

    private static Set<String> names(List<Told> told) {
        Set<String> names = new TreeSet<>();
        // Prometheus repeats what is over for a quarter of an hour, and Alertmanager hands it on
        told.stream()
                .filter(each -> each.firing() && each.needsAPerson())
                .forEach(each -> names.add(each.name()));
        return names;
    }

    private void assertOnThePhone(long start, String... expected) {
        assertThat(names(toldSince(start))).as("by Alertmanager").contains(expected);
        for (String name : expected) {
            assertThat(onThePhoneAt(name, start)).as(name + " on the phone").isPositive();
        }
    }

    private void assertEnded(long mended, String... expected) {
        for (String name : expected) {
            assertThat(toldAt(name, false, mended)).as("end of " + name).isPositive();
            // an answer to a message stays as it was, the message itself is edited
            assertThat(stack.telegram.messages().stream().filter(each -> each.replyTo() == null))
                    .extracting(each -> each.id() + ": " + each.plain())
                    .filteredOn(text -> text.contains(name))
                    .as("on the phone")
                    .isNotEmpty()
                    .allMatch(text -> text.contains("esolved"));
            assertThat(endedAt(name, mended)).as("end of " + name).isPositive();
        }
    }

    /** When Alertmanager first told that an alert fires, or that it does not any more; -1: not. */
    private long toldAt(String name, boolean firing, long start) {
        return toldSince(start).stream()
                .filter(each -> each.name().equals(name) && each.firing() == firing)
                .mapToLong(Told::atNanos)
                .findFirst()
                .orElse(-1);
    }

    /** When the phone first showed an alert after Alertmanager had told it; -1: not yet. */
    private long onThePhoneAt(String name, long start) {
        long told = toldAt(name, true, start);
        return told < 0 ? -1 : shownAt(_ -> true, name, told);
    }

    /** When the phone first showed that all of the alert's incident is over; -1: not yet. */
    private long endedAt(String name, long mended) {
        long told = toldAt(name, false, mended);
        return told < 0 ? -1 : shownAt(text -> text.contains("esolved after"), name, told);
    }

    /** When the phone first showed this text, in a message that is such, after that time. */
    private long shownAt(Predicate<String> such, String text, long start) {
        return stack.telegram.calls().stream()
                .filter(call -> call.status() == 200 && call.atNanos() >= start)
                .filter(call -> call.method().matches("sendMessage|editMessageText"))
                .filter(call -> shows(call, text, such))
                .mapToLong(FakeBotApi.Call::atNanos)
                .findFirst()
                .orElse(-1);
    }

    private static boolean shows(FakeBotApi.Call call, String text, Predicate<String> such) {
        String shown = String.valueOf(call.parameters().get("text"));
        return shown.contains(text) && such.test(shown);
    }
}
