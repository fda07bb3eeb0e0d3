package io.detektor.framebuffer.stream;

import io.detektor.redisha.master.MasterConnection;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The Lua scripts beside this class: each is one atomic step on the server. Called by digest, and
 * sent whole to a server that does not know it (a restarted one, or one that became master).
 */
enum Script {
    TAKE("take.lua", ScriptOutputType.MULTI),
    OWN("own.lua", ScriptOutputType.MULTI),
    ACKNOWLEDGE("acknowledge.lua", ScriptOutputType.INTEGER),
    CLAIM("claim.lua", ScriptOutputType.MULTI),
    LEAVE("leave.lua", ScriptOutputType.INTEGER),
    LEASE("lease.lua", ScriptOutputType.MULTI),
    SETTLE("settle.lua", ScriptOutputType.MULTI),
    RELEASE("release.lua", ScriptOutputType.MULTI),
    EXTEND("extend.lua", ScriptOutputType.INTEGER),
    DUE("due.lua", ScriptOutputType.MULTI),
    REMOVE("remove.lua", ScriptOutputType.INTEGER),
    CLEAR("clear.lua", ScriptOutputType.INTEGER),
    SIZES("sizes.lua", ScriptOutputType.MULTI);

    private final String text;
    private final String digest;
    private final ScriptOutputType output;

    Script(String file, ScriptOutputType output) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("script: " + file + " (expected: in the jar)");
            }
            byte[] bytes = in.readAllBytes();
            this.text = new String(bytes, StandardCharsets.UTF_8);
            this.digest =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        this.output = output;
    }

    /** Runs the script; the future fails as {@link MasterConnection#call} says. */
    <T> CompletableFuture<T> run(
            MasterConnection connection, List<String> keys, List<byte[]> arguments) {
        return connection.call(redis -> this.<T>run(redis, keys, arguments));
    }

    /** Runs the script on one node. */
    <T> CompletionStage<T> run(
            RedisAsyncCommands<String, byte[]> redis, List<String> keys, List<byte[]> arguments) {
        String[] k = keys.toArray(String[]::new);
        byte[][] a = arguments.toArray(byte[][]::new);
        return redis.<T>evalsha(digest, output, k, a)
                .toCompletableFuture()
                .exceptionallyCompose(failure ->
                        isNoScript(failure)
                                ? redis.<T>eval(text, output, k, a)
                                : CompletableFuture.failedFuture(failure));
    }

    private static boolean isNoScript(Throwable failure) {
        return failure instanceof RedisNoScriptException
                || (failure instanceof CompletionException
                        && failure.getCause() instanceof RedisNoScriptException);
    }
}
