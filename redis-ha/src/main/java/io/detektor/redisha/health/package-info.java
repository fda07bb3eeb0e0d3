/** What the set's state means for an application that depends on it. */
@NullMarked
package io.detektor.redisha.health;

import org.jspecify.annotations.NullMarked;
