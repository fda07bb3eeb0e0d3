package io.detektor.loadtester.http;

import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.FrameFormat;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.OutcomeListener;
import io.detektor.loadtester.run.SendOutcome;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends camera frames to frame-buffer. What is refused for a while or unknown is sent again with
 * the same {@code Idempotency-Key}, until the caller's deadline. No more than a fixed number of
 * connections is open; what comes on top waits its turn, and its latency counts from before that.
 */
public final class HttpTarget implements LoadTarget {

    /** A service that takes longer for one answer is asked again. */
    private static final Duration ATTEMPT = Duration.ofSeconds(8);

    /** A try with less than this left would only turn a clear refusal into a doubtful one. */
    private static final Duration SHORTEST = Duration.ofMillis(150);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final URI enqueue;
    private final FrameFormat format;
    private final Content content;
    private final HttpClient client;
    private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();

    /** Free connections; a try holds one, a pause between tries does not. */
    private final Semaphore free;

    private final ConcurrentLinkedQueue<Attempt> queue = new ConcurrentLinkedQueue<>();

    /**
     * @param url frame-buffer's address, such as {@code http://127.0.0.1:8002}
     * @param connections most connections at a time
     */
    public HttpTarget(URI url, int connections, FrameFormat format, Content content) {
        this.enqueue = url.resolve("/frames/enqueue");
        this.format = format;
        this.content = content;
        this.free = new Semaphore(connections);
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(2))
                        .executor(executor)
                        .build();
    }

    @Override
    public Prepared prepare(long seq, long intendedMicros) {
        return new Message(format.frame(seq, intendedMicros, content));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void submit(Attempt attempt) {
        queue.add(attempt);
        handOut();
    }

    /** Starts as many of those that wait as there are free connections. */
    private void handOut() {
        // looked at again after each release: who added meanwhile may have found no connection free
        while (!queue.isEmpty() && free.tryAcquire()) {
            Attempt next = queue.poll();
            if (next == null) {
                free.release();
            } else {
                next.start();
            }
        }
    }

    private void finished() {
        free.release();
        handOut();
    }

    private final class Message implements Prepared {

        private final FrameFormat.Frame frame;

        Message(FrameFormat.Frame frame) {
            this.frame = frame;
        }

        @Override
        public int checksum() {
            return frame.checksum();
        }

        @Override
        public void send(Duration timeout, OutcomeListener listener) {
            submit(new Attempt(frame, System.nanoTime() + timeout.toNanos(), listener, 0, false));
        }
    }

    /** How one try ended. */
    private sealed interface Try {

        record Stored(String entryId) implements Try {}

        /** Not stored. */
        record NotStored(String reason, boolean retryable, Duration pause) implements Try {}

        /** Perhaps stored. */
        record Perhaps(String reason, Duration pause) implements Try {}
    }

    /** One try of one message; a next one follows it with what is known by then. */
    private final class Attempt {

        private final FrameFormat.Frame frame;
        private final long deadline;
        private final OutcomeListener listener;

        /** How often it was tried before. */
        private final int tries;

        /** Whether an earlier try may have stored it. */
        private final boolean perhaps;

        Attempt(
                FrameFormat.Frame frame,
                long deadline,
                OutcomeListener listener,
                int tries,
                boolean perhaps) {
            this.frame = frame;
            this.deadline = deadline;
            this.listener = listener;
            this.tries = tries;
            this.perhaps = perhaps;
        }

        void start() {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (!left.isPositive()) {
                finished();
                giveUp("deadline");
                return;
            }
            HttpRequest request =
                    HttpRequest.newBuilder(enqueue)
                            .timeout(left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT)
                            .header("Content-Type", "application/json")
                            .header("Idempotency-Key", frame.id())
                            .POST(
                                    HttpRequest.BodyPublishers.concat(
                                            frame.parts().stream()
                                                    .map(HttpRequest.BodyPublishers::ofByteArray)
                                                    .toArray(HttpRequest.BodyPublisher[]::new)))
                            .build();
            var _ =
                    client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                            .handle(this::ended);
        }

        private @Nullable Void ended(
                @Nullable HttpResponse<String> response, @Nullable Throwable failure) {
            finished();
            Try result = response != null ? answered(response) : failed(failure, tries);
            switch (result) {
                case Try.Stored stored ->
                        listener.done(new SendOutcome.Confirmed(stored.entryId(), -1, tries > 0));
                case Try.NotStored not -> {
                    if (not.retryable()) {
                        tryAgain(not.reason(), not.pause(), perhaps);
                    } else {
                        giveUp(not.reason());
                    }
                }
                case Try.Perhaps unknown -> tryAgain(unknown.reason(), unknown.pause(), true);
            }
            return null;
        }

        private void tryAgain(String reason, Duration pause, boolean perhapsNow) {
            Attempt next = new Attempt(frame, deadline, listener, tries + 1, perhapsNow);
            if (deadline - System.nanoTime() <= pause.plus(SHORTEST).toNanos()) {
                next.giveUp(reason);
                return;
            }
            listener.retried(reason);
            CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, executor)
                    .execute(() -> submit(next));
        }

        private void giveUp(String reason) {
            listener.done(
                    perhaps
                            ? new SendOutcome.Unknown(reason, tries > 0)
                            : new SendOutcome.Refused(reason, tries > 0));
        }
    }

    private static Try answered(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == 200) {
            return new Try.Stored(Json.text(response.body(), "message_id"));
        }
        String why = Json.text(response.body(), "reason");
        String reason = "http-" + status + (why.isEmpty() ? "" : "-" + why);
        Duration pause = pause(response);
        // frame-buffer says so where it does not know; a gateway in between never knows
        boolean unknown =
                status == 502
                        || status == 504
                        || Json.text(response.body(), "outcome").equals("unknown");
        if (unknown) {
            return new Try.Perhaps(reason, pause);
        }
        boolean retryable =
                (status == 408 || status == 425 || status == 429 || status >= 500)
                        && !Json.text(response.body(), "retryable").equals("false");
        return new Try.NotStored(reason, retryable, pause);
    }

    private static Duration pause(HttpResponse<String> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        if (!seconds.matches("\\d{1,4}")) {
            return PAUSE;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
        // somebody waits for this message: what was asked for is kept within reason
        return asked.compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : asked.compareTo(PAUSE) < 0 ? PAUSE : asked;
    }

    private static Try failed(@Nullable Throwable failure, int tries) {
        // nobody is there: hundreds that knock every 50 ms would take from a service that starts on
        // this machine the processor time that it needs for it
        Duration pause = PAUSE.multipliedBy(1L << Math.min(tries, 3));
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ConnectException) {
            return new Try.NotStored("connection-refused", true, pause);
        }
        return new Try.Perhaps(
                cause instanceof java.net.http.HttpTimeoutException ? "timeout" : "connection-lost",
                pause);
    }
}
