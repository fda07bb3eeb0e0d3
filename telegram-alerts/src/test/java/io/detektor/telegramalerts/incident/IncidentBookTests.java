package io.detektor.telegramalerts.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.telegramalerts.incident.Signal.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IncidentBookTests {

    private static final Instant T = Instant.parse("2026-01-02T03:04:05Z");
    private static final String SET = Signal.set("mymaster");

    private final IncidentBook book = new IncidentBook();

    @Test
    void theSameFactIsNewsOnce() {
        Signal down = alert(SET, "RedisSlaveDown", Kind.FIRING, Severity.WARNING, 0);
        assertThat(book.accept(down, T)).isPresent();
        assertThat(book.accept(down, T.plusSeconds(60))).isEmpty();
        Signal over = alert(SET, "RedisSlaveDown", Kind.RESOLVED, Severity.WARNING, 0);
        assertThat(book.accept(over, T.plusSeconds(90))).isPresent();
        assertThat(book.accept(over, T.plusSeconds(120))).isEmpty();
        // an old one of before its end
        assertThat(book.accept(down, T.plusSeconds(130))).isEmpty();
        assertThat(book.all()).hasSize(1);
    }

    @Test
    void aFactThatComesBackIsNewsAndItsOldEndEndsNothing() {
        book.accept(alert("g", "X", Kind.FIRING, Severity.WARNING, 0), T);
        book.accept(alert("g", "X", Kind.RESOLVED, Severity.WARNING, 0), T.plusSeconds(10));
        assertThat(
                        book.accept(
                                alert("g", "X", Kind.FIRING, Severity.WARNING, 60),
                                T.plusSeconds(60)))
                .hasValueSatisfying(again -> assertThat(again.id()).isEqualTo(2));
        // Alertmanager repeats resolved ones of before
        assertThat(
                        book.accept(
                                alert("g", "X", Kind.RESOLVED, Severity.WARNING, 0),
                                T.plusSeconds(61)))
                .isEmpty();
        assertThat(book.firing("X")).isTrue();
    }

    @Test
    void theEndOfSomethingUnheardIsNoNews() {
        assertThat(book.accept(alert("g", "X", Kind.RESOLVED, Severity.CRITICAL, 0), T)).isEmpty();
    }

    @Test
    void whatFollowsFromAFailoverJoinsItWithoutASound() {
        book.accept(own(OwnSignal.MASTER_DOWN, "down:a", Kind.FIRING, Severity.CRITICAL, 0), T);
        book.accept(
                own(OwnSignal.FAILOVER, "a>b", Kind.EVENT, Severity.CRITICAL, 1), T.plusSeconds(1));
        book.accept(
                alert(SET, "RedisMasterFailover", Kind.EVENT, Severity.INFO, 9), T.plusSeconds(9));
        book.accept(
                alert(SET, "RedisMasterDown", Kind.FIRING, Severity.CRITICAL, 12),
                T.plusSeconds(12));
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.FIRING, Severity.CRITICAL, 15),
                T.plusSeconds(15));

        assertThat(book.all()).hasSize(1);
        Incident incident = book.all().iterator().next();
        assertThat(incident.replies()).isEmpty();
        assertThat(incident.lead().signal().name()).isEqualTo("Failover");

        // the node is back: said at once, once; closed when the rest is over too
        book.accept(
                own(OwnSignal.MASTER_DOWN, "down:a", Kind.RESOLVED, Severity.CRITICAL, 30),
                T.plusSeconds(30));
        incident = book.all().iterator().next();
        assertThat(incident.replies()).containsExactly(new Reply(Reply.Kind.RECOVERY, "down:a"));
        assertThat(incident.open()).isTrue();
        book.accept(
                alert(SET, "RedisMasterDown", Kind.RESOLVED, Severity.CRITICAL, 12),
                T.plusSeconds(40));
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.RESOLVED, Severity.CRITICAL, 15),
                T.plusSeconds(41));
        incident = book.all().iterator().next();
        assertThat(incident.open()).isFalse();
        assertThat(incident.replies()).hasSize(1);

        // Prometheus is late: still the same story; after a while it is another one
        book.accept(
                alert(SET, "RedisSlaveDown", Kind.FIRING, Severity.WARNING, 50), T.plusSeconds(50));
        assertThat(book.all()).hasSize(1);
        book.accept(
                alert(SET, "RedisSlaveDown", Kind.RESOLVED, Severity.WARNING, 50),
                T.plusSeconds(55));
        book.accept(
                alert(SET, "RedisSlaveDown", Kind.FIRING, Severity.WARNING, 300),
                T.plusSeconds(300));
        assertThat(book.all()).hasSize(2);
    }

    @Test
    void aDeadReplicaDoesNotMuffleTheMastersDeath() {
        book.accept(alert(SET, "RedisSlaveMissing", Kind.FIRING, Severity.CRITICAL, 0), T);
        book.accept(
                own(OwnSignal.MASTER_DOWN, "down:a", Kind.FIRING, Severity.CRITICAL, 9),
                T.plusSeconds(9));
        Incident incident = book.all().iterator().next();
        assertThat(incident.replies()).containsExactly(new Reply(Reply.Kind.ESCALATION, "down:a"));
    }

    @Test
    void theNextMastersDeathIsHeardAlthoughItsFailoverFollowsOne() {
        book.accept(own(OwnSignal.MASTER_DOWN, "down:a", Kind.FIRING, Severity.CRITICAL, 0), T);
        book.accept(
                own(OwnSignal.FAILOVER, "a>b", Kind.EVENT, Severity.CRITICAL, 1), T.plusSeconds(1));
        book.accept(
                own(OwnSignal.MASTER_DOWN, "down:b", Kind.FIRING, Severity.CRITICAL, 60),
                T.plusSeconds(60));
        book.accept(
                own(OwnSignal.FAILOVER, "b>c", Kind.EVENT, Severity.CRITICAL, 62),
                T.plusSeconds(62));

        assertThat(book.all()).hasSize(1);
        assertThat(book.all().iterator().next().replies())
                .containsExactly(new Reply(Reply.Kind.ESCALATION, "down:b"));
    }

    @Test
    void whatComesBackAfterItsEndIsHeardAlthoughItFollowedFromAFailover() {
        book.accept(own(OwnSignal.MASTER_DOWN, "down:a", Kind.FIRING, Severity.CRITICAL, 0), T);
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.FIRING, Severity.CRITICAL, 15),
                T.plusSeconds(15));
        book.accept(
                own(OwnSignal.MASTER_DOWN, "down:a", Kind.RESOLVED, Severity.CRITICAL, 30),
                T.plusSeconds(30));
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.RESOLVED, Severity.CRITICAL, 15),
                T.plusSeconds(40));
        assertThat(book.all()).hasSize(1);

        // within the time in which what follows is added in silence
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.FIRING, Severity.CRITICAL, 90),
                T.plusSeconds(90));

        assertThat(book.all()).hasSize(2);
    }

    @Test
    void aReplicaThatIsLostAfterTheEndOfAFailoverIsHeardAndOneThatWasLostBeforeFollows() {
        book.accept(own(OwnSignal.MASTER_DOWN, "down:a", Kind.FIRING, Severity.CRITICAL, 0), T);
        book.accept(
                own(OwnSignal.FAILOVER, "a>b", Kind.EVENT, Severity.CRITICAL, 1), T.plusSeconds(1));
        book.accept(
                own(OwnSignal.MASTER_DOWN, "down:a", Kind.RESOLVED, Severity.CRITICAL, 30),
                T.plusSeconds(30));
        // Prometheus sees last what was still so a moment ago
        book.accept(
                alert(SET, "RedisMasterDown", Kind.FIRING, Severity.CRITICAL, 36),
                T.plusSeconds(38));
        book.accept(
                alert(SET, "RedisMasterDown", Kind.RESOLVED, Severity.CRITICAL, 36),
                T.plusSeconds(40));
        assertThat(book.all()).hasSize(1);

        // 12 s after the replica was
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.FIRING, Severity.CRITICAL, 53),
                T.plusSeconds(54));

        assertThat(book.all()).hasSize(2);
        assertThat(book.all()).last().matches(Incident::open);
    }

    @Test
    void aPlannedSwitchExcusesNothingButItself() {
        book.accept(own(OwnSignal.PLANNED_SWITCH, "a>b", Kind.EVENT, Severity.INFO, 0), T);
        book.accept(
                alert(SET, "RedisMasterFailover", Kind.EVENT, Severity.INFO, 9), T.plusSeconds(9));
        assertThat(book.all()).hasSize(1);
        book.accept(
                alert(SET, "RedisSlaveMissing", Kind.FIRING, Severity.CRITICAL, 20),
                T.plusSeconds(20));
        assertThat(book.all()).hasSize(2);
    }

    private static Signal alert(
            String scope, String name, Kind kind, Severity severity, int second) {
        return new Signal(
                scope,
                name,
                kind,
                T.plusSeconds(second),
                severity,
                name,
                name + "!",
                "",
                null,
                null);
    }

    private static Signal own(
            OwnSignal name, String key, Kind kind, Severity severity, int second) {
        return Signal.own(SET, key, kind, T.plusSeconds(second), severity, name, name.label(), "");
    }
}
