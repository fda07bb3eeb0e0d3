package io.detektor.redisha;

import io.detektor.houserules.HouseRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class HouseRulesTests {

    @Test
    void theHouseIsInOrder() {
        HouseRules.check(
                "io.detektor.redisha",
                List.of(
                        "io.detektor.redisha.connect..",
                        "io.detektor.redisha.sentinel..",
                        "io.detektor.redisha.master..",
                        "io.detektor.redisha.durability..",
                        "io.detektor.redisha.health..",
                        "io.detektor.redisha.autoconfigure.."),
                List.of());
    }
}
