/** Frames that their takers acknowledge themselves: acknowledgement, return, extension. */
@NullMarked
package io.detektor.framebuffer.lease;

import org.jspecify.annotations.NullMarked;
