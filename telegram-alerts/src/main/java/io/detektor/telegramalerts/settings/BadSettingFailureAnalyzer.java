package io.detektor.telegramalerts.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with a setting, without a stack trace. */
class BadSettingFailureAnalyzer extends AbstractFailureAnalyzer<BadSettingException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, BadSettingException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Correct it and start again; docs/reference/telegram-alerts.md lists every setting.",
                cause);
    }
}
