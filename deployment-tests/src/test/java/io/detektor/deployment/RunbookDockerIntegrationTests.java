package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Types every command of the runbook, from its first to its last. */
class RunbookDockerIntegrationTests {

    @RegisterExtension static final Deployment deployment = Deployment.fresh();

    @TestFactory
    Stream<DynamicTest> everyBlock() throws IOException {
        List<Runbook.Block> blocks = Runbook.blocks(deployment.directory());
        assertThat(blocks).filteredOn(Runbook.Block::run).hasSizeGreaterThan(20);
        // one that failed leaves the set in a state in which the next ones say nothing
        AtomicReference<String> failed = new AtomicReference<>("");
        return blocks.stream()
                .filter(Runbook.Block::run)
                .map(block ->
                        dynamicTest(
                                "%s (line %d)".formatted(block.heading(), block.line()),
                                () -> {
                                    assumeTrue(
                                            failed.get().isEmpty(), () -> failed.get() + " failed");
                                    try {
                                        run(block);
                                    } catch (Throwable failure) {
                                        failed.set("line " + block.line());
                                        deployment.report(block.heading());
                                        throw failure;
                                    }
                                }));
    }

    private static void run(Runbook.Block block) {
        if (block.limit().isZero()) {
            type(block);
        } else {
            Deployment.within(block.limit(), () -> type(block));
        }
    }

    private static void type(Runbook.Block block) {
        Ended ended =
                deployment.run(
                        Duration.ofMinutes(15),
                        "bash",
                        "-e",
                        "-o",
                        "pipefail",
                        "-c",
                        block.commands());
        Figures.add(
                "runbook line %d (%s)".formatted(block.line(), block.heading()),
                ended.took().toMillis() + " ms");
        ended.endedWith(block.status());
    }
}
