package io.detektor.loadtester.cli;

import java.util.Optional;
import picocli.CommandLine;

/** Says which version this is. */
final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "load-tester "
                    + Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                            .orElse("development")
        };
    }
}
