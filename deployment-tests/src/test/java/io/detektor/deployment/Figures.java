package io.detektor.deployment;

/** What was measured on the way, in the log of the tests. */
final class Figures {

    private Figures() {}

    static void add(String what, String value) {
        System.out.printf("FIGURE  %s: %s%n", what, value);
    }
}
