/**
 * The domain: how what is reported folds into incidents. Plain records and one book of them; no
 * Spring, no I/O, and the same result whenever the same signals are read again.
 */
@NullMarked
package io.detektor.telegramalerts.incident;

import org.jspecify.annotations.NullMarked;
