package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Traffic control inside the network namespace of a node. */
final class SlowLink {

    private SlowLink() {}

    /** What one node sends to the other, and nothing else, goes at 100 KB/s. */
    static void between(LocalSet set, Node from, Node to) {
        tc(set, from, "qdisc add dev eth0 root handle 1: htb default 10");
        tc(set, from, "class add dev eth0 parent 1: classid 1:10 htb rate 1gbit burst 1m");
        tc(set, from, "class add dev eth0 parent 1: classid 1:20 htb rate 800kbit burst 64k");
        tc(
                set,
                from,
                "filter add dev eth0 parent 1: protocol ip u32 match ip dst "
                        + to.host()
                        + "/32 flowid 1:20");
    }

    static void restore(LocalSet set, Node from) {
        tc(set, from, "qdisc del dev eth0 root");
    }

    private static void tc(LocalSet set, Node inside, String words) {
        List<String> command = new ArrayList<>(set.inside(inside));
        command.add("tc");
        command.addAll(List.of(words.split(" ", -1)));
        Tools.Outcome outcome = Tools.run(Map.of(), command.toArray(String[]::new));
        assertThat(outcome.status()).as("%s: %s", command, outcome.text()).isZero();
    }
}
