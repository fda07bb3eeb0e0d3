package io.detektor.framebuffer.overview;

import io.detektor.framebuffer.buffer.BufferMonitor;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code GET /overview}: what the page at {@code /} shows. For that page only; it may change. */
@RestController
class OverviewController {

    private final SentinelMonitor sentinels;
    private final BufferMonitor monitor;
    private final RateHistory rates;
    private final FailoverHistory failovers;
    private final FrameBufferProperties.Streams settings;

    OverviewController(
            SentinelMonitor sentinels,
            BufferMonitor monitor,
            RateHistory rates,
            FailoverHistory failovers,
            FrameBufferProperties properties) {
        this.sentinels = sentinels;
        this.monitor = monitor;
        this.rates = rates;
        this.failovers = failovers;
        this.settings = properties.streams();
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Overview(
            Topology topology,
            @Nullable Buffer buffer,
            List<RateHistory.Sample> seconds,
            List<FailoverHistory.Failover> failovers) {}

    /**
     * Who is what in the set.
     *
     * @param source how the master is known; see redis-ha
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Topology(
            String source,
            long configEpoch,
            int quorum,
            List<Node> nodes,
            List<Sentinel> sentinels) {}

    /**
     * A data node.
     *
     * @param health for people: what the Sentinels hold of it
     * @param good whether that is as it should be
     */
    record Node(String address, String role, String health, boolean good) {}

    record Sentinel(String address, boolean answers) {}

    /** The streams; missing while Redis is out of reach. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Buffer(
            long frames,
            long metadata,
            long maxFrames,
            long bytes,
            long maxBytes,
            double oldestSeconds,
            long deadLetters) {}

    @GetMapping("/overview")
    Mono<Overview> overview() {
        return monitor.now().map(this::overview);
    }

    private Overview overview(Optional<BufferSizes> sizes) {
        return new Overview(
                topology(sentinels.view()),
                sizes.map(this::buffer).orElse(null),
                rates.samples(),
                failovers.failovers());
    }

    private Buffer buffer(BufferSizes sizes) {
        return new Buffer(
                sizes.frames(),
                sizes.metadata(),
                settings.maxFrames(),
                sizes.bytes(),
                settings.maxSize().toBytes(),
                monitor.oldestAge(sizes),
                sizes.deadLetters());
    }

    private static Topology topology(SentinelView view) {
        List<Node> nodes =
                Stream.concat(
                                view.master() == null ? Stream.of() : Stream.of(view.master()),
                                view.replicas().stream()
                                        .filter(node -> !node.equals(view.master()))
                                        .sorted(Comparator.comparing(NodeAddress::toString)))
                        .map(node -> node(node, view))
                        .toList();
        return new Topology(
                view.source().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                view.configEpoch(),
                view.quorum(),
                nodes,
                view.sentinels().stream()
                        .map(each -> new Sentinel(each.address().toString(), each.answers()))
                        .toList());
    }

    private static Node node(NodeAddress node, SentinelView view) {
        if (node.equals(view.master())) {
            return new Node(node.toString(), "master", "serves", true);
        }
        if (view.down().contains(node)) {
            return new Node(node.toString(), "replica", "down", false);
        }
        boolean promotable = view.promotable().contains(node);
        return new Node(
                node.toString(), "replica", promotable ? "in sync" : "not promotable", promotable);
    }
}
