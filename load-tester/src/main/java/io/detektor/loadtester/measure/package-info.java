/** What happened to each message, and how long it took. */
@NullMarked
package io.detektor.loadtester.measure;

import org.jspecify.annotations.NullMarked;
