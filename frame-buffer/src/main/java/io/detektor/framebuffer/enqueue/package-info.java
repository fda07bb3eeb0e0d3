/** The way in: {@code POST /frames/enqueue}, answered with 200 only when the frame is confirmed. */
@NullMarked
package io.detektor.framebuffer.enqueue;

import org.jspecify.annotations.NullMarked;
