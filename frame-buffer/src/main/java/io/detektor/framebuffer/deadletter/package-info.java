/** Frames that could not be kept or served: looked at, put back, or removed for good. */
@NullMarked
package io.detektor.framebuffer.deadletter;

import org.jspecify.annotations.NullMarked;
