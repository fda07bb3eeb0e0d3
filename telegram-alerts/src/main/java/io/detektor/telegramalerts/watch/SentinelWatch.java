package io.detektor.telegramalerts.watch;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelEvent;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Listens to all Sentinels and logs each happening once. Runs on the monitor's thread. */
@Component
final class SentinelWatch {

    private static final Logger log = LoggerFactory.getLogger(SentinelWatch.class);

    private final HappeningLog told = new HappeningLog();
    private final Counter happenings;
    private @Nullable NodeAddress master;

    SentinelWatch(SentinelMonitor monitor, MeterRegistry registry) {
        happenings =
                Counter.builder("telegram.alerts.happenings")
                        .description("What happened to the set, each happening counted once")
                        .register(registry);
        master = monitor.view().master();
        log.info("watching {} Sentinels, master {}", monitor.view().sentinels().size(), master);
        monitor.onEvent(this::event);
        monitor.onChange(this::changed);
    }

    private void event(SentinelEvent event) {
        Happening.of(event.type(), event.details())
                .filter(happening -> told.isNew(happening, event.at()))
                .ifPresent(this::tell);
    }

    private void tell(Happening happening) {
        happenings.increment();
        switch (happening.severity()) {
            case INFO -> log.info("{}", happening.text());
            case WARNING -> log.warn("{}", happening.text());
        }
    }

    private void changed(SentinelView view) {
        if (view.master() != null && !view.master().equals(master)) {
            log.info("following the master from {} to {}", master, view.master());
            master = view.master();
        }
        if (!view.majorityAnswers()) {
            log.warn(
                    "only {} of {} Sentinels answer: nobody can fail over",
                    view.answering(),
                    view.sentinels().size());
        }
    }
}
