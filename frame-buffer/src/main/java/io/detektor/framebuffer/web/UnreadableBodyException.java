package io.detektor.framebuffer.web;

/** A body that was not read to its end: the connection cannot be used on. */
final class UnreadableBodyException extends ProblemException {

    private static final long serialVersionUID = 1L;

    UnreadableBodyException(Problem problem) {
        super(problem);
    }
}
