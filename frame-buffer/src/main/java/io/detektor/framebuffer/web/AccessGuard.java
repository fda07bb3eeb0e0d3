package io.detektor.framebuffer.web;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/**
 * Lets through who has the token, where one is set. It guards the {@link FrameEndpoint}s: all that
 * changes or empties the buffer, or shows what frames hold. Sizes, health and metrics are open.
 */
@Component
final class AccessGuard {

    static final Problem REFUSAL =
            Problem.wrong(
                    ProblemType.UNAUTHORIZED,
                    HttpHeaders.AUTHORIZATION,
                    "missing or wrong",
                    "Bearer and the token");

    private static final String BEARER = "Bearer ";

    /** Digest of the token: of one length whatever is sent, so a comparison tells nothing of it. */
    private final byte @Nullable [] digest;

    AccessGuard(FrameBufferProperties settings) {
        String token = token(settings.access());
        this.digest = token == null ? null : sha256(token);
    }

    private static @Nullable String token(FrameBufferProperties.Access access) {
        if (!access.token().isBlank()) {
            return access.token().strip();
        }
        if (access.tokenFile().isBlank()) {
            return null;
        }
        String token;
        try {
            token = Files.readString(Path.of(access.tokenFile())).strip();
        } catch (IOException e) {
            throw new InvalidConfigurationPropertyValueException(
                    "frame-buffer.access.token-file",
                    access.tokenFile(),
                    "Expected: a file that can be read");
        }
        if (token.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    "frame-buffer.access.token-file", access.tokenFile(), "The file is empty");
        }
        return token;
    }

    boolean admits(ServerHttpRequest request) {
        if (digest == null) {
            return true;
        }
        String given = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return given != null
                && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(digest, sha256(given.substring(BEARER.length()).strip()));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
