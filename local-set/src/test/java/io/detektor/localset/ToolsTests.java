package io.detektor.localset;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTests {

    @TempDir Path path;

    @Test
    void aMissingServerIsNamedWithWhatToInstall() {
        assertThatThrownBy(() -> Tools.require(path.toString()))
                .isInstanceOf(LocalSetException.class)
                .hasMessage(
                        "redis-server: not found on the PATH (expected: 7.0 or later; install the"
                                + " system's package redis-server or redis, 7.0 or later)");
    }

    @Test
    void aServerThatIsTooOldIsNamedWithItsVersion() throws IOException {
        programs("Redis server v=6.2.7 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64");
        assertThatThrownBy(() -> Tools.require(path.toString()))
                .isInstanceOf(LocalSetException.class)
                .hasMessageContaining("redis-server: Redis server v=6.2.7")
                .hasMessageContaining("(expected: 7.0 or later;");
    }

    @Test
    void aServerOfALaterVersionWillDo() throws IOException {
        programs("Redis server v=8.2.1 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64");
        assertThatCode(() -> Tools.require(path.toString())).doesNotThrowAnyException();
    }

    private void programs(String version) throws IOException {
        for (String name : new String[] {"redis-server", "redis-cli", "setsid", "timeout"}) {
            Path program = path.resolve(name);
            Files.writeString(program, "#!/bin/sh\necho '" + version + "'\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
