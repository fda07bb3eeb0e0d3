package io.detektor.framebuffer.web;

import io.netty.channel.unix.Errors;
import java.nio.channels.ClosedChannelException;
import reactor.netty.channel.AbortedException;

/** Tells the end of a connection from an error of the service. Stateless. */
final class Disconnection {

    private Disconnection() {}

    /**
     * Whether the failure only says that the client has gone: nobody is left to answer, and nothing
     * to be mended here.
     */
    static boolean is(Throwable failure) {
        // the native transport says "connection reset" in an exception of its own
        return failure instanceof AbortedException
                || failure instanceof ClosedChannelException
                || failure instanceof Errors.NativeIoException
                || AbortedException.isConnectionReset(failure);
    }
}
