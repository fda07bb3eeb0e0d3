@NullMarked
package io.detektor.loadtester.journal;

import org.jspecify.annotations.NullMarked;
