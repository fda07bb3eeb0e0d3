/** How the tester itself fares, so that it can say when it was the bottleneck. */
@NullMarked
package io.detektor.loadtester.health;

import org.jspecify.annotations.NullMarked;
