package io.detektor.redisha.sentinel;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.connect.NotMasterException;
import io.detektor.redisha.connect.Role;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks nodes who they are themselves. Thread-safe; never blocks. */
final class RoleQuestion {

    private final NodeConnector connector;

    RoleQuestion(NodeConnector connector) {
        this.connector = connector;
    }

    /**
     * The master that a node leads to. A master is believed; a replica points to its own master,
     * which is asked in turn: after a planned switch the old master says so before the Sentinels
     * do.
     *
     * @return null when neither is master; fails when one does not answer
     */
    CompletableFuture<@Nullable NodeAddress> masterFrom(NodeAddress candidate) {
        return ask(candidate)
                .thenCompose(role ->
                        switch (role) {
                            case Role.Master _ -> CompletableFuture.completedFuture(candidate);
                            case Role.Replica replica ->
                                    ask(replica.master())
                                            .thenApply(next ->
                                                    next instanceof Role.Master
                                                            ? replica.master()
                                                            : null);
                            case Role.Other _ ->
                                    CompletableFuture.<@Nullable NodeAddress>completedFuture(null);
                        });
    }

    private CompletableFuture<Role> ask(NodeAddress node) {
        return connector
                .connectMaster(node, "role")
                .handle((connection, failure) -> {
                    if (connection != null) {
                        var _ = connection.closeAsync();
                        return new Role.Master(0, Map.of());
                    }
                    if (Causes.unwrap(failure) instanceof NotMasterException notMaster) {
                        return notMaster.role();
                    }
                    throw new IllegalStateException(failure);
                });
    }
}
