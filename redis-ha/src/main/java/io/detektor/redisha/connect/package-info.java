/**
 * Single connections to single nodes. A connection here never reconnects by itself: when it breaks
 * it is over, so that what was written on it and what confirms it can never come from two different
 * connections ({@code WAIT} on a fresh connection answers at once and proves nothing).
 */
@NullMarked
package io.detektor.redisha.connect;

import org.jspecify.annotations.NullMarked;
