package io.detektor.loadtester.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Results;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What several runs add up to. */
class SeriesTests {

    private static final NodeAddress NODE = new NodeAddress("127.0.0.1", 1);
    private static final TargetPlan DIRECT = target(List.of());
    private static final TargetPlan SENTINEL = target(List.of(NODE));

    private final LoadPlan plan =
            new LoadPlan(
                    DIRECT,
                    new Rate.PerSecond(500),
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    0,
                    100,
                    null,
                    20_000,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    List.of(),
                    1);

    private final MaxSearch search =
            new MaxSearch(plan, 1000, Duration.ofSeconds(10), Duration.ofMillis(20));

    @Test
    void aTargetThatIsAsGoodPasses() {
        SeriesResult result =
                comparison(
                        List.of(
                                slice("redis-direct", 1.0, 0),
                                slice("redis", 1.05, 0),
                                slice("redis", 1.02, 0),
                                slice("redis-direct", 1.01, 0)));

        assertThat(result.verdict().outcome()).isEqualTo("PASS");
        assertThat(result.verdict().exitCode()).isZero();
        assertThat(result.changes())
                .extracting(SeriesResult.Change::metric)
                .containsExactly("rate", "ack.mean", "ack.p50", "ack.p99");
        assertThat(result.changes().get(1).regressionPercent()).isEqualTo(2.99);
    }

    @Test
    void aTargetThatIsWorseInEveryRunFails() {
        SeriesResult result =
                comparison(
                        List.of(
                                slice("redis-direct", 1.0, 0),
                                slice("redis", 1.5, 0),
                                slice("redis", 1.4, 0),
                                slice("redis-direct", 1.1, 0)));

        assertThat(result.verdict().exitCode()).isEqualTo(1);
        assertThat(result.verdict().reasons()).contains("ack.mean is 38.1 % worse, more than 10 %");
        // the rate is the same
        assertThat(result.changes().getFirst().ok()).isTrue();
    }

    @Test
    void runsThatOverlapProveNothing() {
        SeriesResult result =
                comparison(
                        List.of(
                                slice("redis-direct", 1.0, 0),
                                slice("redis", 2.0, 0),
                                slice("redis", 1.4, 0),
                                slice("redis-direct", 1.5, 0)));

        assertThat(result.verdict().outcome()).isEqualTo("INCONCLUSIVE");
        assertThat(result.verdict().exitCode()).isEqualTo(5);
        assertThat(result.verdict().reasons().getFirst()).contains("overlap");
    }

    @Test
    void theWorstRunDecides() {
        SeriesResult result =
                comparison(
                        List.of(
                                slice("redis-direct", 1.0, 0),
                                slice("redis", 1.0, 4),
                                slice("redis", 1.0, 1),
                                slice("redis-direct", 1.0, 0)));

        assertThat(result.verdict().exitCode()).isEqualTo(4);
        assertThat(result.verdict().outcome()).isEqualTo("FAIL");
        assertThat(result.verdict().reasons()).contains("redis: something");
    }

    @Test
    void anInterruptedSeriesIsNoPass() {
        SeriesResult result =
                new RepeatedRuns(plan, List.of(DIRECT, SENTINEL), 1, 10)
                        .result(List.of(slice("redis-direct", 1.0, 0)), true);

        assertThat(result.verdict().exitCode()).isEqualTo(130);
        assertThat(result.verdict().outcome()).isEqualTo("INCONCLUSIVE");
    }

    /** Whatever the highest rate is, the search ends, close below it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 999, 1000, 1001, 4_321, 77_777, 999_999, 1_000_000})
    void theSearchEndsCloseToTheLimit(int limit) {
        int kept = 0;
        int failed = 0;
        List<Integer> tried = new ArrayList<>();
        for (int next = 1000; next > 0; next = MaxSearch.next(kept, failed)) {
            tried.add(next);
            if (next <= limit) {
                kept = next;
            } else {
                failed = next;
            }
            assertThat(tried).hasSizeLessThan(30);
        }
        assertThat(kept).isBetween(limit * 95 / 100, limit);
        assertThat(tried).doesNotHaveDuplicates();
    }

    @Test
    void aRateIsKeptOrNotForAReason() {
        assertThat(search.judge(observed(5000, 5000, 5.0, 40, 0)).kept()).isTrue();
        assertThat(search.judge(observed(5000, 4999, 5.0, 40, 0)).why())
                .isEqualTo("success 99.980 %");
        assertThat(search.judge(observed(5000, 5000, 20.5, 40, 0)).why())
                .isEqualTo("p99 20.500 ms, more than 20 ms");
        // 500/s times 20 ms is less than what is always allowed
        assertThat(search.judge(observed(5000, 5000, 5.0, 101, 0)).why())
                .isEqualTo("a backlog of 101 messages, more than 100");
        assertThat(search.judge(observed(5000, 5000, 5.0, 40, 4)).why()).isEqualTo("reason");
    }

    @Test
    void aTesterThatIsTooSlowIsNotTheTargetsFault() {
        MaxSearch.Judgement tester = search.judge(slow(List.of("no processor left")));
        MaxSearch.Judgement target = search.judge(slow(List.of()));

        assertThat(tester.tester()).isTrue();
        assertThat(tester.why()).isEqualTo("no processor left");
        assertThat(target.tester()).isFalse();
        assertThat(target.why()).isEqualTo("only 480.0/s could be sent");
    }

    @Test
    void theLimitIsWhatTheResultSaysOfItsGenerator() {
        // every rate is too high for the tester: the search ends at 1/s with nothing kept
        RunResult saturated = Results.saturated("its sending thread used 99 % of a processor");
        List<SeriesResult.Step> told = new ArrayList<>();

        SeriesResult result = search.run((_, _) -> saturated, new Interruption(), told::add);

        assertThat(told).isNotEmpty().allMatch(step -> step.why().contains("sending thread"));
        SeriesResult.Maximum maximum = Objects.requireNonNull(result.maximum());
        assertThat(maximum.limit())
                .isEqualTo(
                        "this tester, not the target: its sending thread used 99 % of a processor");
        assertThat(result.verdict().exitCode()).isEqualTo(5);
        assertThat(result.verdict().reasons()).anyMatch(reason -> reason.contains(maximum.limit()));
    }

    private static MaxSearch.Observed slow(List<String> saturated) {
        return new MaxSearch.Observed(
                500, 480, 5000, 5000, 90, List.of(3L, 3L), saturated, 1, List.of("sent"));
    }

    private static MaxSearch.Observed observed(
            long attempted, long acked, double p99, long backlog, int exitCode) {
        return new MaxSearch.Observed(
                500,
                500,
                attempted,
                acked,
                p99,
                List.of(0L, 0L, backlog, backlog + 1),
                List.of(),
                exitCode,
                List.of("reason"));
    }

    private SeriesResult comparison(List<Slice> slices) {
        return new RepeatedRuns(plan, List.of(DIRECT, SENTINEL), 1, 10).result(slices, false);
    }

    private static Slice slice(String side, double mean, int exitCode) {
        return new Slice(
                side,
                side,
                500,
                Map.of("rate", 500.0, "ack.mean", mean, "ack.p50", mean, "ack.p99", mean),
                100,
                exitCode == 0 ? "PASS" : "FAIL",
                exitCode,
                exitCode == 0 ? List.of() : List.of("something"));
    }

    private static TargetPlan target(List<NodeAddress> sentinels) {
        return new TargetPlan.Redis(
                new RedisPlan(sentinels, "mymaster", NODE, "", ""),
                "load-test",
                TargetPlan.Ack.IN_SYNC,
                true);
    }
}
