/** Several runs in one command: two targets compared, the highest rate searched, a run repeated. */
@NullMarked
package io.detektor.loadtester.series;

import org.jspecify.annotations.NullMarked;
