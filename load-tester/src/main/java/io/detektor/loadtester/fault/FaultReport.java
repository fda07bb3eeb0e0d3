package io.detektor.loadtester.fault;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fault and what followed. Times in milliseconds since the start of the run, null for what did
 * not happen.
 *
 * @param fault as typed
 * @param node the node's name
 * @param address where the node listens
 * @param onMaster whether the node was the master then
 * @param tInjectMs it was done
 * @param tEffectMs its effect was seen
 * @param tHealMs it was undone
 * @param tSdownMs the first Sentinel held the node to be down
 * @param tOdownMs enough of them did
 * @param tElectedMs one of them was elected to lead the failover
 * @param tPromotedMs the new master was promoted
 * @param tSwitchMs the first Sentinel announced the new master
 * @param tNewMasterMs the tester's monitor had verified the new master
 * @param tFirstAckNewMs the first confirmation after that
 * @param tBackMs the node served again: as a replica in sync, as master, or as a Sentinel
 * @param masterBefore address of the master before
 * @param masterAfter address of the master after
 * @param longestWriteGapMs the longest time between two confirmations around the fault
 * @param problems what did not go as it should; empty when all went well
 */
public record FaultReport(
        String fault,
        String node,
        String address,
        boolean onMaster,
        @Nullable Long tInjectMs,
        @Nullable Long tEffectMs,
        @Nullable Long tHealMs,
        @Nullable Long tSdownMs,
        @Nullable Long tOdownMs,
        @Nullable Long tElectedMs,
        @Nullable Long tPromotedMs,
        @Nullable Long tSwitchMs,
        @Nullable Long tNewMasterMs,
        @Nullable Long tFirstAckNewMs,
        @Nullable Long tBackMs,
        String masterBefore,
        String masterAfter,
        long longestWriteGapMs,
        List<String> problems) {

    public FaultReport {
        problems = List.copyOf(problems);
    }
}
