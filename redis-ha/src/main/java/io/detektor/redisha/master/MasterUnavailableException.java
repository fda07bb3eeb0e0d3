package io.detektor.redisha.master;

/** No master is known or reachable just now; a later attempt may succeed. Nothing was executed. */
public final class MasterUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MasterUnavailableException(String message) {
        super(message);
    }

    public MasterUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
