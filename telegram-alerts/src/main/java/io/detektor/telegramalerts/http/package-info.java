/** HTTP with JSON, as a client. */
@NullMarked
package io.detektor.telegramalerts.http;

import org.jspecify.annotations.NullMarked;
