package io.detektor.loadtester;

import io.detektor.houserules.HouseRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class HouseRulesTests {

    @Test
    void theHouseIsInOrder() {
        HouseRules.check(
                "io.detektor.loadtester",
                List.of("io.detektor.loadtester.stream.."),
                List.of(
                        "io.detektor.loadtester.plan..",
                        "io.detektor.loadtester.message..",
                        "io.detektor.loadtester.measure..",
                        "io.detektor.loadtester.run..",
                        "io.detektor.loadtester.fault..",
                        "io.detektor.loadtester.verify..",
                        "io.detektor.loadtester.report.."));
    }
}
