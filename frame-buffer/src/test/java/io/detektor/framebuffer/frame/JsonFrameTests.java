package io.detektor.framebuffer.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonFrameTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"frame_id\":\"cam-1\"}                    | \"cam-1\"",
                "{\"frame_id\" : 42 , \"a\":1}               | 42",
                "{\"a\":1,\"frame_id\":-1.5e3}               | -1.5e3",
                "{\"frame_id\":12345678901234567890123}      | 12345678901234567890123",
                "{\"frame_id\":null}                         | null",
                "{\"frame_id\":true }                        | true",
                "{\"frame_id\":\"a\\\"b\\u00e4\"}            | \"a\\\"b\\u00e4\"",
                "{\"frame_id\":{\"x\":[1, 2]}, \"b\":2}      | {\"x\":[1, 2]}",
                "{\"frame_id\":[]}                           | []",
                "{}                                          | \"unknown\"",
                "{\"a\":{\"frame_id\":1}}                    | \"unknown\"",
                "{\"frame_id\":1,\"frame_id\":2}             | 2",
            })
    void frameIdIsTheValueAsItWasWritten(String body, String frameId) {
        JsonFrame frame = JsonFrame.parse(body.getBytes(UTF_8));

        assertThat(new String(frame.frameId(), UTF_8)).isEqualTo(frameId);
        assertThat(new String(frame.body(), UTF_8)).isEqualTo(body);
    }

    @Test
    void frameIdBehindOtherAlphabetsIsFound() {
        String body = "{\"ключ\":\"значение 🎞\",\"frame_id\":\"ö\"}";

        assertThat(new String(JsonFrame.parse(body.getBytes(UTF_8)).frameId(), UTF_8))
                .isEqualTo("\"ö\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "[{}]",
                "null",
                "1",
                "\"a\"",
                "{}{}",
                "{} {}",
                "{} x",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":tru}",
                "{\"a\":1/*c*/}",
                "{\"a\":1}//c",
                "{\"a\" 1}",
                "{\"a\":[1}",
                "{\"a\":1}]",
                "{\"a\":\"b}",
                "\uFEFF{}"
            })
    void whatIsNotOneJsonObjectIsRefused(String body) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> JsonFrame.parse(body.getBytes(UTF_8)))
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty())
                .withMessageNotContaining("tools.jackson");
    }

    @Test
    void otherEncodingsAreRefused() {
        String text = "{\"a\":\"é\"}";
        for (byte[] body :
                new byte[][] {
                    text.getBytes(UTF_16),
                    text.getBytes(UTF_16LE),
                    text.getBytes(ISO_8859_1),
                    // an overlong slash, an encoded surrogate, and the half of a character
                    bytes("{\"a\":\"", 0xC0, 0xAF, "\"}"),
                    bytes("{\"a\":\"", 0xED, 0xA0, 0x80, "\"}"),
                    bytes("{\"a\":\"", 0xC3, "\"}"),
                    bytes("{\"a\":\"12345678901234567890", 0xFF, "\"}"),
                }) {
            assertThatExceptionOfType(MalformedFrameException.class)
                    .isThrownBy(() -> JsonFrame.parse(body));
        }
    }

    @Test
    void deepNestingIsRefusedAndNotFollowed() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> JsonFrame.parse(deep.getBytes(UTF_8)));
    }

    /** Whatever is accepted can be read by a parser that knows nothing of ours, and only that. */
    @Test
    void randomDamageIsFoundAsAnotherParserFindsIt() {
        long seed = 20261123;
        Random random = new Random(seed);
        JsonMapper other = JsonMapper.builder().build();
        String valid =
                "{\"frame_id\":\"cam-01-7\",\"w\":640,\"n\":[1,2.5,-3e2,null,true],"
                        + "\"o\":{\"ü\":\"\\u00e9\"},\"data\":\"/9j/4AAQSkZJRg==\"}";
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] body = valid.getBytes(UTF_8);
            for (int damage = random.nextInt(3); damage >= 0; damage--) {
                body[random.nextInt(body.length)] =
                        random.nextBoolean()
                                ? (byte) "{}[]\",:0e\\ ".charAt(random.nextInt(11))
                                : (byte) random.nextInt(256);
            }
            boolean ours;
            try {
                byte[] id = JsonFrame.parse(body).frameId();
                ours = true;
                accepted++;
                JsonNode there = other.readTree(body).path("frame_id");
                assertThat(there.isMissingNode() ? other.readTree("\"unknown\"") : there)
                        .as("seed %d, case %d: %s", seed, i, new String(body, UTF_8))
                        .isEqualTo(other.readTree(id));
            } catch (MalformedFrameException e) {
                ours = false;
            }
            assertThat(ours)
                    .as("seed %d, case %d: %s", seed, i, new String(body, UTF_8))
                    .isEqualTo(isObject(other, body));
        }
        assertThat(accepted).isBetween(1_000, 19_000);
    }

    private static boolean isObject(JsonMapper mapper, byte[] body) {
        try {
            // through text, strictly, so that neither parser guesses an encoding
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            JsonNode node =
                    mapper.rebuild()
                            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                            .build()
                            .readTree(text);
            return node.isObject();
        } catch (JacksonException | CharacterCodingException e) {
            return false;
        }
    }

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            switch (part) {
                case String text -> out.writeBytes(text.getBytes(UTF_8));
                case Integer one -> out.write(one);
                default -> throw new IllegalArgumentException(String.valueOf(part));
            }
        }
        return out.toByteArray();
    }
}
