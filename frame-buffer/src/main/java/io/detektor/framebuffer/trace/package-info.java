/** Micrometer observations of requests, and of frames on their way from producer to consumer. */
@NullMarked
package io.detektor.framebuffer.trace;

import org.jspecify.annotations.NullMarked;
