package io.detektor.framebuffer.lease;

import io.detektor.framebuffer.web.Parameters;
import java.time.Duration;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** How long a client wants to have a frame: the parameter {@code lease}. */
public final class LeaseLength {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(12);

    private LeaseLength() {}

    /**
     * Reads the parameter.
     *
     * @param otherwise where it is missing
     */
    public static Duration of(ServerHttpRequest request, Duration otherwise) {
        return Parameters.duration(request, "lease", otherwise, SHORTEST, LONGEST);
    }
}
