package io.detektor.loadtester.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    DemoCommand(Map<String, String> environment, Shutdown shutdown) {}

    @Override
    public Integer call() {
        return 0;
    }
}
