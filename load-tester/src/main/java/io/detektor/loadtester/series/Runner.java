package io.detektor.loadtester.series;

import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.report.RunResult;

/** Runs a plan from start to verdict, and keeps its result. */
@FunctionalInterface
public interface Runner {

    /**
     * @param name of the run among the others
     */
    RunResult run(String name, LoadPlan plan);
}
