package io.detektor.framebuffer.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

/** Where the token comes from, and who is let through. */
class AccessGuardTests {

    @TempDir Path directory;

    private static AccessGuard guard(String token, String tokenFile) {
        MapConfigurationPropertySource source = new MapConfigurationPropertySource();
        source.put("frame-buffer.access.token", token);
        source.put("frame-buffer.access.token-file", tokenFile);
        return new AccessGuard(
                new Binder(source).bind("frame-buffer", FrameBufferProperties.class).get());
    }

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("token"), content).toString();
    }

    private static boolean admits(AccessGuard guard, String authorization) {
        return guard.admits(
                MockServerHttpRequest.get("/").header("Authorization", authorization).build());
    }

    @Test
    void theTokenOfAFileCountsWithoutItsLineEnd() throws IOException {
        AccessGuard guard = guard("", file("open sesame\r\n"));

        assertThat(admits(guard, "Bearer open sesame")).isTrue();
        assertThat(admits(guard, "bearer  open sesame ")).as("RFC 9110 in any case").isTrue();
        assertThat(guard.admits(MockServerHttpRequest.get("/").build())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer open sesam",
                "Bearer open sesamee",
                "Bearer OPEN SESAME",
                "Bearer",
                "Bearer ",
                "Basic open sesame",
                "open sesame",
                ""
            })
    void anythingElseIsNot(String authorization) throws IOException {
        assertThat(admits(guard("", file("open sesame")), authorization)).isFalse();
    }

    @Test
    void whereBothAreGivenTheTokenItselfCounts() throws IOException {
        AccessGuard guard = guard("first", file("second"));

        assertThat(admits(guard, "Bearer first")).isTrue();
        assertThat(admits(guard, "Bearer second")).isFalse();
    }

    @Test
    void withoutATokenEverybodyIsLetThrough() {
        assertThat(guard("", " ").admits(MockServerHttpRequest.get("/").build())).isTrue();
    }

    @Test
    void aFileThatIsNotThereEndsTheStart() {
        String path = directory.resolve("none").toString();

        assertThatThrownBy(() -> guard("", path))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContainingAll("frame-buffer.access.token-file", path, "can be read");
    }

    @Test
    void anEmptyFileEndsTheStartInsteadOfLettingEverybodyThrough() throws IOException {
        String path = file(" \n");

        assertThatThrownBy(() -> guard("", path))
                .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                .hasMessageContainingAll("frame-buffer.access.token-file", path, "empty");
    }
}
