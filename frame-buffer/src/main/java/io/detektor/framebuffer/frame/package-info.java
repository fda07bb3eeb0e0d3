/** What a frame is: plain Java, free of HTTP and of Redis. */
@NullMarked
package io.detektor.framebuffer.frame;

import org.jspecify.annotations.NullMarked;
