package io.detektor.loadtester.http;

import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.message.Format;
import io.detektor.loadtester.message.FrameFormat;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.loadtester.verify.DeliveryProof;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The rest of frame-buffer's interface that a run needs: readiness, and taking everything out. One
 * thread; blocks.
 */
public final class FrameBufferClient implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(20);

    /** The most that frame-buffer hands out at once. */
    private static final int COUNT = 100;

    private final URI url;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final JsonFactory json = new JsonFactory();

    public FrameBufferClient(URI url) {
        this.url = url;
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws UnreachableException when the time is up, with its last answer
     */
    public void awaitReady(Duration atMost, Interruption interruption) {
        long deadline = System.nanoTime() + atMost.toNanos();
        String last;
        do {
            try {
                HttpResponse<String> response =
                        client.send(
                                request("/ready", Duration.ofSeconds(2)),
                                HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return;
                }
                last = "answers " + response.statusCode() + " " + response.body();
            } catch (IOException e) {
                last = "does not answer";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                last = "was not waited for";
            }
        } while (System.nanoTime() < deadline && !interruption.await(Duration.ofMillis(50)));
        throw new UnreachableException(
                "url: "
                        + url
                        + " "
                        + last
                        + " (expected: a frame-buffer that is ready within "
                        + Units.text(atMost)
                        + ")");
    }

    /**
     * Takes everything out, and compares each frame byte for byte with what was sent.
     *
     * @param atMost when this time is over, what is left counts as unread
     */
    public DeliveryProof drain(
            Ledger ledger, FrameFormat format, Duration atMost, Interruption interruption) {
        Deliveries deliveries = new Deliveries();
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean complete = false;
        while (!complete && System.nanoTime() < deadline && !interruption.requested()) {
            try {
                HttpResponse<byte[]> response =
                        client.send(
                                request("/frames/dequeue?count=" + COUNT, ANSWER),
                                HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() == 200) {
                    complete = take(response.body(), ledger, format, deliveries) == 0;
                } else if (interruption.await(Duration.ofMillis(100))) {
                    break;
                }
            } catch (IOException e) {
                if (interruption.await(Duration.ofMillis(100))) {
                    break;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return DeliveryProof.of("GET /frames/dequeue", ledger, deliveries, 0, complete, null);
    }

    /** Reads one answer; the number of frames in it. */
    int take(byte[] body, Ledger ledger, FrameFormat format, Deliveries deliveries) {
        int frames = 0;
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (!name.equals("frames") || value != JsonToken.START_ARRAY) {
                    parser.skipChildren();
                    continue;
                }
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    // the parser stands just behind the closing brace
                    int to = (int) parser.currentLocation().getByteOffset();
                    delivered(format.read(body, from, to - from), ledger, deliveries);
                    frames++;
                }
            }
        } catch (JacksonException e) {
            // what cannot be read cannot be counted as delivered; the frames before it can
            deliveries.damaged("an answer that is no JSON");
            return Math.max(frames, 1);
        }
        return frames;
    }

    private static void delivered(Format.Seen seen, Ledger ledger, Deliveries deliveries) {
        if (ledger.state(seen.seq()) == Ledger.State.NONE) {
            deliveries.foreign(seen.name());
            return;
        }
        if (!seen.intact() || seen.checksum() != ledger.checksum(seen.seq())) {
            deliveries.damaged(seen.name());
        }
        deliveries.delivered(seen.seq());
    }

    private HttpRequest request(String path, Duration timeout) {
        return HttpRequest.newBuilder(url.resolve(path)).timeout(timeout).GET().build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
