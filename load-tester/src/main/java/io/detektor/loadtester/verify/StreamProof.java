package io.detektor.loadtester.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One node's stream against the ledger.
 *
 * @param node which node was read
 * @param entries entries read
 * @param lost confirmed, and not there; must be 0
 * @param duplicated messages that are there more than once; must be 0
 * @param unexpected entries that nobody sent; must be 0
 * @param corrupted messages whose content is not what was sent; must be 0
 * @param recovered of unknown outcome, and there: allowed
 * @param resurrected refused, and there all the same; must be 0
 * @param moved confirmed under another entry id than they have: reported
 * @param orderBreaks neighbours in the stream that were sent in the other order: reported
 * @param samples the first hundred of each set
 */
public record StreamProof(
        String node,
        long entries,
        long lost,
        long duplicated,
        long unexpected,
        long corrupted,
        long recovered,
        long resurrected,
        long moved,
        long orderBreaks,
        Map<String, List<String>> samples) {

    public StreamProof {
        samples = Collections.unmodifiableMap(new LinkedHashMap<>(samples));
    }

    /** Whether everything that must be 0 is 0. */
    public boolean holds() {
        return lost == 0
                && duplicated == 0
                && unexpected == 0
                && corrupted == 0
                && resurrected == 0;
    }
}
