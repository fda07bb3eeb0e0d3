/** Faults during a run: injected, verified, healed, and what followed on one clock. */
@NullMarked
package io.detektor.loadtester.fault;

import org.jspecify.annotations.NullMarked;
