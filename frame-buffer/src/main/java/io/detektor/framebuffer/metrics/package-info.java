/** The meters of frame-buffer, all names in one place, and {@code GET /metrics}. */
@NullMarked
package io.detektor.framebuffer.metrics;

import org.jspecify.annotations.NullMarked;
