package io.detektor.localset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** What tests ask of a node. */
final class Asking {

    static final Duration SOON = Duration.ofSeconds(60);

    private Asking() {}

    /** {@code master}, {@code slave}, or nothing if it does not answer. */
    static String role(Node node) {
        return Resp.tryAsk(node, "ROLE").filter(List.class::isInstance).stream()
                .map(reply -> String.valueOf(((List<?>) reply).getFirst()))
                .findFirst()
                .orElse("");
    }

    /** A line of INFO; nothing if it is not there. */
    static String info(Node node, String field) {
        return Resp.tryAsk(node, "INFO", "everything").stream()
                .flatMap(info -> info.toString().lines())
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    static long entries(Node node, String stream) {
        return (Long) Resp.tryAsk(node, "XLEN", stream).orElse(-1L);
    }

    static void tell(Node node, String... command) {
        assertThat(Resp.tryAsk(node, command))
                .as("answer of %s to %s", node, List.of(command))
                .isPresent();
    }

    static void append(Node node, String stream, int count) {
        for (int i = 0; i < count; i++) {
            tell(node, "XADD", stream, "*", "n", String.valueOf(i));
        }
    }

    static void awaitAnotherMasterThan(LocalSet set, Node old, Duration within) {
        Await.until(
                () -> !set.master().equals(old),
                within,
                () -> "the Sentinels still name " + old + ", logs in " + set.directory());
    }
}
