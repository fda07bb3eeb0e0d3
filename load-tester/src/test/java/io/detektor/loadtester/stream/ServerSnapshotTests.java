package io.detektor.loadtester.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerSnapshotTests {

    @Test
    void keepsWhatExplainsALoad() {
        ServerSnapshot snapshot =
                ServerSnapshot.of(
                        """
                        # Server
                        redis_version:7.0.15
                        gcc_version:12.2.0
                        # Replication
                        role:master
                        # Errorstats
                        errorstat_NOSCRIPT:count=2
                        # Commandstats
                        cmdstat_xadd:calls=10,usec=500,usec_per_call=50.00
                        # Latencystats
                        latency_percentiles_usec_xadd:p50=1.003,p99=4.015,p99.9=9.023
                        """,
                        3L);

        assertThat(snapshot.info().keySet())
                .containsExactly(
                        "redis_version",
                        "role",
                        "errorstat_NOSCRIPT",
                        "cmdstat_xadd",
                        "latency_percentiles_usec_xadd");
        assertThat(snapshot.line("role")).isEqualTo("master");
        assertThat(snapshot.line("gcc_version")).isEmpty();
        assertThat(snapshot.slowlogLength()).isEqualTo(3);
    }

    @Test
    void isBoundedByTheCommandsThatTookTheMostTime() {
        StringBuilder info = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            info.append("cmdstat_c%d:calls=1,usec=%d,usec_per_call=1.00\r\n".formatted(i, i));
        }

        ServerSnapshot snapshot = ServerSnapshot.of(info.toString(), null);

        assertThat(snapshot.info()).hasSize(15).containsKeys("cmdstat_c199", "cmdstat_c185");
        assertThat(snapshot.slowlogLength()).isNull();
    }
}
