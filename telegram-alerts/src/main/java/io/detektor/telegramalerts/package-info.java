/**
 * Tells what is wrong, once. Reports come in by {@code webhook} (Alertmanager) and {@code watch}
 * (Sentinels, the master, disks, containers), fold into incidents ({@code incident}), are kept on
 * disk ({@code outbox}) and told by {@code bot} (Telegram, and commands from there). {@code page}
 * is for people with a browser, {@code web} for machines.
 */
@NullMarked
package io.detektor.telegramalerts;

import org.jspecify.annotations.NullMarked;
