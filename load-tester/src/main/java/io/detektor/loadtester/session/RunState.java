package io.detektor.loadtester.session;

import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.message.RunId;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.run.Interruption;
import java.util.ArrayList;
import java.util.List;

/** What all stages of a run share. */
record RunState(
        LoadPlan plan,
        RunId id,
        Console console,
        Interruption interruption,
        Measurements measurements,
        Timeline timeline,
        List<String> doubts) {

    RunState(LoadPlan plan, Console console, Interruption interruption) {
        this(
                plan,
                RunId.random(),
                console,
                interruption,
                new Measurements(),
                new Timeline(),
                new ArrayList<>());
    }

    /** Keeps the run from proving anything; for the session's thread. */
    void doubt(String why) {
        doubts.add(why);
    }
}
