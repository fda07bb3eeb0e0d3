/**
 * What is in {@code monitoring/}: checked as files, and run as a whole, as processes, with faults
 * that have to be told.
 */
@NullMarked
package io.detektor.monitoring;

import org.jspecify.annotations.NullMarked;
