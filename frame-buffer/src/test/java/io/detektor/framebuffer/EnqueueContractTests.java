package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.redisha.durability.WriteFailure;
import io.detektor.redisha.durability.WriteOutcome;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code POST /frames/enqueue} as version 1 had it. */
class EnqueueContractTests extends HttpTestBase {

    @Test
    void aConfirmedFrameIsAnsweredWithItsIdsAndTheQueueSize() {
        enqueue("{}");
        Answer answer = enqueue("{\"frame_id\":\"cam-1\",\"data\":\"/9j/\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.json().propertyNames())
                .containsExactly("status", "frame_id", "message_id", "queue_size");
        assertThat(answer.json().path("status").asString()).isEqualTo("enqueued");
        assertThat(answer.json().path("frame_id").asString()).isEqualTo("cam-1");
        assertThat(answer.json().path("message_id").asString()).matches("\\d+-\\d+");
        assertThat(answer.json().path("queue_size").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"frame_id\":42}      | 42",
                "{\"frame_id\":1.50}    | 1.50",
                "{\"frame_id\":null}    | null",
                "{\"frame_id\":true}    | true",
                "{\"frame_id\":\"ü\\n\"}| \"ü\\n\"",
                "{}                     | \"unknown\"",
            })
    void frameIdKeepsItsType(String body, String frameId) {
        assertThat(enqueue(body).text()).contains("\"frame_id\":" + frameId + ",\"message_id\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "Application/JSON;charset=\"UTF-8\"",
                "application/vnd.detektor.frame+json",
                "text/json"
            })
    void everyJsonTypeIsTaken(String type) {
        assertThat(enqueue("{}", "Content-Type", type).status()).isEqualTo(200);
    }

    @Test
    void noContentTypeIsTakenAsJson() {
        assertThat(enqueue("{}", "Accept", "*/*").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "image/jpeg",
                "application/json;charset=utf-16",
                "application/json;charset=none-such",
                "nonsense",
                "a/b/c",
                ";"
            })
    void otherTypesAreRefused(String type) {
        Answer answer = enqueue("{}", "Content-Type", type);

        assertProblem(answer, 415, "unsupported-media-type");
        assertThat(answer.json().path("value").asString()).isEqualTo(type);
    }

    @Test
    void compressedBodiesAreRefused() {
        assertProblem(enqueue("{}", "Content-Encoding", "gzip"), 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "[{\"frame_id\":1}]", "null", "\"x\"", "{}{}", "{\"a\":}"})
    void whatIsNotOneObjectIsRefused(String body) {
        Answer answer = enqueue(body);

        assertProblem(answer, 400, "malformed-frame");
        assertThat(answer.json().path("name").asString()).isEqualTo("body");
        assertThat(answer.json().path("expected").asString()).isEqualTo("one JSON object");
        assertThat(get("/frames/status").json().at("/buffer/size").asInt()).isZero();
    }

    @Test
    void theLargestBodyIsTaken() {
        byte[] body = frameOf(MAX_BODY);

        assertThat(enqueue(body).status()).isEqualTo(200);
        assertThat(get("/frames/dequeue").raw().body().length).isGreaterThan(MAX_BODY);
    }

    @Test
    void aLongerBodyIsRefusedWhenItIsAnnounced() {
        Answer answer = enqueue(frameOf(MAX_BODY + 1));

        assertProblem(answer, 413, "frame-too-large");
        assertThat(answer.json().path("detail").asString())
                .isEqualTo(
                        "body: "
                                + (MAX_BODY + 1)
                                + " bytes (expected: at most "
                                + MAX_BODY
                                + " bytes)");
    }

    @Test
    void aLongerBodyIsRefusedWhileItIsRead() {
        // slightly longer, so that the client has sent it when the answer comes
        byte[] chunk = frameOf(MAX_BODY / 2 + 100);
        Answer answer =
                send(
                        request("/frames/enqueue")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArrays(List.of(chunk, chunk))));

        assertProblem(answer, 413, "frame-too-large");
    }

    @Test
    void theSameKeyEnqueuesOnce() {
        Answer first = enqueue("{\"frame_id\":1}", "Idempotency-Key", "k");
        Answer again = enqueue("{\"frame_id\":1}", "Idempotency-Key", "k");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("message_id")).isEqualTo(first.json().path("message_id"));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(get("/frames/status").json().at("/redis/queue_size").asInt()).isEqualTo(1);
    }

    @Test
    void unusableKeysAreRefused() {
        for (String key : List.of("", " ", "x".repeat(256), "a\tb")) {
            assertProblem(enqueue("{}", "Idempotency-Key", key), 400, "invalid-idempotency-key");
        }
        assertProblem(
                enqueue("{}", "Idempotency-Key", "a", "Idempotency-Key", "b"),
                400,
                "invalid-idempotency-key");
        assertThat(enqueue("{}", "Idempotency-Key", "x".repeat(255)).status()).isEqualTo(200);
    }

    @Test
    void aFullBufferRefusesAndKeepsTheFrameWholeAsADeadLetter() {
        fill(MAX_FRAMES);
        String frame = "{ \"frame_id\":\"one too many\", \"x\" : 1.0 }";

        Answer answer = enqueue(frame);

        assertProblem(answer, 503, "buffer-full");
        JsonNode json = answer.json();
        assertThat(json.path("detail").asString()).isEqualTo("Buffer full");
        assertThat(json.path("outcome").asString()).isEqualTo("not-stored");
        assertThat(json.path("retryable").asBoolean()).isTrue();
        assertThat(json.path("dead_lettered").asBoolean()).isTrue();
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 30);
        assertThat(log.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(new String(letter, UTF_8)).isEqualTo(frame));
        assertThat(get("/frames/status").json().at("/redis/dlq_size").asInt()).isEqualTo(1);
        assertThat(get("/frames/status").json().at("/buffer/is_full").asBoolean()).isTrue();
    }

    @Test
    void aRefusedFrameIsToldToBeNotStored() {
        log.nextOutcome(new WriteOutcome.Refused(WriteFailure.NO_MASTER, "no master is known"));

        Answer answer = enqueue("{}");

        assertProblem(answer, 503, "not-stored");
        assertThat(answer.json().path("outcome").asString()).isEqualTo("not-stored");
        assertThat(answer.json().path("reason").asString()).isEqualTo("no-master");
        assertThat(answer.json().path("retryable").asBoolean()).isTrue();
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void aRefusalThatARetryCannotHelpSaysSo() {
        log.nextOutcome(new WriteOutcome.Refused(WriteFailure.REJECTED, "no permission"));

        Answer answer = enqueue("{}");

        assertProblem(answer, 503, "not-stored");
        assertThat(answer.json().path("retryable").asBoolean()).isFalse();
        assertThat(answer.header("Retry-After")).isEmpty();
    }

    @Test
    void anUnknownOutcomeIsNeverToldToBeAnother() {
        log.nextOutcome(new WriteOutcome.Unknown(WriteFailure.DEADLINE, "no answer in 5 s"));

        Answer answer = enqueue("{}");

        assertProblem(answer, 504, "outcome-unknown");
        assertThat(answer.json().path("outcome").asString()).isEqualTo("unknown");
        assertThat(answer.json().path("detail").asString()).contains("same Idempotency-Key");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"})
    void otherMethodsAreRefused(String method) {
        Answer answer = send(request("/frames/enqueue").method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("POST");
    }

    private static byte[] frameOf(int size) {
        byte[] body = new byte[size];
        Arrays.fill(body, (byte) 'A');
        byte[] head = "{\"frame_id\":1,\"data\":\"".getBytes(UTF_8);
        System.arraycopy(head, 0, body, 0, head.length);
        body[size - 2] = '"';
        body[size - 1] = '}';
        return body;
    }
}
