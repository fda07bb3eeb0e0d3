package io.detektor.loadtester.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Whatever is wrong is told in one line, with name, value and what was expected; nothing starts.
 */
class CommandLineInterfaceTests {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "--rat 5 => --rat: unknown (expected: --rate)",
                "bogus => bogus: unknown (expected: an option that --help lists)",
                "--rate => --rate: '' (expected: N|max)",
                "--rate fast => --rate: fast (expected: messages per second from 1 to 1000000, or max)",
                "--rate 0 => --rate: 0 (expected: messages per second from 1 to 1000000, or max)",
                "--duration 0 => --duration: 0 (expected: up to 24h)",
                "--duration soon => --duration: soon (expected: seconds, or a number with ms, s, m or h,"
                        + " for instance 30s)",
                "--sentinels here => --sentinels: here (expected: host:port, for instance"
                        + " 10.0.0.5:26379)",
                "--redis-port 70000 => --redis-port: 70000 (expected: 1 to 65535)",
                "--target kafka => --target: kafka (expected: redis, redis-direct or http)",
                "--ack all => --ack: all (expected: in-sync or master)",
                "--target http --ack master => --ack: master (expected: in-sync with --target http)",
                "--target http --url nowhere => --url: nowhere (expected: an address such as"
                        + " http://127.0.0.1:8002)",
                "--target http --consumers 2 => --consumers: 2 (expected: 0 with --target http; use"
                        + " --drain)",
                "--warmup 1h => --warmup: 1h (expected: 0 to 1m)",
                "--target http --warmup 1s => --warmup: 1s (expected: nothing with --target http)",
                "--payload-size 1TB => --payload-size: 1TB (expected: a size from 1B to 16MB, for"
                        + " instance 1KB)",
                "--timeout 1ms => --timeout: 1ms (expected: 100ms to 10m)",
                "--max-in-flight none => --max-in-flight: none (expected: 1 to 1000000)",
                "--quiet=perhaps => --quiet: perhaps (expected: true or false)",
                "--frames /nowhere => --frames: /nowhere (expected: a motion-JPEG file that can be read)",
                "--profile ramp:5 => --profile: ramp:5 (expected: const:RATE:TIME, ramp:FROM-TO:TIME,"
                        + " step:RATExN:TIME, spike:RATE:TIME or pause:TIME, separated by commas, for"
                        + " instance const:500:60s,ramp:500-5000:60s)",
                "--profile const:5:1s --rate 5 => --rate: 5 (expected: nothing with --profile, which"
                        + " says it)",
                "--profile pause:5s => --profile: pause:5s (expected: a phase that sends something)",
                "--threshold ack.p99 => --threshold: ack.p99 (expected: METRIC OPERATOR VALUE with < <="
                        + " > >= == or !=, for instance ack.p99<5ms)",
                "--threshold lost==0ms => --threshold: lost==0ms (expected: for lost messages)",
                "--slo gold => --slo: gold (expected: detektr or none)",
                "--baseline /nowhere => --baseline: /nowhere (expected: result.json of an earlier run)",
                "--max-regression 5 => --max-regression: 5 (expected: with --compare or --baseline"
                        + " only)",
                "--compare redis,redis => --compare: redis,redis (expected: two different targets, for"
                        + " instance redis-direct,redis)",
                "--compare redis,kafka => --compare: kafka (expected: redis, redis-direct or http)",
                "--find-max --repeat 2 => --find-max: true (expected: no --repeat, --compare or"
                        + " --fault)",
                "--hold 5s => --hold: given (expected: with --find-max only)",
                "--repeat 0 => --repeat: 0 (expected: 1 to 1000)",
                "--payload 4KiB-1KiB => --payload: 4KiB-1KiB (expected: the smaller size first)",
                "--payload file:/nowhere => --payload: /nowhere (expected: a file of 1B to 16MB that"
                        + " can be read)",
                "--payload-random 101 => --payload-random: 101 (expected: 0 to 100)",
                "--workload /nowhere => --workload: /nowhere (expected: a YAML file that can be read)",
                "--out /dev/null/x => --out: /dev/null/x (expected: a directory that can be made)",
                "--journal => --journal: true (expected: with --out, where it is written)",
                "--consumer-delay 5ms => --consumer-delay: 5ms (expected: with --consumers only)",
                "--consumers 1 --consumer-delay 2m => --consumer-delay: 2m (expected: up to 1m)",
                "demo --rate 0 => --rate: 0 (expected: 1 to 10000)",
                "demo --frame-buffer-jar /nowhere => --frame-buffer-jar: /nowhere (expected: a jar that"
                        + " was built)",
                "report => FILE|DIR: '' (expected: what report --help says)",
                "report /nowhere => FILE: /nowhere (expected: a result.json that can be read)",
                "diff /nowhere => B: '' (expected: what diff --help says)",
                "diff /nowhere /nowhere => A: /nowhere (expected: a result.json that can be read)",
                "diff a b --max-regression much => --max-regression: much (expected: percent, for"
                        + " instance 10%)"
            })
    void tellsWhatIsWrong(String arguments, String message) {
        int code = execute(Map.of(), arguments.split(" "));

        assertThat(err.toString().strip()).isEqualTo(message);
        assertThat(code).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFaultNeedsASetToBreak() {
        assertThat(execute(Map.of(), "--fault", "at=3s kill master")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("--fault: at=3s kill master (expected: --set with the directory");
    }

    @Test
    void namesTheVariableThatAWrongValueCameFrom() {
        assertThat(execute(Map.of("LOADTEST_RATE", "fast"))).isEqualTo(2);
        assertThat(err.toString()).startsWith("LOADTEST_RATE: fast (expected: messages");
    }

    @Test
    void namesTheVariableThatAWrongSwitchCameFrom() {
        assertThat(execute(Map.of("LOADTEST_QUIET", "perhaps"))).isEqualTo(2);
        assertThat(err.toString()).startsWith("LOADTEST_QUIET: perhaps (expected: true or false)");
    }

    @Test
    void theSuitesOwnVariablesSayWhereRedisIs() {
        assertThat(execute(Map.of("REDIS_SENTINEL_HOSTS", "no-port"))).isEqualTo(2);
        assertThat(err.toString()).startsWith("REDIS_SENTINEL_HOSTS: no-port (expected: host:port");
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironment() {
        assertThat(execute(Map.of("LOADTEST_RATE", "fast"), "--rate", "slow")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--rate: slow (expected: ");
    }

    @ParameterizedTest
    @CsvSource({"--no-use-sentinel,redis", "--use-sentinel,sentinels", "'',sentinels"})
    void sentinelIsTheDefaultAndCanBeLeftOut(String option, String asked) {
        String[] all =
                (option
                                + " --startup-timeout=100ms --quiet --redis-host=127.0.0.1"
                                + " --redis-port=1 --sentinels=127.0.0.1:1")
                        .strip()
                        .split(" ");

        assertThat(execute(Map.of(), all)).isEqualTo(3);
        assertThat(err.toString()).startsWith(asked + ": ");
    }

    @Test
    void helpSaysWhatThereIs() {
        assertThat(execute(Map.of(), "--help")).isZero();
        assertThat(out.toString())
                .contains("--rate", "--duration", "--consumers", "--stream-name", "use-sentinel")
                .contains("--redis-host", "--redis-port", "--fault", "Exit codes");
        assertThat(execute(Map.of(), "demo", "--help")).isZero();
        assertThat(out.toString()).contains("--keep").doesNotContain("--frame-buffer-jar");
    }

    private int execute(Map<String, String> environment, String... arguments) {
        CommandLine line = CommandLineInterface.commandLine(environment);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return CommandLineInterface.execute(line, environment, arguments);
    }
}
