/** How full the buffer is, what follows from it for those who send, and its emptying. */
@NullMarked
package io.detektor.framebuffer.buffer;

import org.jspecify.annotations.NullMarked;
