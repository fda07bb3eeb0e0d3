package io.detektor.framebuffer;

import io.detektor.houserules.HouseRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class HouseRulesTests {

    @Test
    void theRulesOfTheHouseHold() {
        HouseRules.check(
                "io.detektor.framebuffer",
                List.of("io.detektor.framebuffer.stream.."),
                List.of("io.detektor.framebuffer.frame.."));
    }
}
