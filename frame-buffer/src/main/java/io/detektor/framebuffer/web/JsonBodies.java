package io.detektor.framebuffer.web;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads small JSON bodies. What is wrong with one is answered by {@link FrameEndpoints}. */
public final class JsonBodies {

    /** Larger ones hold more than any call takes. */
    public static final int LARGEST = 256 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonBodies() {}

    /** One JSON object. */
    public static JsonNode object(byte[] body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (DatabindException e) {
            // its own words name classes
            throw wrong("more text after the object", "one JSON object");
        } catch (JacksonException e) {
            throw wrong("not JSON: " + e.getOriginalMessage(), "one JSON object");
        }
        throw wrong("no JSON object", "one JSON object");
    }

    /**
     * The texts of a member that is a list of them.
     *
     * @param most how many there may be; there must be one
     */
    public static List<String> texts(JsonNode object, String name, int most) {
        JsonNode list = object.path(name);
        List<String> texts = new ArrayList<>();
        for (JsonNode each : list) {
            if (!each.isString()) {
                throw wrong(name + " with something else than text", expected(name, most));
            }
            texts.add(each.asString());
        }
        if (!list.isArray() || texts.isEmpty() || texts.size() > most) {
            throw wrong(name + " with " + texts.size() + " texts", expected(name, most));
        }
        return texts;
    }

    private static String expected(String name, int most) {
        return "{\"" + name + "\": [1 to " + most + " texts]}";
    }

    /** The answer to a body that is not what it should be. */
    public static ProblemException wrong(String found, String expected) {
        return new ProblemException(
                Problem.wrong(ProblemType.MALFORMED_REQUEST, "body", found, expected));
    }
}
