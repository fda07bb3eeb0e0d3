/**
 * What this service looks at by itself: the Sentinels and the master, disks, memory, containers,
 * and whether Alertmanager still calls. It reports to the outbox, and knows the topology for
 * whoever asks ({@link io.detektor.telegramalerts.watch.SetWatch}).
 */
@NullMarked
package io.detektor.telegramalerts.watch;

import org.jspecify.annotations.NullMarked;
