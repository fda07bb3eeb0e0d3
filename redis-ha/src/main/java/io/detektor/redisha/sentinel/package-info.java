/** Who is master, and which replicas could become it: what the Sentinels say, by majority. */
@NullMarked
package io.detektor.redisha.sentinel;

import org.jspecify.annotations.NullMarked;
