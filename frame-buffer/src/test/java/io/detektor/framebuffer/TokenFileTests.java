package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The token in a file that {@code FRAME_BUFFER_TOKEN_FILE} names, as Docker's secrets are. */
class TokenFileTests extends HttpTestBase {

    @SuppressWarnings("NullAway.Init")
    @TempDir
    static Path directory;

    @DynamicPropertySource
    static void tokenFile(DynamicPropertyRegistry registry) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "open sesame\n");
        registry.add("FRAME_BUFFER_TOKEN_FILE", file::toString);
    }

    @Test
    void guardsTheBuffer() {
        assertProblem(enqueue("{}"), 401, "unauthorized");
        assertProblem(enqueue("{}", "Authorization", "Bearer wrong"), 401, "unauthorized");
        assertProblem(get("/frames/dequeue"), 401, "unauthorized");
        assertThat(enqueue("{}", "Authorization", "Bearer open sesame").status()).isEqualTo(200);
        assertThat(get("/frames/status").json().at("/redis/queue_size").asInt()).isEqualTo(1);
    }
}
