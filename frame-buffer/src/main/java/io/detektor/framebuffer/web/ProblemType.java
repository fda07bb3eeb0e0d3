package io.detektor.framebuffer.web;

import java.util.Locale;

/**
 * Every kind of answer that is no success. The names are a contract: clients tell kinds apart by
 * {@code type}, which is {@code /problems/} and the name, and never changes its meaning.
 */
public enum ProblemType {
    /** What was sent as frame is none. */
    MALFORMED_FRAME(400, "What was sent is not a frame. Sending it again does not help."),
    /** A body other than a frame cannot be read. */
    MALFORMED_REQUEST(400, "The body is not what this call takes."),
    /** A parameter is not what it should be. */
    INVALID_PARAMETER(400, "A parameter of the query or the path is not what it should be."),
    /** A header is not what it should be. */
    INVALID_HEADER(400, "A header of the request is not what it should be."),
    /** The Idempotency-Key cannot be used as such. */
    INVALID_IDEMPOTENCY_KEY(400, "The Idempotency-Key is empty, too long, or given twice."),
    /** The token is missing or wrong. */
    UNAUTHORIZED(401, "This call changes or shows the buffer's content, and needs the token."),
    /** No such thing. */
    NOT_FOUND(404, "There is nothing at this address, or not any more."),
    /** Another method is needed. */
    METHOD_NOT_ALLOWED(405, "This address takes another method; see the header Allow."),
    /** The request did not come in time. */
    REQUEST_TIMEOUT(408, "The request was not sent to its end in time."),
    /** Somebody else has the frame by now. */
    LEASE_LOST(409, "The lease has ended, and the frame may be with somebody else."),
    /** The body is larger than allowed. */
    FRAME_TOO_LARGE(413, "The body is larger than this service takes."),
    /** The body is of a type that cannot be taken. */
    UNSUPPORTED_MEDIA_TYPE(415, "The body is of a type that this call does not take."),
    /** The key stands for another body. */
    IDEMPOTENCY_KEY_REUSED(
            422, "The Idempotency-Key was used for another body. Nothing was stored."),
    /** This process has as many bytes on their way as it may. */
    TOO_MUCH_IN_FLIGHT(429, "Too many bytes are being received at once. Nothing was stored."),
    /** The buffer holds as many bytes as it may. */
    BUFFER_BYTES_FULL(429, "The buffer holds as many bytes as it may. Nothing was stored."),
    /** Something else in the request is wrong. */
    BAD_REQUEST(400, "The request cannot be understood."),
    /** A fault of this service. */
    INTERNAL_ERROR(500, "The service failed; its log says why."),
    /** The buffer holds as many frames as it may. */
    BUFFER_FULL(503, "The buffer holds as many frames as it may. The frame is not in it."),
    /** The frame was not stored. */
    NOT_STORED(503, "The frame was not stored, and will not be."),
    /** Redis did not answer. */
    REDIS_UNAVAILABLE(503, "Redis did not answer in time; every frame is where it was."),
    /** Nobody knows whether it happened. */
    OUTCOME_UNKNOWN(504, "It may have happened. Repeating it with the same key is safe.");

    private final int status;
    private final String meaning;

    ProblemType(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** What it means, for people. */
    public String meaning() {
        return meaning;
    }

    /** The stable name, such as {@code buffer-full}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What every problem of this kind is called. */
    public String uri() {
        return "/problems/" + tag();
    }
}
