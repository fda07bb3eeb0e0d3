package io.detektor.framebuffer.trace;

import io.detektor.framebuffer.frame.TraceContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/**
 * Observes frames: {@code frame.enqueue} from the complete request to the confirmation, {@code
 * frame.dequeue} from the read to the delivery. With a tracer the first is a child of the request,
 * its context is stored with the frames, and the second, however much later, is a child of it: one
 * trace from producer to consumer. Without one the producer's own context is stored. Thread-safe.
 */
@Component
public final class FrameObservations {

    static final String ENQUEUE = "frame.enqueue";
    static final String DEQUEUE = "frame.dequeue";

    private static final String TRACEPARENT = "traceparent";

    private final ObservationRegistry registry;

    FrameObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Frames of one request on their way in. */
    public static final class Enqueuing {

        private final Observation observation;
        private final @Nullable String traceparent;

        private Enqueuing(Observation observation, @Nullable String traceparent) {
            this.observation = observation;
            this.traceparent = traceparent;
        }

        /** W3C trace context to be stored with the frames; null where there is none. */
        public @Nullable String traceparent() {
            return traceparent;
        }

        /** Ends the observation with what it is about. */
        public <T> CompletableFuture<T> until(CompletableFuture<T> done) {
            return observation.isNoop() ? done : done.whenComplete((_, _) -> observation.stop());
        }
    }

    /** Begins to enqueue what a request holds. */
    public Enqueuing enqueuing(ServerHttpRequest request) {
        // where there is none that can be read, there is none, as the standard says
        String given = TraceContext.orNull(request.getHeaders().getFirst(TRACEPARENT));
        if (!(request instanceof ObservedRequest observed)) {
            return new Enqueuing(Observation.NOOP, given);
        }
        Carrier carrier = new Carrier(given);
        SenderContext<Carrier> context =
                new SenderContext<>((to, name, value) -> carrier.set(name, value), Kind.PRODUCER);
        context.setCarrier(carrier);
        Observation observation =
                Observation.createNotStarted(ENQUEUE, () -> context, registry)
                        .contextualName(ENQUEUE)
                        .parentObservation(observed.observation())
                        .start();
        return new Enqueuing(observation, TraceContext.orNull(carrier.traceparent));
    }

    /** Frames of one answer on their way out. */
    public static final class Dequeuing {

        private static final Dequeuing UNOBSERVED = new Dequeuing(List.of());

        private final List<Observation> observations;

        private Dequeuing(List<Observation> observations) {
            this.observations = observations;
        }

        /**
         * Ends the observations.
         *
         * @param delivered whether the answer was written
         */
        public void end(boolean delivered) {
            for (Observation each : observations) {
                each.lowCardinalityKeyValue("delivered", Boolean.toString(delivered)).stop();
            }
        }
    }

    /**
     * Begins to hand frames out.
     *
     * @param traceparents what is stored with each; null where nothing is
     */
    public Dequeuing dequeuing(
            ServerHttpRequest request, Supplier<List<@Nullable String>> traceparents) {
        if (!(request instanceof ObservedRequest)) {
            return Dequeuing.UNOBSERVED;
        }
        return new Dequeuing(
                traceparents.get().stream().filter(Objects::nonNull).map(this::dequeuing).toList());
    }

    private Observation dequeuing(String traceparent) {
        ReceiverContext<Carrier> context = new ReceiverContext<>(Carrier::get, Kind.CONSUMER);
        context.setCarrier(new Carrier(traceparent));
        return Observation.createNotStarted(DEQUEUE, () -> context, registry)
                .contextualName(DEQUEUE)
                .start();
    }

    /** What takes the trace context from one to the other. */
    private static final class Carrier {

        private @Nullable String traceparent;

        Carrier(@Nullable String traceparent) {
            this.traceparent = traceparent;
        }

        @Nullable String get(String name) {
            return name.equals(TRACEPARENT) ? traceparent : null;
        }

        void set(String name, String value) {
            if (name.equals(TRACEPARENT)) {
                traceparent = value;
            }
        }
    }
}
