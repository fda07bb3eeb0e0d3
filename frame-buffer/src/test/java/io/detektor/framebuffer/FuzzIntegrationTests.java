package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.localset.LocalSet;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Bad input of every kind against the whole service on a real set, over bare sockets, since an HTTP
 * client would refuse to send most of it. Each case has its own seed, named in what fails.
 */
class FuzzIntegrationTests {

    private static final int CASES = 30_000;
    private static final int CONNECTIONS = 4;
    private static final long SEED = 20_261_123;

    private static final String[] METHODS = {
        "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "X"
    };

    private static final String[] PATHS = {
        "/frames/enqueue",
        "/frames",
        "/frames/batch",
        "/frames/dequeue",
        "/frames/ack",
        "/frames/nack",
        "/frames/f-1-1-0123456789abcdef/extend",
        "/frames/m-99999999999999999999-1-0123456789abcdef/extend",
        "/frames/%00/extend",
        "/frames/status",
        "/buffer/backpressure",
        "/buffer/clear",
        "/dlq/status",
        "/dlq/frames",
        "/dlq/frames/1-1",
        "/dlq/frames/9999999999999999999-9999999999999999999",
        "/dlq/frames/x/reprocess",
        "/dlq/frames/1-1/reprocess",
        "/dlq/reprocess",
        "/frames/dlq/clear",
        "/health",
        "/ready",
        "/metrics",
        "/actuator/health",
        "/nosuch",
        "//",
        "/frames/../frames/dequeue"
    };

    private static final String[] PARAMETERS = {
        "count", "wait", "ack", "lease", "max_items", "all", "reason", "after", "x"
    };

    private static final String[] VALUES = {
        "",
        "0",
        "1",
        "-1",
        "99999999999999999999999",
        "manual",
        "auto",
        "1s",
        "0s",
        "1ms",
        "1e3",
        "%",
        "%zz",
        "%00",
        "%F0%9F%8E%9E",
        "1-1",
        "99999999999999999999-0",
        "true",
        "buffer_full",
        "' or 1=1",
        "../..",
        "{}",
        "\u0663"
    };

    private static final String[] HEADERS = {
        "Content-Type", "Content-Encoding", "Idempotency-Key", "Accept", "X-Frame-Id",
        "X-Camera-Id", "X-Frame-Timestamp", "traceparent", "Authorization", "Expect"
    };

    private static final String[] HEADER_VALUES = {
        "",
        "application/json",
        "application/x-ndjson",
        "image/jpeg",
        "image/*",
        "multipart/mixed",
        "application/octet-stream",
        "*/*",
        "text/html, image/png;q=0.1",
        "gzip",
        ";;;",
        "a/b/c",
        "application/json; charset=utf-16",
        "image/jpeg; x=\"",
        "k",
        "\u00fc",
        "\t",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    };

    private static final String[] BODIES = {
        "{}",
        "[]",
        "[{}]",
        "[{},7]",
        "{}\n{}",
        "{\"ids\":[\"x\"]}",
        "{\"ids\":[]}",
        "{\"ids\":7}",
        "{\"ids\":[\"f-1-1-0123456789abcdef\"],\"delay\":\"1s\",\"error\":\"e\"}",
        "{\"ids\":[\"1-1\"]}",
        "{\"ids\":[null]}",
        "{\"frame_id\":1e999}",
        "{\"frame_id\":{\"a\":[]}}",
        "{\"ids\":[\"f-99999999999999999999-1-0123456789abcdef\"],\"delay\":-1}",
        "null",
        "\"",
        "{"
    };

    private static final Queue<String> failures = new ConcurrentLinkedQueue<>();

    @Test
    void neverAFaultNeverAStackTraceNeverAStuckRequest() throws Exception {
        try (LocalSet set = LocalSet.builder().start();
                Service service = Service.start(set, Service.newName());
                ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<Map<Integer, Integer>>> parts = new ArrayList<>();
            for (int part = 0; part < CONNECTIONS; part++) {
                int first = part;
                Callable<Map<Integer, Integer>> run = () -> cases(service.base().getPort(), first);
                parts.add(threads.submit(run));
            }
            Map<Integer, Integer> statuses = new TreeMap<>();
            for (Future<Map<Integer, Integer>> part : parts) {
                part.get().forEach((status, count) -> statuses.merge(status, count, Integer::sum));
            }

            assertThat(failures.stream().limit(20)).as("%d cases", failures.size()).isEmpty();
            assertThat(statuses.values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(CASES);
            // all kinds of answers were met, or this shows nothing
            assertThat(statuses.keySet()).contains(200, 400, 404, 405, 415, 422);
            assertThat(service.enqueue("{}", null).status()).isEqualTo(200);
            assertThat(service.get("/health").json().path("status").asString())
                    .isEqualTo("healthy");
        }
    }

    private static Map<Integer, Integer> cases(int port, int first) throws IOException {
        Map<Integer, Integer> statuses = new TreeMap<>();
        Connection connection = new Connection(port);
        try {
            for (int i = first; i < CASES; i += CONNECTIONS) {
                byte[] request = request(new Random(SEED + i));
                String what = "seed %d:%n%s%n".formatted(SEED + i, new String(request, ISO_8859_1));
                try {
                    String answer = connection.exchange(request);
                    statuses.merge(check(what, answer), 1, Integer::sum);
                } catch (IOException e) {
                    failures.add(what + "no answer: " + e);
                    connection.close();
                    connection = new Connection(port);
                    continue;
                } catch (AssertionError e) {
                    failures.add(String.valueOf(e.getMessage()));
                }
                if (!connection.isOpen()) {
                    connection.close();
                    connection = new Connection(port);
                }
            }
        } finally {
            connection.close();
        }
        return statuses;
    }

    private static int check(String what, String answer) {
        assertThat(answer).as(what).startsWith("HTTP/1.1 ").doesNotContain("\tat ");
        int status = Integer.parseInt(answer.substring(9, 12));
        assertThat(status).as(what + answer).isLessThan(500);
        if (status >= 400) {
            assertThat(answer)
                    .as(what)
                    .doesNotContain("Exception", "io.detektor", "tools.jackson", "springframework");
        }
        // what HTTP itself forbids is answered by the server, without a body
        if (status >= 400 && status != 431 && !answer.endsWith("\r\n\r\n")) {
            assertThat(answer).as(what).contains("\"detail\"", "\"type\":\"/problems/");
        }
        return status;
    }

    private static byte[] request(Random random) {
        String method = random.nextInt(3) == 0 ? pick(random, METHODS) : likely(random);
        StringBuilder head = new StringBuilder(method).append(' ').append(pick(random, PATHS));
        char separator = '?';
        for (int n = random.nextInt(4); n > 0; n--) {
            String value = pick(random, VALUES).replace(" ", "%20").replace("\u0663", "%D9%A3");
            // nobody waits long here
            String name = pick(random, PARAMETERS);
            if (name.equals("wait") && value.equals("1s")) {
                value = "1ms";
            }
            head.append(separator).append(name).append('=').append(value);
            separator = '&';
        }
        head.append(" HTTP/1.1\r\nHost: x\r\n");
        for (int n = random.nextInt(4); n > 0; n--) {
            head.append(pick(random, HEADERS)).append(": ");
            String value = pick(random, HEADER_VALUES);
            head.append(value).append("\r\n");
        }
        byte[] body = body(random);
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static String likely(Random random) {
        return random.nextInt(3) == 0 ? "GET" : "POST";
    }

    private static byte[] body(Random random) {
        byte[] body = pick(random, BODIES).getBytes(ISO_8859_1);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(300)];
                random.nextBytes(noise);
                yield noise;
            }
            case 1 -> {
                for (int n = random.nextInt(3); n >= 0 && body.length > 0; n--) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                }
                yield body;
            }
            case 2 -> {
                int depth = random.nextInt(1500);
                yield IntStream.range(0, depth)
                        .mapToObj(_ -> "[")
                        .reduce("", String::concat)
                        .getBytes(ISO_8859_1);
            }
            default -> body;
        };
    }

    private static String pick(Random random, String[] of) {
        return of[random.nextInt(of.length)];
    }

    /** A kept-alive connection that knows where an answer ends. */
    private static final class Connection {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private boolean open = true;

        Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(15_000);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        boolean isOpen() {
            return open;
        }

        String exchange(byte[] request) throws IOException {
            out.write(request);
            out.flush();
            boolean head = new String(request, 0, 5, ISO_8859_1).equals("HEAD ");
            String answer = headers();
            while (answer.startsWith("HTTP/1.1 100")) {
                answer = headers();
            }
            String lower = answer.toLowerCase(java.util.Locale.ROOT);
            int status = Integer.parseInt(answer.substring(9, 12));
            open = !lower.contains("connection: close");
            String body = "";
            if (!head && status != 204 && status != 304) {
                int at = lower.indexOf("content-length: ");
                if (at >= 0) {
                    int length =
                            Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
                    body = new String(in.readNBytes(length), ISO_8859_1);
                } else if (lower.contains("transfer-encoding: chunked")) {
                    body = chunks();
                } else {
                    open = false;
                    body = new String(in.readAllBytes(), ISO_8859_1);
                }
            }
            return answer + body;
        }

        private String headers() throws IOException {
            StringBuilder text = new StringBuilder();
            while (!text.toString().endsWith("\r\n\r\n")) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException("connection closed after: " + text);
                }
                text.append((char) c);
            }
            return text.toString();
        }

        private String chunks() throws IOException {
            StringBuilder body = new StringBuilder();
            while (true) {
                int length = Integer.parseInt(line().strip(), 16);
                body.append(new String(in.readNBytes(length), ISO_8859_1));
                line();
                if (length == 0) {
                    return body.toString();
                }
            }
        }

        private String line() throws IOException {
            StringBuilder text = new StringBuilder();
            while (!text.toString().endsWith("\r\n")) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException("connection closed");
                }
                text.append((char) c);
            }
            return text.toString();
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
