/** What holds across the packages, and the program as a process. */
@NullMarked
package io.detektor.loadtester;

import org.jspecify.annotations.NullMarked;
