package io.detektor.loadtester.demo;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.FaultNode;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.run.Interruption;
import java.util.Optional;

/** Heals nothing once the demo is being ended: the whole set goes, and must not be started. */
final class UntilTheEnd implements FaultDriver {

    private final FaultDriver driver;
    private final Interruption interruption;

    UntilTheEnd(FaultDriver driver, Interruption interruption) {
        this.driver = driver;
        this.interruption = interruption;
    }

    @Override
    public void check(FaultSpec fault) {
        driver.check(fault);
    }

    @Override
    public FaultNode resolve(String name) {
        return driver.resolve(name);
    }

    @Override
    public Optional<Boolean> effect(FaultSpec fault, FaultNode node) {
        return driver.effect(fault, node);
    }

    @Override
    public Optional<Boolean> healed(FaultSpec fault, FaultNode node) {
        return driver.healed(fault, node);
    }

    @Override
    public void inject(FaultSpec fault, FaultNode node) {
        driver.inject(fault, node);
    }

    @Override
    public void heal(FaultSpec fault, FaultNode node) {
        if (!interruption.requested()) {
            driver.heal(fault, node);
        }
    }
}
