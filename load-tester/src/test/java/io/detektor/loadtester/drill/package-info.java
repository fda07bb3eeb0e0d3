@NullMarked
package io.detektor.loadtester.drill;

import org.jspecify.annotations.NullMarked;
