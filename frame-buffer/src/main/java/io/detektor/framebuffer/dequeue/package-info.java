/** The way out: {@code GET /frames/dequeue}; nothing is acknowledged before it was handed out. */
@NullMarked
package io.detektor.framebuffer.dequeue;

import org.jspecify.annotations.NullMarked;
