/** Telegram: what is sent to it, and what is asked through it. */
@NullMarked
package io.detektor.telegramalerts.bot;

import org.jspecify.annotations.NullMarked;
