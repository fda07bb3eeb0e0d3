/** Connections that are always to the master, and never outlive its mastership. */
@NullMarked
package io.detektor.redisha.master;

import org.jspecify.annotations.NullMarked;
