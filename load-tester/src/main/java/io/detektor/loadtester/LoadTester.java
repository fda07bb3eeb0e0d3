package io.detektor.loadtester;

import io.detektor.loadtester.cli.CommandLineInterface;

/** The program: load, and the proof that nothing confirmed was lost. */
public final class LoadTester {

    private LoadTester() {}

    /** Ends the process with the exit code of the command. */
    public static void main(String[] args) {
        // a thread that loads converters and JSON ahead of time takes more than it gives here
        System.setProperty("spring.backgroundpreinitializer.ignore", "true");
        System.exit(CommandLineInterface.execute(args));
    }
}
