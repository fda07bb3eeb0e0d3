/** Everything that speaks to Redis: writing, consuming, reading back, asking nodes who they are. */
@NullMarked
package io.detektor.loadtester.stream;

import org.jspecify.annotations.NullMarked;
