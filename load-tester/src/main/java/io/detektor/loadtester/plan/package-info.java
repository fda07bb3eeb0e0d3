/** What a run shall do: plain records, read and checked before anything is started. */
@NullMarked
package io.detektor.loadtester.plan;

import org.jspecify.annotations.NullMarked;
