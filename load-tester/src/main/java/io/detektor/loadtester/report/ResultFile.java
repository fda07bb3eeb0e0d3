package io.detektor.loadtester.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes {@code result.json}. */
public final class ResultFile {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    // the order that the records are written in is the one that reads well
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .build();

    private ResultFile() {}

    /** A result as JSON. */
    public static String json(RunResult result) {
        return JSON.writeValueAsString(result);
    }

    /**
     * Writes {@code result.json} into a directory, whole or not at all.
     *
     * @return the file
     * @throws IOException when the directory cannot be made or written to
     */
    public static Path write(RunResult result, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("result.json");
        Path partial = directory.resolve("result.json.part");
        Files.writeString(partial, json(result) + "\n", StandardCharsets.UTF_8);
        return Files.move(
                partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
