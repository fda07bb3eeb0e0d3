package io.detektor.framebuffer.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict check of UTF-8: the JSON parser lets overlong forms and encoded surrogates pass. */
final class Utf8 {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** Offset of the first byte that is not part of valid UTF-8, or -1. */
    static int firstInvalid(byte[] text) {
        int ascii = asciiPrefix(text);
        return ascii == text.length ? -1 : decode(text, ascii);
    }

    /** Most frames are ASCII to the end (base64): eight bytes a step, no copy. */
    private static int asciiPrefix(byte[] text) {
        int i = 0;
        for (; i <= text.length - Long.BYTES; i += Long.BYTES) {
            if (((long) LONGS.get(text, i) & HIGH_BITS) != 0) {
                break;
            }
        }
        while (i < text.length && text[i] >= 0) {
            i++;
        }
        return i;
    }

    private static int decode(byte[] text, int from) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(text, from, text.length - from);
        CharBuffer out = CharBuffer.allocate(Math.min(text.length - from, 8192));
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        return result.isError() ? in.position() : -1;
    }
}
