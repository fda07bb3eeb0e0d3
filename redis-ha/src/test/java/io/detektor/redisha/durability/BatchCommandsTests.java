package io.detektor.redisha.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.redisha.durability.BatchCommands.Stored;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BatchCommandsTests {

    @Test
    void readsOneLineAnAppend() {
        String answer =
                """
                1732-0
                1732-1,17
                =1731-5
                =1731-6,18
                -STREAMFULL,1000
                -WRONGTYPE Operation against a key, holding the wrong kind of value\
                """;

        assertThat(BatchCommands.stored(answer.getBytes(StandardCharsets.UTF_8)))
                .containsExactly(
                        new Stored("1732-0", false, "", -1),
                        new Stored("1732-1", false, "", 17),
                        new Stored("1731-5", true, "", -1),
                        new Stored("1731-6", true, "", 18),
                        new Stored("", false, "STREAMFULL", 1000),
                        new Stored(
                                "",
                                false,
                                "WRONGTYPE Operation against a key, holding the wrong kind of value",
                                -1));
    }

    @Test
    void idsThatFollowEachOtherAreTold() {
        String answer = "~2 1732-8;3 1733-2,70";

        assertThat(BatchCommands.stored(answer.getBytes(StandardCharsets.UTF_8)))
                .containsExactly(
                        new Stored("1732-7", false, "", 66),
                        new Stored("1732-8", false, "", 67),
                        new Stored("1733-0", false, "", 68),
                        new Stored("1733-1", false, "", 69),
                        new Stored("1733-2", false, "", 70));
        assertThat(BatchCommands.stored("~1 1732-0".getBytes(StandardCharsets.UTF_8)))
                .containsExactly(new Stored("1732-0", false, "", -1));
    }
}
