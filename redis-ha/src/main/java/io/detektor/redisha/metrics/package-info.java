/** All meter names of this library, in one place. */
@NullMarked
package io.detektor.redisha.metrics;

import org.jspecify.annotations.NullMarked;
