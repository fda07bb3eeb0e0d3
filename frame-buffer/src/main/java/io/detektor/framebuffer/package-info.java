/**
 * HTTP in front of Redis Streams: a frame that is answered with 200 survives the failover.
 *
 * <p>A frame's way in: {@code enqueue.EnqueueRoute} (HTTP) → {@code enqueue.EnqueueService} →
 * {@code stream.FrameLog} → redis-ha's {@code DurableWriter}. Its way out: {@code
 * dequeue.DequeueRoute} → {@code stream.FrameLog}. Everything that people and monitoring ask is in
 * {@code status} and {@code metrics}.
 */
@NullMarked
package io.detektor.framebuffer;

import org.jspecify.annotations.NullMarked;
