package io.detektor.localset;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node one question: connects, asks, hangs up. No client library, so that a question to a
 * frozen or cut-off node ends after a second and leaves nothing behind. Stateless.
 */
final class Resp {

    private static final int CONNECT_MILLIS = 500;
    private static final int ANSWER_MILLIS = 1000;

    private Resp() {}

    /** The node answered with an error. */
    static final class ErrorReply extends IOException {
        ErrorReply(String message) {
            super(message);
        }
    }

    /**
     * Sends a command and reads its answer.
     *
     * @return a {@link String}, a {@link Long}, a {@link List} of these, or null for nil
     * @throws IOException if there is no answer within a second and a half
     * @throws ErrorReply if it is an error
     */
    static @Nullable Object ask(Node node, String... command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.host(), node.port()), CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.setTcpNoDelay(true);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            for (String word : command) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
                request.writeBytes(bytes);
                request.writeBytes(new byte[] {'\r', '\n'});
            }
            socket.getOutputStream().write(request.toByteArray());
            return read(new BufferedInputStream(socket.getInputStream()));
        }
    }

    /** The same, for callers to whom every way of not answering is the same. */
    static Optional<Object> tryAsk(Node node, String... command) {
        try {
            return Optional.ofNullable(ask(node, command));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Object read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> throw new ErrorReply(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    yield null;
                }
                String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                in.skipNBytes(2);
                yield text;
            }
            case '*' -> {
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    yield null;
                }
                List<@Nullable Object> elements = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    elements.add(read(in));
                }
                yield elements;
            }
            default -> throw new IOException("not RESP: " + line);
        };
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("connection closed");
            }
            line.write(c);
        }
        in.skipNBytes(1);
        if (line.size() == 0) {
            throw new IOException("not RESP: an empty line");
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
