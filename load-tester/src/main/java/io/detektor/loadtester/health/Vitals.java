package io.detektor.loadtester.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How process and machine fared.
 *
 * @param watched for how long
 * @param worstHiccup the longest time that a thread which wanted to run could not
 * @param collecting garbage collections in all
 * @param worstCollection the longest of them, to the millisecond
 * @param ownCpuPercent of all processors, by this process
 * @param machineCpuPercent of all processors, by everybody; null where the system does not say
 * @param stealPercent of all processors, by the hypervisor; null where the system does not say
 */
public record Vitals(
        Duration watched,
        Duration worstHiccup,
        Duration collecting,
        Duration worstCollection,
        double ownCpuPercent,
        @Nullable Double machineCpuPercent,
        @Nullable Double stealPercent) {}
