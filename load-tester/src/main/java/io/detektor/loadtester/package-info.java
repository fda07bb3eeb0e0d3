/** Load, proof of no loss, faults, and what is told about them; the start is {@link LoadTester}. */
@NullMarked
package io.detektor.loadtester;

import org.jspecify.annotations.NullMarked;
