package io.detektor.framebuffer.web;

/** A body that was not read to its end, and the answer to it; the connection cannot be used on. */
final class UnreadableBodyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    UnreadableBodyException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
