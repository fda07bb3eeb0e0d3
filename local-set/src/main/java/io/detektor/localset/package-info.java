/** A whole Redis Sentinel set as processes on this machine, and the faults that can befall it. */
@NullMarked
package io.detektor.localset;

import org.jspecify.annotations.NullMarked;
