/**
 * Writes that are answered only when every replica that could become master has them.
 *
 * <p>The public door is {@link io.detektor.redisha.durability.DurableWriter}.
 */
@NullMarked
package io.detektor.redisha.durability;

import org.jspecify.annotations.NullMarked;
