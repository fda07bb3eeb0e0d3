package io.detektor.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The runbook's command blocks. Before each stands a comment, which a reader of the page does not
 * see: {@code <!-- run -->}, {@code <!-- run: exit 1 -->}, {@code <!-- run: within 60 s -->}
 * (repeated until it succeeds) or {@code <!-- not run: reason -->}.
 */
final class Runbook {

    static final String PAGE = "docs/deployment/services/redis-sentinel.md";

    private static final Pattern MARK =
            Pattern.compile("<!-- (not run: .+|run(?:: exit ([0-9]+)|: within ([0-9]+) s)?) -->");

    /**
     * A block.
     *
     * @param heading the heading that it stands under
     * @param line where it begins
     * @param commands as they are typed
     * @param run whether it is to be run
     * @param status what it must end with
     * @param limit how long it may be repeated
     */
    record Block(
            String heading, int line, String commands, boolean run, int status, Duration limit) {}

    private Runbook() {}

    static List<Block> blocks(Path project) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(project.resolve(PAGE));
        String heading = "";
        String mark = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                int begin = i + 1;
                StringBuilder commands = new StringBuilder();
                for (i++; i < lines.size() && !lines.get(i).startsWith("```"); i++) {
                    commands.append(lines.get(i)).append('\n');
                }
                if (line.equals("```sh")) {
                    blocks.add(block(heading, begin, commands.toString(), mark));
                }
                mark = "";
            } else if (line.startsWith("#")) {
                heading = line.replaceFirst("#+ *", "");
            } else if (!line.isBlank()) {
                mark = line.startsWith("<!--") ? line : "";
            }
        }
        return blocks;
    }

    private static Block block(String heading, int line, String commands, String mark) {
        Matcher matcher = MARK.matcher(mark);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "%s:%d: the commands are not marked: '%s' (expected: <!-- run -->, <!-- run: exit N -->,"
                                    .formatted(PAGE, line, mark)
                            + " <!-- run: within N s --> or <!-- not run: reason -->)");
        }
        return new Block(
                heading,
                line,
                commands,
                !matcher.group(1).startsWith("not"),
                matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)),
                Duration.ofSeconds(
                        matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3))));
    }
}
