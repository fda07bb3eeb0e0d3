package io.detektor.localset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are accepted as they are, not only as the entry points complete them. */
class ShippedFilesIntegrationTests {

    @ParameterizedTest
    @ValueSource(strings = {"redis-master.conf", "redis-slave.conf", "sentinel.conf"})
    void theServerAccepts(String file, @TempDir Path directory) throws Exception {
        Path copy = directory.resolve(file);
        Files.writeString(copy, read("config/" + file));
        int port = Ports.free(1);
        List<String> command = new ArrayList<>(List.of("redis-server", copy.toString()));
        command.addAll(List.of("--port", String.valueOf(port), "--dir", directory.toString()));
        if (file.equals("sentinel.conf")) {
            command.add("--sentinel");
        }
        Path log = directory.resolve("log");
        Process server =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            Node node = new Node(file, "127.0.0.1", port, directory, false);
            Await.until(
                    () -> Resp.tryAsk(node, "PING").isPresent() || !server.isAlive(),
                    Asking.SOON,
                    () -> "no answer");
            assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void bothDataNodesRunWithTheSameDirectives() {
        assertThat(directives("config/redis-master.conf"))
                .isEqualTo(directives("config/redis-slave.conf"))
                .contains("appendonly yes", "maxmemory-policy noeviction");
    }

    @Test
    void anAnswerIsReadWithoutStartingAProcess(@TempDir Path directory) throws IOException {
        Path functions = directory.resolve("functions.sh");
        Files.writeString(functions, read("bin/functions.sh"));
        Path script = directory.resolve("script");
        Files.writeString(
                script,
                """
                . "%s"
                info=$(printf '# Replication\\r\\nrole:slave\\r\\nmaster_host:10.0.0.7\\r\\nmaster_port:6379\\r\\n')
                name=n line=l wanted=w
                PATH=/nowhere
                master_of "$info"
                field "$info" rol
                echo "$of [$field] $name $line $wanted"
                has "$info" role slave && echo yes
                has "$info" role sla || echo no
                """
                        .formatted(functions));
        assertThat(run(script).output()).isEqualTo("10.0.0.7:6379 [] n l w\nyes\nno\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis-node",
                "redis-sentinel-node",
                "redis-switch",
                "redis-secrets",
                "redis-single"
            })
    void everyCommandExplainsItselfAndRefusesWhatItDoesNotKnow(String name, @TempDir Path directory)
            throws IOException {
        Path command = directory.resolve(name);
        Files.writeString(command, read("bin/" + name));
        Files.writeString(directory.resolve("functions.sh"), read("bin/functions.sh"));

        Tools.Outcome help = run(command, "--help");
        assertThat(help.status()).isZero();
        assertThat(help.output()).startsWith("Usage: " + name);

        Tools.Outcome unknown = run(command, "--frobnicate");
        assertThat(unknown.status()).isEqualTo(64);
        assertThat(unknown.output())
                .startsWith(name + ": --frobnicate: unknown argument (expected: ")
                .hasLineCount(1);

        Tools.Outcome unset = run(command);
        assertThat(unset.status()).isEqualTo(64);
        assertThat(unset.output()).contains(": not set (see " + name + " --help)").hasLineCount(1);
    }

    private static Tools.Outcome run(Path command, String... arguments) {
        List<String> words = new ArrayList<>(List.of("/bin/sh", command.toString()));
        words.addAll(List.of(arguments));
        return Tools.run(words, Map.of());
    }

    private static List<String> directives(String file) {
        return read(file).lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
    }

    private static String read(String file) {
        try (InputStream in = LocalSet.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }
}
