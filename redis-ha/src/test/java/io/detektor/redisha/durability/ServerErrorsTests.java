package io.detektor.redisha.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerErrorsTests {

    @ParameterizedTest
    @CsvSource({
        "READONLY You can't write against a read only replica., NOT_MASTER",
        "MASTERDOWN Link with MASTER is down, NOT_MASTER",
        "NOREPLICAS Not enough good replicas to write., NOT_ENOUGH_REPLICAS",
        "LOADING Redis is loading the dataset in memory, NOT_READY",
        "NOSCRIPT No matching script., NOT_READY",
        "OOM command not allowed when used memory > 'maxmemory'., OUT_OF_MEMORY",
        "MISCONF Errors writing to the AOF file, NOT_PERSISTING",
        "STREAMFULL, STREAM_FULL",
        "NOPERM this user has no permissions, REJECTED",
        "WRONGTYPE Operation against a key, REJECTED",
    })
    void theFirstWordTells(String error, WriteFailure reason) {
        assertThat(ServerErrors.reason(error)).isEqualTo(reason);
        assertThat(
                        ServerErrors.answered(
                                new CompletionException(new RedisCommandExecutionException(error))))
                .isEqualTo(reason);
    }

    @Test
    void noAnswerIsNoRefusal() {
        assertThat(ServerErrors.answered(new RedisCommandTimeoutException("1 second"))).isNull();
        assertThat(ServerErrors.answered(new CompletionException(new java.io.IOException("reset"))))
                .isNull();
    }
}
