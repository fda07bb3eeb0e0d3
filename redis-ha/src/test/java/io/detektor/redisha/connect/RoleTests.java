package io.detektor.redisha.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.redisha.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleTests {

    @Test
    void readsAMasterAndWhatItsReplicasAcknowledged() {
        Role role =
                Role.parse(
                        List.of(
                                bytes("master"),
                                3129659L,
                                List.of(
                                        List.of(
                                                bytes("127.0.0.1"),
                                                bytes("9001"),
                                                bytes("3129242")))));

        assertThat(role)
                .isEqualTo(
                        new Role.Master(
                                3129659L, Map.of(new NodeAddress("127.0.0.1", 9001), 3129242L)));
    }

    @Test
    void readsAReplicaAndItsMaster() {
        assertThat(Role.parse(List.of("slave", "10.0.0.1", 6379L, "connected", 42L)))
                .isEqualTo(new Role.Replica(new NodeAddress("10.0.0.1", 6379), true));
        assertThat(Role.parse(List.of("slave", "10.0.0.1", 6379L, "sync", -1L)))
                .isEqualTo(new Role.Replica(new NodeAddress("10.0.0.1", 6379), false));
    }

    @Test
    void aSentinelIsNeither() {
        assertThat(Role.parse(List.of("sentinel", List.of("mymaster"))))
                .isEqualTo(new Role.Other("sentinel"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
