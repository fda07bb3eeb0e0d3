package io.detektor.framebuffer.web;

/** Is told, once, what became of an answer. Called on an event loop, which it must not block. */
@FunctionalInterface
public interface Delivery {

    /**
     * @param written whether the operating system has the last byte; if not, the client is gone, or
     *     did not read in time and was cut off
     */
    void ended(boolean written);
}
