/** What people and orchestrators ask: how full, how well, ready or not. */
@NullMarked
package io.detektor.framebuffer.status;

import org.jspecify.annotations.NullMarked;
