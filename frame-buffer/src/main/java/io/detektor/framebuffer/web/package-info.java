/** What every HTTP endpoint shares: bounded bodies, problem answers, limits of the server. */
@NullMarked
package io.detektor.framebuffer.web;

import org.jspecify.annotations.NullMarked;
