package io.detektor.loadtester;

import io.detektor.loadtester.cli.CommandLineInterface;

/** The program: load, and the proof that nothing confirmed was lost. */
public final class LoadTester {

    private LoadTester() {}

    /** Ends the process with the exit code of the command. */
    public static void main(String[] args) {
        System.exit(CommandLineInterface.execute(args));
    }
}
