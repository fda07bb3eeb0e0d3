/** The whole system on this machine, a fault in the middle, and the proof. */
@NullMarked
package io.detektor.loadtester.demo;

import org.jspecify.annotations.NullMarked;
