package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.ProblemType;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The description of the API says what the service does. */
class OpenApiContractTests extends HttpTestBase {

    @SuppressWarnings("NullAway.Init")
    @Autowired
    private List<FrameEndpoint> endpoints;

    private JsonNode document() {
        Answer answer = get("/openapi.json");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void everyEndpointIsDescribed() {
        JsonNode paths = document().path("paths");
        List<String> described = new ArrayList<>();
        paths.properties()
                .forEach(path ->
                        path.getValue()
                                .propertyNames()
                                .forEach(method ->
                                        described.add(
                                                method.toUpperCase(Locale.ROOT)
                                                        + " "
                                                        + path.getKey()
                                                                .replaceAll("\\{[a-z]+}", "*"))));

        assertThat(described)
                .containsAll(
                        endpoints.stream().map(each -> each.method() + " " + each.path()).toList());
    }

    @Test
    void whatIsDescribedIsThere() {
        document()
                .path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .propertyNames()
                                .forEach(method -> {
                                    String where = path.getKey().replaceAll("\\{[a-z]+}", "x");
                                    Answer answer =
                                            send(
                                                    request(where)
                                                            .method(
                                                                    method.toUpperCase(Locale.ROOT),
                                                                    BodyPublishers.ofString("{}")));
                                    assertThat(answer.status())
                                            .as(method + " " + where + " " + answer.text())
                                            .isNotIn(404, 405, 500);
                                }));
    }

    @Test
    void everyProblemHasAnExampleWithItsStatus() {
        List<String> shown = new ArrayList<>();
        document()
                .path("paths")
                .forEach(path ->
                        path.forEach(operation ->
                                operation
                                        .path("responses")
                                        .properties()
                                        .forEach(answer ->
                                                answer.getValue()
                                                        .at(
                                                                "/content/application~1problem+json/examples")
                                                        .forEach(example -> {
                                                            JsonNode value = example.path("value");
                                                            shown.add(
                                                                    answer.getKey()
                                                                            + " "
                                                                            + value.path("type")
                                                                                    .asString()
                                                                            + " "
                                                                            + value.path("status")
                                                                                    .asInt());
                                                        }))));
        for (ProblemType type : ProblemType.values()) {
            assertThat(shown).contains(type.status() + " " + type.uri() + " " + type.status());
        }
    }

    @Test
    void everyProblemIsExplained() {
        for (ProblemType type : ProblemType.values()) {
            Answer answer = get(type.uri());
            assertThat(answer.status()).as(type.uri()).isEqualTo(200);
            assertThat(answer.json().path("meaning").asString()).isEqualTo(type.meaning());
        }
        assertThat(get("/problems/nosuch").status()).isEqualTo(404);
    }

    @Test
    void thePageThatShowsItIsThere() {
        assertThat(get("/api.html").text()).contains("openapi.json", "api.js");
        assertThat(get("/").text()).contains("frame-buffer", "page.js");
    }
}
