package io.detektor.localset;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks a node for its role as fast as it can, and remembers each that it said. */
final class RoleWatch implements AutoCloseable {

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    RoleWatch(Node node) {
        thread =
                Thread.ofVirtual()
                        .start(() -> {
                            while (!Thread.currentThread().isInterrupted()) {
                                String role = Asking.role(node);
                                if (!role.isEmpty()) {
                                    seen.add(role);
                                }
                            }
                        });
    }

    Set<String> seen() {
        return Set.copyOf(seen);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
