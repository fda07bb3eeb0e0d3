/** Wires the library into a Spring Boot application. */
@NullMarked
package io.detektor.redisha.autoconfigure;

import org.jspecify.annotations.NullMarked;
