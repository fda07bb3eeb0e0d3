package io.detektor.redisha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressTests {

    @Test
    void readsHostAndPort() {
        assertThat(NodeAddress.parse(" 10.0.0.5:26379 "))
                .isEqualTo(new NodeAddress("10.0.0.5", 26379))
                .hasToString("10.0.0.5:26379");
    }

    @Test
    void readsAnIpv6AddressInBrackets() {
        assertThat(NodeAddress.parse("[::1]:6379"))
                .isEqualTo(new NodeAddress("::1", 6379))
                .hasToString("[::1]:6379");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "redis",
                "redis:",
                ":6379",
                "redis:x",
                "redis:0",
                "redis:65536",
                "::1:6379"
            })
    void saysWhatItExpected(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeAddress.parse(text))
                .withMessageContaining("(expected: ");
    }
}
