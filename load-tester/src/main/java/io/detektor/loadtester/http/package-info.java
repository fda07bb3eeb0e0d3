/** The target frame-buffer: enqueue over HTTP, and take everything out again. */
@NullMarked
package io.detektor.loadtester.http;

import org.jspecify.annotations.NullMarked;
