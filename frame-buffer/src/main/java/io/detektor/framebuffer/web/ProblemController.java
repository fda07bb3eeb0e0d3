package io.detektor.framebuffer.web;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /problems/{type}}: what a problem's {@code type} means, where it says to look. */
@RestController
class ProblemController {

    @GetMapping("/problems/{tag}")
    ResponseEntity<Map<String, Object>> problem(@PathVariable("tag") String tag) {
        ProblemType type =
                Arrays.stream(ProblemType.values())
                        .filter(each -> each.tag().equals(tag))
                        .findFirst()
                        .orElse(null);
        if (type == null) {
            return ResponseEntity.status(404)
                    .body(
                            Problem.wrong(
                                            ProblemType.NOT_FOUND,
                                            "problem type",
                                            tag,
                                            "the last part of a problem's type")
                                    .members());
        }
        Map<String, Object> explained = new LinkedHashMap<>();
        explained.put("type", type.uri());
        explained.put("status", type.status());
        explained.put("meaning", type.meaning());
        return ResponseEntity.ok(explained);
    }
}
