/** From what three Sentinels publish to what happened, told once. */
@NullMarked
package io.detektor.telegramalerts.watch;

import org.jspecify.annotations.NullMarked;
