/** The fault drill: a catalogue of faults, each done under load on a set of its own, and judged. */
@NullMarked
package io.detektor.loadtester.drill;

import org.jspecify.annotations.NullMarked;
