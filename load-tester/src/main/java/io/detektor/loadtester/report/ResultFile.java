package io.detektor.loadtester.report;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.detektor.loadtester.plan.InvalidValueException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code result.json}: written, and read again. */
public final class ResultFile {

    /** Its name in a directory of outputs. */
    public static final String NAME = "result.json";

    private static final JsonSetter.Value EMPTY = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

    /** What every result has had from the first version on. */
    private static final List<String> REQUIRED =
            List.of(
                    "/run/host",
                    "/config",
                    "/target",
                    "/counts",
                    "/rates",
                    "/latency/ackService",
                    "/latency/ackResponse",
                    "/proof",
                    "/generator",
                    "/verdict");

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    // the order that the records are written in is the one that reads well
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    // an older file lacks what came later: empty, or 0
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .withConfigOverride(List.class, each -> each.setNullHandling(EMPTY))
                    .withConfigOverride(Map.class, each -> each.setNullHandling(EMPTY))
                    .withConfigOverride(String.class, each -> each.setNullHandling(EMPTY))
                    .build();

    private ResultFile() {}

    /** A result, of a run or of several, as JSON. */
    public static String json(Object result) {
        return JSON.writeValueAsString(result);
    }

    static JsonNode tree(RunResult result) {
        return JSON.valueToTree(result);
    }

    /** Anything as one line of JSON. */
    static String compact(Object value) {
        return JSON.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    }

    /** Writes {@code result.json} into a directory, whole or not at all. */
    static Path write(RunResult result, Path directory) throws IOException {
        return WholeFile.write(
                directory, NAME, (json(result) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a result that this version or an older one wrote.
     *
     * @param name what to call the path in a message
     * @param path the file, or the directory that {@code result.json} is in
     * @throws InvalidValueException when it cannot be read, is something else, or is newer
     */
    public static RunResult read(String name, Path path) {
        Path file = Files.isDirectory(path) ? path.resolve(NAME) : path;
        JsonNode tree;
        try {
            tree = JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw wrong(name, file, "a result.json that can be read");
        } catch (JacksonException e) {
            throw wrong(
                    name,
                    file,
                    "a result.json; this is no JSON"
                            + (e.getLocation() == null
                                    ? ""
                                    : " from line " + e.getLocation().getLineNr() + " on"));
        }
        JsonNode version = tree.path("schemaVersion");
        if (!version.isInt() || !tree.path("run").isObject() || !tree.path("counts").isObject()) {
            throw wrong(name, file, "a result.json of this load tester; this is some other JSON");
        }
        if (version.asInt() > RunResult.SCHEMA_VERSION || version.asInt() < 1) {
            throw wrong(
                    name,
                    file,
                    "schemaVersion up to "
                            + RunResult.SCHEMA_VERSION
                            + "; this one has "
                            + version.asInt()
                            + ", a newer load tester can read it");
        }
        for (String member : REQUIRED) {
            if (!tree.at(member).isObject()) {
                throw wrong(name, file, "a complete result.json; wrong or missing: " + member);
            }
        }
        try {
            return JSON.treeToValue(tree, RunResult.class);
        } catch (JacksonException | NullPointerException e) {
            // the records refuse null where something must be
            String where =
                    e instanceof JacksonException json && !json.getPath().isEmpty()
                            ? json.getPathReference().replaceAll(".*?\\[", "[")
                            : "a member that every result has";
            throw wrong(name, file, "a complete result.json; wrong or missing: " + where);
        }
    }

    private static InvalidValueException wrong(String name, Path file, String expected) {
        return new InvalidValueException(name, file.toString(), expected);
    }
}
