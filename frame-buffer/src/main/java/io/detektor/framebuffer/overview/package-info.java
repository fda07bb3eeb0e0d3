/** What the page at {@code /} shows: topology, rates, latencies, the buffer, failovers. */
@NullMarked
package io.detektor.framebuffer.overview;

import org.jspecify.annotations.NullMarked;
