/** A line for each message, for who wants to count for himself. */
@NullMarked
package io.detektor.loadtester.journal;

import org.jspecify.annotations.NullMarked;
