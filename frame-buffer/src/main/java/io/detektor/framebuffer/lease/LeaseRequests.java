package io.detektor.framebuffer.lease;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.LeaseEnd;
import io.detektor.framebuffer.stream.FrameLeases.Result;
import io.detektor.framebuffer.stream.LeaseId;
import io.detektor.framebuffer.web.JsonBodies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The leases that a request names, and the answer about each.
 *
 * @param ids as the client wrote them
 * @param leases those that can be read, in the same order
 */
record LeaseRequests(List<String> ids, List<LeaseId> leases) {

    /** More than any dequeue gives; acknowledging several of those at once is welcome. */
    private static final int MOST = 1000;

    /** Reads {@code {"ids": […]}}. */
    static LeaseRequests read(JsonNode body) {
        List<String> ids = JsonBodies.texts(body, "ids", MOST);
        return new LeaseRequests(
                ids, ids.stream().map(LeaseId::parse).flatMap(Optional::stream).toList());
    }

    /**
     * The answer.
     *
     * @param count name of the member that says how many went well
     * @param done what one is called that went well
     * @param results of each of {@link #leases}
     */
    Map<String, Object> answer(String count, String done, List<Result> results) {
        List<Map<String, String>> each = new ArrayList<>(ids.size());
        int next = 0;
        for (String id : ids) {
            String status = "invalid";
            if (LeaseId.parse(id).isPresent()) {
                status =
                        switch (results.get(next++)) {
                            case DONE -> done;
                            case GONE -> "gone";
                            case LOST -> "lost";
                        };
            }
            Map<String, String> one = new LinkedHashMap<>();
            one.put("id", id);
            one.put("status", status);
            each.add(one);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(count, Collections.frequency(results, Result.DONE));
        answer.put("results", each);
        return answer;
    }

    /** Counts the leases that were ended. */
    static void count(FrameBufferMeters meters, LeaseEnd asked, List<Result> results) {
        meters.leases(
                asked,
                Collections.frequency(results, Result.DONE),
                Collections.frequency(results, Result.LOST));
    }
}
