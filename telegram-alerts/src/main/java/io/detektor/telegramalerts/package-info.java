/**
 * Tells what is wrong with the set. It watches the Sentinels ({@code watch}) and logs each
 * happening once.
 */
@NullMarked
package io.detektor.telegramalerts;

import org.jspecify.annotations.NullMarked;
