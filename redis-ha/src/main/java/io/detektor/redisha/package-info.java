/** Words that every part of this library shares. */
@NullMarked
package io.detektor.redisha;

import org.jspecify.annotations.NullMarked;
