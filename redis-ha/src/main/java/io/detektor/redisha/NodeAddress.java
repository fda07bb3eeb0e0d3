package io.detektor.redisha;

/**
 * Where a Redis node or a Sentinel listens.
 *
 * @param host an IP address or a host name; addresses are what the shipped configuration announces,
 *     because a stopped container's name no longer resolves
 * @param port the TCP port, 1 to 65535
 */
public record NodeAddress(String host, int port) {

    public NodeAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: '' (expected: an address or a name)");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException naming the text and what was expected
     */
    public static NodeAddress parse(String text) {
        String trimmed = text.trim();
        int colon = trimmed.lastIndexOf(':');
        String host = colon > 0 ? trimmed.substring(0, colon) : "";
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || (host.indexOf(':') >= 0 && !bracketed)) {
            throw new IllegalArgumentException(expected(text));
        }
        try {
            int port = Integer.parseInt(trimmed, colon + 1, trimmed.length(), 10);
            return new NodeAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
    }

    private static String expected(String text) {
        return "node: '" + text + "' (expected: host:port, for instance 10.0.0.5:26379)";
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
