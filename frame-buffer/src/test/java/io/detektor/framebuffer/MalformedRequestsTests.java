package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input of many kinds: never a 500, never a stack trace, never a request without an answer. */
class MalformedRequestsTests extends HttpTestBase {

    private static final long SEED = 8002;

    private static final String VALID =
            "{\"frame_id\":\"cam-01-7\",\"width\":640,\"n\":[1,2.5,-3e2,null,true],"
                    + "\"o\":{\"ü\":\"\\u00e9\"},\"data\":\"/9j/4AAQSkZJRg==\"}";

    @Test
    void damagedBodiesAreStoredUnchangedOrRefused() {
        Random random = new Random(SEED);
        for (int i = 0; i < 3000; i++) {
            byte[] body = damaged(random);
            Answer answer = enqueue(body);
            String what = "seed %d case %d: %s".formatted(SEED, i, new String(body, ISO_8859_1));
            assertThat(answer.status()).as(what + answer.text()).isIn(200, 400);
            if (answer.status() == 200) {
                byte[] dequeued = get("/frames/dequeue").raw().body();
                String expected =
                        "{\"frames\":["
                                + new String(body, ISO_8859_1)
                                + "],\"count\":1,\"remaining\":0}";
                assertThat(new String(dequeued, ISO_8859_1)).as(what).isEqualTo(expected);
                assertThat(mapper.readTree(dequeued).at("/frames/0").isObject()).as(what).isTrue();
            } else {
                assertProblem(answer, 400, "malformed-frame");
            }
        }
    }

    private static byte[] damaged(Random random) {
        byte[] valid = VALID.getBytes(UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(valid, random.nextInt(valid.length + 1));
            case 1 -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                yield noise;
            }
            case 2 -> (VALID + VALID.substring(0, random.nextInt(20))).getBytes(UTF_8);
            case 3 -> {
                int depth = random.nextInt(2000);
                yield ("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}").getBytes(UTF_8);
            }
            default -> {
                for (int n = random.nextInt(3); n >= 0; n--) {
                    valid[random.nextInt(valid.length)] = (byte) random.nextInt(256);
                }
                yield valid;
            }
        };
    }

    @Test
    void damagedParametersAreReadOrRefused() {
        Random random = new Random(SEED);
        String letters = "0123456789+-eE.x %&=;/\u0000ü١🎞";
        for (int i = 0; i < 1000; i++) {
            StringBuilder count = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                count.append(letters.charAt(random.nextInt(letters.length())));
            }
            Answer answer =
                    get("/frames/dequeue?count=" + URLEncoder.encode(count.toString(), UTF_8));
            assertThat(answer.status()).as("seed %d case %d: %s", SEED, i, count).isIn(200, 400);
            if (answer.status() == 400) {
                assertProblem(answer, 400, "invalid-parameter");
            }
        }
    }

    @Test
    void damagedHeadersAreReadOrRefused() {
        Random random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            StringBuilder value = new StringBuilder();
            for (int n = random.nextInt(400); n > 0; n--) {
                value.append((char) (' ' + random.nextInt(95)));
            }
            String name =
                    switch (random.nextInt(4)) {
                        case 0 -> "Content-Type";
                        case 1 -> "Idempotency-Key";
                        case 2 -> "Content-Encoding";
                        default -> "Accept";
                    };
            Answer answer = enqueue("{}", name, value.toString());
            assertThat(answer.status())
                    .as("seed %d case %d: %s: %s", SEED, i, name, value)
                    .isIn(200, 400, 415);
            get("/frames/dequeue");
        }
    }

    /** Below what an HTTP client lets one do; | ends a line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense||",
                "GET||",
                "GET / HTTP/9.9||",
                "GET /frames/dequeue?count=%zz HTTP/1.1|Host: x||",
                "GET /frames/dequeue?count=%C3 HTTP/1.1|Host: x||",
                "GET /frames/dequeue?% HTTP/1.1|Host: x||",
                "GET /frames\\dequeue HTTP/1.1|Host: x||",
                "GET /../../etc/passwd HTTP/1.1|Host: x||",
                "GET http://[::1/frames/dequeue HTTP/1.1|Host: x||",
                "GET * HTTP/1.1|Host: x||",
                "GET /health HTTP/1.1|Host: \u0001||",
                "GET /health HTTP/1.1|Host x||",
                "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: -1||{}",
                "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: abc||{}",
                "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: 2|Content-Length: 3||{}",
                "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: 99999999999999999999||{}",
                "POST /frames/enqueue HTTP/1.1|Host: x|Transfer-Encoding: chunked||zz|{}|0||",
                "POST /frames/enqueue HTTP/1.1|Host: x|Transfer-Encoding: chunked||2|{}XX0||",
                "POST /frames/enqueue HTTP/1.1|Host: x|Transfer-Encoding: gzip||{}",
            })
    void brokenHttpIsAnsweredOrHungUpOn(String request) throws IOException {
        assertThat(exchange(request)).doesNotStartWith("HTTP/1.1 5").doesNotContain("\tat ");
        assertThat(get("/ready").status()).isEqualTo(200);
    }

    @Test
    void aKeyOfOtherThanAsciiIsRefused() throws IOException {
        String request =
                "POST /frames/enqueue HTTP/1.1|Host: x|Idempotency-Key: \u00fc|Content-Length: 2||{}";

        assertThat(exchange(request)).startsWith("HTTP/1.1 400");
    }

    @Test
    void headersWithoutEndAreRefused() throws IOException {
        // over the limit, and not more than one write takes: the server answers and closes at the
        // limit, and a client that is still sending then sees a reset instead of the answer
        String request = "GET /health HTTP/1.1|Host: x|A: a".repeat(1_000);

        assertThat(exchange(request)).startsWith("HTTP/1.1 431");
    }

    @Test
    void aBodyThatNeverEndsIsGivenUp() throws IOException {
        String request = "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: 100||{";

        assertThat(exchange(request)).startsWith("HTTP/1.1 408");
    }

    /** Of clients that read no answer before they have sent all, there are many. */
    @Test
    void aRefusedBodyDoesNotTakeTheAnswerAway() throws IOException {
        try (Socket socket = connect()) {
            send(
                    socket,
                    "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: "
                            + (MAX_BODY + 1)
                            + "||");
            socket.getOutputStream().write(new byte[MAX_BODY + 1]);

            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void aRefusedBodyIsNotReadForEver() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: 999999999||");
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 413");

            // sends on without end, until it is hung up on
            byte[] some = new byte[1000];
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() ->
                            assertThatIOException()
                                    .isThrownBy(() -> socket.getOutputStream().write(some)));
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws IOException {
        try (Socket socket = connect()) {
            send(
                    socket,
                    "POST /frames/enqueue HTTP/1.1|Host: x|Content-Length: 2|Expect: 100-continue||");
            assertThat(read(socket, 25)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            send(socket, "{}");
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 200");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.replace("|", "\r\n").getBytes(ISO_8859_1));
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    /** Sends as it is, and gives what comes until the server says no more for a while. */
    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(4000);
            send(socket, request);
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            try {
                for (int n = socket.getInputStream().read(buffer);
                        n > 0 && !complete(answer);
                        n = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, n, ISO_8859_1));
                    if (complete(answer)) {
                        break;
                    }
                }
            } catch (SocketException e) {
                answer.append("(reset)");
            }
            return answer.toString();
        }
    }

    private static boolean complete(CharSequence answer) {
        return answer.toString().contains("\r\n\r\n");
    }
}
