/**
 * What is to be told, to whom, and how far that has come: kept on disk before anybody is told that
 * it is kept. {@link io.detektor.telegramalerts.outbox.Outbox} is the door.
 */
@NullMarked
package io.detektor.telegramalerts.outbox;

import org.jspecify.annotations.NullMarked;
