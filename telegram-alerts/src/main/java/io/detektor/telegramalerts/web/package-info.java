/** The paths that the replaced service had, beside Actuator's own. */
@NullMarked
package io.detektor.telegramalerts.web;

import org.jspecify.annotations.NullMarked;
