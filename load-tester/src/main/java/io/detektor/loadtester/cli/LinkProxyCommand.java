package io.detektor.loadtester.cli;

import io.detektor.loadtester.fault.LinkProxy;
import io.detektor.loadtester.plan.FaultAction;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the drill starts in a namespace of its own set; of no use to anybody else. */
@Command(name = "link-proxy", hidden = true)
final class LinkProxyCommand implements Callable<Integer> {

    @Parameters(index = "0")
    private String action = "";

    @Parameters(index = "1")
    private int port;

    @Parameters(index = "2")
    private int redis;

    @Override
    public Integer call() throws Exception {
        boolean resets = action.equals(FaultAction.RESET.word());
        try (ServerSocket server = new ServerSocket(port)) {
            new LinkProxy(resets, redis, System.out).serve(server);
        }
        return 0;
    }
}
