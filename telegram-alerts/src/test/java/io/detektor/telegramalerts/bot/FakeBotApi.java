package io.detektor.telegramalerts.bot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Telegram's Bot API as far as alerts need it, on loopback: keeps what is sent and edited, refuses
 * what Telegram refuses (HTML that does not parse, more than 4096 characters, more than its limits
 * allow), and can be told to fail in every way that Telegram does.
 *
 * <p>Thread-safe. Closing it frees its port.
 *
 * @see <a href="https://core.telegram.org/bots/api">Bot API</a>
 */
public final class FakeBotApi implements AutoCloseable {

    /** The token of every fake: of the form of a real one, and good for nothing. */
    public static final String TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake00";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** How a request is answered when it is not answered as it should be. */
    private sealed interface Fault {
        record Refusal(int status, String description, Map<String, Object> parameters)
                implements Fault {}

        /** Nothing is done, nothing is answered, for a while. */
        record Silence(Duration duration) implements Fault {}

        /** It is done, and the connection ends instead of an answer. */
        record LostAnswer() implements Fault {}
    }

    /** A fault, and how many requests it still befalls. */
    private record Trouble(Fault fault, int remaining) {}

    /**
     * A request as it came in.
     *
     * @param atNanos {@link System#nanoTime()} at which it came
     * @param method such as {@code sendMessage}
     * @param parameters its JSON body, or the query
     * @param status the HTTP status of the answer; 0 for none
     */
    public record Call(long atNanos, String method, Map<String, Object> parameters, int status) {}

    private final int port;
    private final FakeChats chats = new FakeChats();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> updates = new ArrayList<>();
    private @Nullable Trouble trouble;
    private @Nullable HttpServer server;
    private @Nullable ExecutorService threads;
    private volatile boolean closed;

    private FakeBotApi(int port) {
        this.port = port;
    }

    /** One on a free port. */
    public static FakeBotApi start() {
        for (int attempt = 1; ; attempt++) {
            FakeBotApi api = new FakeBotApi(ThreadLocalRandom.current().nextInt(18_000, 20_000));
            try {
                api.up();
                return api;
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof BindException) || attempt == 50) {
                    throw e;
                }
            }
        }
    }

    /** What to set {@code TELEGRAM_API_URL} to. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Every message that is there, oldest first, as it reads now. */
    public List<FakeMessage> messages() {
        return chats.messages();
    }

    /** Every request, oldest first, those that were refused too. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The requests of one method. */
    public List<Call> calls(String method) {
        return calls.stream().filter(call -> call.method().equals(method)).toList();
    }

    /** Whether Telegram's limits are enforced with 429; they are at first. */
    public void enforceLimits(boolean enforced) {
        chats.enforceLimits(enforced);
    }

    /** How often a request was refused because it broke a limit (not by {@link #fail}). */
    public int limitsBroken() {
        return chats.limitsBroken();
    }

    /**
     * From now on messages to {@code chat} are refused: it has become the supergroup {@code to}.
     */
    public void migrate(String chat, String to) {
        chats.migrate(chat, to);
    }

    /** From now on nothing can be sent to {@code chat}: the bot was thrown out, or it is gone. */
    public void close(String chat, int status, String description) {
        chats.close(chat, Reply.error(status, description));
    }

    /** The end of {@link #close(String, int, String)}. */
    public void reopen(String chat) {
        chats.reopen(chat);
    }

    /** The next requests fail with an error; {@code times} of them. */
    public synchronized void fail(int times, int status, String description) {
        trouble = new Trouble(new Fault.Refusal(status, description, Map.of()), times);
    }

    /** The next requests fail with 429. */
    public synchronized void tooManyRequests(int times, Duration retryAfter) {
        trouble =
                new Trouble(
                        new Fault.Refusal(
                                429,
                                "Too Many Requests: retry after " + retryAfter.toSeconds(),
                                Map.of("retry_after", retryAfter.toSeconds())),
                        times);
    }

    /** The next requests are not done and not answered, until the time is over. */
    public synchronized void hang(int times, Duration silence) {
        trouble = new Trouble(new Fault.Silence(silence), times);
    }

    /** The next requests are done, and the connection is cut instead of an answer. */
    public synchronized void loseAnswers(int times) {
        trouble = new Trouble(new Fault.LostAnswer(), times);
    }

    /** Ends every trouble but {@link #down}. */
    public synchronized void recover() {
        trouble = null;
    }

    /** Nobody listens on the port any more: connections are refused. */
    public synchronized void down() {
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
            server = null;
        }
        ExecutorService pool = threads;
        if (pool != null) {
            pool.shutdownNow();
            threads = null;
        }
    }

    /** Listens again. */
    public synchronized void up() {
        if (server != null) {
            return;
        }
        try {
            HttpServer made =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            threads = Executors.newVirtualThreadPerTaskExecutor();
            made.setExecutor(threads);
            made.createContext("/", this::handle);
            made.start();
            server = made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody writes a message in a chat; the bot gets it by {@code getUpdates}. */
    public void say(String chat, String text) {
        say(chat, null, text);
    }

    /** Somebody writes a message in a topic of a chat. */
    public void say(String chat, @Nullable Integer thread, String text) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("message_id", ThreadLocalRandom.current().nextInt(1, 1 << 20));
        message.put("chat", Map.of("id", Long.parseLong(chat), "type", "group"));
        message.put("from", Map.of("id", 42, "is_bot", false, "first_name", "Somebody"));
        message.put("text", text);
        if (thread != null) {
            message.put("message_thread_id", thread);
            message.put("is_topic_message", true);
        }
        synchronized (updates) {
            updates.add(Map.of("update_id", 1000 + updates.size(), "message", message));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        long at = System.nanoTime();
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        String method = path[path.length - 1];
        Map<String, Object> parameters = parameters(exchange);
        if (path.length != 3 || !path[1].equals("bot" + TOKEN)) {
            answer(exchange, at, method, parameters, Reply.error(401, "Unauthorized"));
            return;
        }
        Fault fault = method.equals("getUpdates") ? null : nextFault();
        switch (fault) {
            case Fault.Refusal error -> {
                Reply reply = new Reply(error.status(), error.description(), error.parameters());
                answer(exchange, at, method, parameters, reply);
            }
            case Fault.Silence silence -> {
                waitFor(silence.duration(), () -> closed || server == null);
                calls.add(new Call(at, method, parameters, 0));
                exchange.close();
            }
            case Fault.LostAnswer _ -> {
                Reply reply = reply(method, parameters);
                calls.add(new Call(at, method, parameters, -reply.status()));
                exchange.close();
            }
            case null -> answer(exchange, at, method, parameters, reply(method, parameters));
        }
    }

    private synchronized @Nullable Fault nextFault() {
        Trouble current = trouble;
        if (current == null) {
            return null;
        }
        trouble =
                current.remaining() > 1
                        ? new Trouble(current.fault(), current.remaining() - 1)
                        : null;
        return current.fault();
    }

    private Reply reply(String method, Map<String, Object> parameters) {
        return switch (method) {
            case "getMe" ->
                    Reply.of(
                            Map.of(
                                    "id",
                                    123456789,
                                    "is_bot",
                                    true,
                                    "first_name",
                                    "Fake",
                                    "username",
                                    "fake_bot"));
            case "sendMessage" -> chats.send(parameters);
            case "editMessageText" -> chats.edit(parameters);
            case "getUpdates" -> updates(parameters);
            default -> Reply.error(404, "Not Found");
        };
    }

    private Reply updates(Map<String, Object> parameters) {
        long offset = number(parameters, "offset");
        Duration timeout = Duration.ofSeconds(number(parameters, "timeout"));
        List<Map<String, Object>> found = new ArrayList<>();
        waitFor(
                timeout,
                () -> {
                    synchronized (updates) {
                        found.clear();
                        updates.stream()
                                .filter(each -> number(each, "update_id") >= offset)
                                .forEach(found::add);
                    }
                    return !found.isEmpty() || closed || server == null;
                });
        return Reply.of(found);
    }

    private static long number(Map<String, Object> parameters, String name) {
        return Long.parseLong(String.valueOf(parameters.getOrDefault(name, "0")));
    }

    private static void waitFor(Duration longest, BooleanSupplier condition) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private static Map<String, Object> parameters(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (body.length == 0) {
            return Map.of();
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        JSON.readTree(body)
                .properties()
                .forEach(each ->
                        parameters.put(
                                each.getKey(), JSON.treeToValue(each.getValue(), Object.class)));
        return parameters;
    }

    private void answer(
            HttpExchange exchange,
            long at,
            String method,
            Map<String, Object> parameters,
            Reply reply)
            throws IOException {
        calls.add(new Call(at, method, parameters, reply.status()));
        byte[] body = JSON.writeValueAsString(reply.json()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        closed = true;
        ExecutorService pool;
        synchronized (this) {
            pool = threads;
        }
        down();
        if (pool != null) {
            try {
                var _ = pool.awaitTermination(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param content what was asked for, or the description of the error
     * @param parameters how to do better, for errors
     */
    record Reply(int status, Object content, Map<String, Object> parameters) {

        static Reply of(Object result) {
            return new Reply(200, result, Map.of());
        }

        static Reply error(int status, String description) {
            return new Reply(status, description, Map.of());
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("ok", status == 200);
            if (status == 200) {
                json.put("result", content);
                return json;
            }
            json.put("error_code", status);
            json.put("description", content);
            if (!parameters.isEmpty()) {
                json.put("parameters", parameters);
            }
            return json;
        }
    }
}
