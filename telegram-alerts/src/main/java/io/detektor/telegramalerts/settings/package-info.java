/** The settings of telegram-alerts, by the environment variables that they are known by. */
@NullMarked
package io.detektor.telegramalerts.settings;

import org.jspecify.annotations.NullMarked;
