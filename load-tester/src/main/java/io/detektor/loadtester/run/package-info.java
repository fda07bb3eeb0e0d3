/** Sends the messages of a plan at their times. */
@NullMarked
package io.detektor.loadtester.run;

import org.jspecify.annotations.NullMarked;
