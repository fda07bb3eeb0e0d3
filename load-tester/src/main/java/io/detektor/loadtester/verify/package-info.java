/** The verdict: what was confirmed against what can be read back. */
@NullMarked
package io.detektor.loadtester.verify;

import org.jspecify.annotations.NullMarked;
