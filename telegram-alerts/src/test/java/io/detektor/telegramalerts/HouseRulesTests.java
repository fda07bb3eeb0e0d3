package io.detektor.telegramalerts;

import io.detektor.houserules.HouseRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class HouseRulesTests {

    @Test
    void theHouseIsInOrder() {
        HouseRules.check(
                "io.detektor.telegramalerts",
                List.of("io.detektor.telegramalerts.watch.."),
                List.of(
                        "io.detektor.telegramalerts.incident..",
                        "io.detektor.telegramalerts.outbox.."));
    }
}
