/**
 * The deployment as people meet it: {@code docker compose}, the commands of the documentation and
 * the operator commands, on a real engine. Each class starts the set from nothing and removes it.
 */
@NullMarked
package io.detektor.deployment;

import org.jspecify.annotations.NullMarked;
