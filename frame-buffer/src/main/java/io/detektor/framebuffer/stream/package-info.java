/**
 * Where frames wait: the port {@link io.detektor.framebuffer.stream.FrameLog}, and Redis Streams
 * behind it.
 */
@NullMarked
package io.detektor.framebuffer.stream;

import org.jspecify.annotations.NullMarked;
