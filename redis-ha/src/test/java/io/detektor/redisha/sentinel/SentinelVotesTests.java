package io.detektor.redisha.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelReply.ReplicaState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentinelVotesTests {

    private static final NodeAddress OLD = new NodeAddress("10.0.0.1", 6379);
    private static final NodeAddress NEW = new NodeAddress("10.0.0.2", 6379);
    private static final NodeAddress OTHER = new NodeAddress("10.0.0.3", 6379);

    @Test
    void aMajorityNamesTheMaster() {
        assertThat(votes(says(NEW), says(NEW), says(OLD)).master()).isEqualTo(NEW);
    }

    @Test
    void oneOfThreeIsNoMajority() {
        assertThat(votes(says(NEW)).master()).isNull();
        assertThat(votes(says(NEW), says(OLD)).master()).isNull();
    }

    @Test
    void aMajorityIsOneOfAllSentinelsThatExistNotOfThoseConfigured() {
        SentinelReply ofFive = reply(NEW, 1, 5, Map.of());

        assertThat(SentinelVotes.of(List.of(ofFive, ofFive), 3).master()).isNull();
        assertThat(SentinelVotes.of(List.of(ofFive, ofFive, ofFive), 3).master()).isEqualTo(NEW);
    }

    @ParameterizedTest
    @CsvSource({
        "PROMOTABLE, PROMOTABLE, PROMOTABLE, true",
        "PROMOTABLE, PROMOTABLE, DOWN, true",
        "PROMOTABLE, DOWN, DOWN, false",
        "PROMOTABLE, PASSED_OVER, DOWN, false",
        "DOWN, DOWN, DOWN, false",
        // a Sentinel that does not answer excludes nobody
        "DOWN, , , true",
        "DOWN, PROMOTABLE, , true",
        "DOWN, DOWN, , false",
    })
    void aReplicaLeavesOnlyWhenAMajorityExcludesIt(
            ReplicaState one, ReplicaState two, ReplicaState three, boolean promotable) {
        List<SentinelReply> replies = new ArrayList<>();
        for (ReplicaState state : new ReplicaState[] {one, two, three}) {
            if (state != null) {
                replies.add(reply(OLD, 1, 3, Map.of(NEW, state)));
            }
        }

        assertThat(SentinelVotes.of(replies, 3).promotable(OLD, Set.of(NEW)))
                .isEqualTo(promotable ? Set.of(NEW) : Set.of());
    }

    @Test
    void whoeverNamesAnotherMasterHasNoSayAboutThisOnesReplicas() {
        SentinelReply elsewhere = reply(OTHER, 1, 3, Map.of());

        assertThat(
                        SentinelVotes.of(List.of(elsewhere, elsewhere, elsewhere), 3)
                                .promotable(OLD, Set.of(NEW)))
                .containsExactly(NEW);
    }

    @Test
    void onlyAMajorityHoldsAReplicaToBeDown() {
        SentinelReply down = reply(OLD, 1, 3, Map.of(NEW, ReplicaState.DOWN));
        SentinelReply passed = reply(OLD, 1, 3, Map.of(NEW, ReplicaState.PASSED_OVER));

        assertThat(votes(down, passed, passed).down(OLD, Set.of(NEW))).isEmpty();
        assertThat(votes(down, down, passed).down(OLD, Set.of(NEW))).containsExactly(NEW);
    }

    @Test
    void aSentinelThatDoubtsTheMasterExcludesNobody() {
        SentinelReply doubts =
                new SentinelReply(OLD, 1, 2, 3, true, false, Map.of(NEW, ReplicaState.PASSED_OVER));
        SentinelReply trusts = reply(OLD, 1, 3, Map.of(NEW, ReplicaState.PASSED_OVER));

        assertThat(votes(doubts, doubts, trusts).promotable(OLD, Set.of(NEW))).containsExactly(NEW);
        assertThat(votes(doubts, trusts, trusts).promotable(OLD, Set.of(NEW))).isEmpty();
    }

    @Test
    void whileOneSentinelReplacesTheMasterNobodyIsExcluded() {
        SentinelReply excludes = reply(OLD, 1, 3, Map.of(NEW, ReplicaState.DOWN));
        SentinelReply replacing = new SentinelReply(OLD, 1, 2, 3, true, true, Map.of());
        SentinelReply hasReplaced = reply(NEW, 2, 3, Map.of());

        for (SentinelReply leader : List.of(replacing, hasReplaced)) {
            assertThat(votes(excludes, excludes, leader).promotable(OLD, Set.of(NEW)))
                    .containsExactly(NEW);
            assertThat(votes(excludes, excludes, leader).down(OLD, Set.of(NEW))).isEmpty();
        }
    }

    @Test
    void aSentinelThatHasNotHeardOfTheFailoverYetHindersNobody() {
        SentinelReply current = reply(NEW, 2, 3, Map.of(OLD, ReplicaState.PASSED_OVER));

        assertThat(votes(current, current, says(OLD)).promotable(NEW, Set.of(OLD))).isEmpty();
    }

    @Test
    void whatTheLeaderThinksOfTheOldMasterIsNotAboutTheNewOne() {
        SentinelReply reply =
                SentinelReply.parse(
                        List.of("10.0.0.2", "6379"),
                        List.of(
                                "ip", "10.0.0.1",
                                "port", "6379",
                                "flags", "master,s_down,o_down,failover_in_progress"),
                        List.of());

        assertThat(reply.master()).isEqualTo(NEW);
        assertThat(reply.masterDoubted()).isFalse();
        assertThat(reply.replacing()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "flags=slave, PROMOTABLE",
        "flags=s_down slave, DOWN",
        "flags=slave disconnected, PROMOTABLE",
        "last-ok-ping-reply=5001, DOWN",
        "slave-priority=0, PASSED_OVER",
        "info-refresh=30001, PASSED_OVER",
        "master-host=?, PASSED_OVER",
        "master-link-down-time=20000, PROMOTABLE",
        "master-link-down-time=20001, PASSED_OVER",
    })
    void testsAReplicaAsSentinelDoes(String change, ReplicaState expected) {
        Map<String, String> replica =
                new HashMap<>(
                        Map.of(
                                "ip", "10.0.0.2",
                                "port", "6379",
                                "flags", "slave",
                                "last-ok-ping-reply", "300",
                                "slave-priority", "100",
                                "info-refresh", "9000",
                                "master-host", "10.0.0.1",
                                "master-link-down-time", "0"));
        int equals = change.indexOf('=');
        replica.put(change.substring(0, equals), change.substring(equals + 1));

        SentinelReply reply =
                SentinelReply.parse(
                        List.of("10.0.0.1", "6379"),
                        List.of(
                                "ip", "10.0.0.1",
                                "port", "6379",
                                "flags", "master",
                                "config-epoch", "7",
                                "quorum", "2",
                                "num-other-sentinels", "2",
                                "down-after-milliseconds", "2000"),
                        List.of(pairs(replica)));

        assertThat(reply).isEqualTo(reply(OLD, 7, 3, Map.of(NEW, expected)));
    }

    @Test
    void aLongLostLinkDoesNotExcludeWhileTheMasterIsDown() {
        SentinelReply reply =
                SentinelReply.parse(
                        List.of("10.0.0.1", "6379"),
                        List.of(
                                "ip", "10.0.0.1",
                                "port", "6379",
                                "flags", "master,s_down",
                                "down-after-milliseconds", "2000"),
                        List.of(
                                List.of(
                                        "ip", "10.0.0.2",
                                        "port", "6379",
                                        "flags", "slave",
                                        "slave-priority", "100",
                                        "master-host", "10.0.0.1",
                                        "master-link-down-time", "60000")));

        assertThat(reply.replicas()).containsEntry(NEW, ReplicaState.PROMOTABLE);
    }

    private static List<String> pairs(Map<String, String> fields) {
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        return pairs;
    }

    private static SentinelReply reply(
            NodeAddress master,
            long epoch,
            int sentinels,
            Map<NodeAddress, ReplicaState> replicas) {
        return new SentinelReply(master, epoch, 2, sentinels, false, false, replicas);
    }

    private static SentinelReply says(NodeAddress master) {
        return reply(master, 1, 3, Map.of());
    }

    private static SentinelVotes votes(SentinelReply... replies) {
        return SentinelVotes.of(List.of(replies), 3);
    }
}
