/** What Alertmanager tells. */
@NullMarked
package io.detektor.telegramalerts.webhook;

import org.jspecify.annotations.NullMarked;
