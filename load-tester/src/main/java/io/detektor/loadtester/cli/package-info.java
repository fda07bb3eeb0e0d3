/** The command line. */
@NullMarked
package io.detektor.loadtester.cli;

import org.jspecify.annotations.NullMarked;
