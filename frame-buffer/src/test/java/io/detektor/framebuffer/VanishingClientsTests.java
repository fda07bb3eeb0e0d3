package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.framebuffer.web.Bodies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Clients that go away in the middle of everything: no fault of the service, so no error in its
 * log.
 */
@ExtendWith(OutputCaptureExtension.class)
class VanishingClientsTests extends HttpTestBase {

    private static final int CLIENTS = 700;

    @SuppressWarnings("NullAway.Init")
    @Autowired
    private Bodies bodies;

    @Test
    void aClientThatGoesAwayIsNoError(CapturedOutput output) throws IOException {
        Random random = new Random(1);
        String body = "{\"frame_id\":\"x\",\"data\":\"" + "A".repeat(200_000) + "\"}";
        String post =
                "POST /frames/enqueue HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n";
        for (int i = 0; i < CLIENTS; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                // half of them with a reset, as when a process is killed
                socket.setSoLinger(random.nextBoolean(), 0);
                String sent =
                        switch (i % 5) {
                            case 0 -> post + body.substring(0, 1000);
                            case 1, 2 -> post + body;
                            case 3 -> "GET /frames/dequeue?count=10 HTTP/1.1\r\nHost: x\r\n\r\n";
                            default -> "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20);
                        };
                socket.getOutputStream().write(sent.getBytes(UTF_8));
            }
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(get("/health").status()).isEqualTo(200));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(bodies.inFlight()).as("room that nobody gave back").isZero());
        assertThat(output.getOut()).doesNotContain("ERROR", "Exception");
    }
}
