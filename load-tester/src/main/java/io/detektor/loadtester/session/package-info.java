/** One run from start to verdict. */
@NullMarked
package io.detektor.loadtester.session;

import org.jspecify.annotations.NullMarked;
