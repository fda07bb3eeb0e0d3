/** The settings of frame-buffer, and the environment variables that they are known by. */
@NullMarked
package io.detektor.framebuffer.settings;

import org.jspecify.annotations.NullMarked;
