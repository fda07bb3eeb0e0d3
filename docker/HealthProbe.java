import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The health check of the services' containers, as the images have no curl: asks {@code GET path} of a port
 * on this host. Plain sockets, because a container runs this every few seconds and an HTTP client would
 * cost it several times the processor time.
 *
 * <p>Exit status 0: the answer is 200 and does not say {@code "status":"unhealthy"}. Prints why not, for
 * {@code docker inspect}.
 */
final class HealthProbe {

    private static final int CONNECT_MILLIS = 1000;
    private static final int READ_MILLIS = 3000;
    private static final int MOST_BYTES = 16 * 1024;

    private HealthProbe() {}

    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            end(64, "HealthProbe: expected: PORT PATH");
        }
        try {
            String answer = ask(Integer.parseInt(arguments[0]), arguments[1]);
            int bodyAt = answer.indexOf("\r\n\r\n");
            String body = bodyAt < 0 ? "" : answer.substring(bodyAt + 4).strip();
            boolean answered = answer.startsWith("HTTP/1.1 200") || answer.startsWith("HTTP/1.0 200");
            boolean unhealthy = body.replace(" ", "").contains("\"status\":\"unhealthy\"");
            String status = answer.lines().findFirst().orElse("no answer");
            end(answered && !unhealthy ? 0 : 1, status + " " + body);
        } catch (IOException e) {
            end(1, arguments[1] + " on port " + arguments[0] + ": " + e.getMessage());
        }
    }

    private static String ask(int port, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            OutputStream out = socket.getOutputStream();
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] answer = socket.getInputStream().readNBytes(MOST_BYTES);
            return new String(answer, StandardCharsets.UTF_8);
        }
    }

    private static void end(int status, String why) {
        System.out.println(why);
        System.exit(status);
    }
}
