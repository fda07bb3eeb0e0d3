/** The page at {@code /}, and what it shows as JSON. */
@NullMarked
package io.detektor.telegramalerts.page;

import org.jspecify.annotations.NullMarked;
