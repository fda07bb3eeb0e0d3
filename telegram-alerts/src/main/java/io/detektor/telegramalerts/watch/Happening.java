package io.detektor.telegramalerts.watch;

import java.util.Optional;

/**
 * Something that happened to the set, whoever of the Sentinels tells it.
 *
 * @param severity how much it matters
 * @param text one sentence for people
 */
record Happening(Severity severity, String text) {

    enum Severity {
        INFO,
        WARNING
    }

    /**
     * Reads a Sentinel's message; empty for what is of no interest to people. Format of {@code
     * details}: {@code <type> <name> <ip> <port> [@ <master> <ip> <port>]}, and for {@code
     * +switch-master} {@code <master> <old ip> <old port> <new ip> <new port>}.
     *
     * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/">Redis:
     *     Sentinel, Pub/Sub messages</a>
     */
    static Optional<Happening> of(String type, String details) {
        String[] words = details.split(" ", -1);
        if (type.equals("+switch-master") && words.length == 5) {
            return warning(
                    "master of %s: %s:%s took over from %s:%s"
                            .formatted(words[0], words[3], words[4], words[1], words[2]));
        }
        if (words.length < 4) {
            return Optional.empty();
        }
        String who =
                (words[0].equals("slave") ? "replica" : words[0]) + " " + words[2] + ":" + words[3];
        return switch (type) {
            case "+odown" -> warning(who + " is down, a quorum of the Sentinels agrees");
            // for a master the quorum's word is told, not each Sentinel's own
            case "+sdown" ->
                    words[0].equals("master") ? Optional.empty() : warning(who + " is down");
            case "-sdown" -> info(who + " answers again");
            case "+slave" -> info(who + " belongs to the set");
            case "+try-failover" -> warning("failover begins: " + who + " is to be replaced");
            case "-failover-abort-no-good-slave" ->
                    warning("failover given up: no replica of " + who + " can be promoted");
            case "-failover-abort-not-elected" ->
                    info("failover not led by this Sentinel: it was not elected");
            case "+convert-to-slave" -> info(who + " is made a replica again");
            case "+tilt" -> warning("a Sentinel is in TILT and does nothing for 30 s");
            default -> Optional.empty();
        };
    }

    private static Optional<Happening> info(String text) {
        return Optional.of(new Happening(Severity.INFO, text));
    }

    private static Optional<Happening> warning(String text) {
        return Optional.of(new Happening(Severity.WARNING, text));
    }
}
