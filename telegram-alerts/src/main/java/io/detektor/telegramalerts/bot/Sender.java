package io.detektor.telegramalerts.bot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Runs the lanes of all chats. The door of this package for whoever wants to know how it goes. */
public final class Sender implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sender.class);

    /**
     * A call under way gets this long to end before it is cut off, which would make it doubtful.
     */
    private static final Duration STOP = Duration.ofSeconds(10);

    private final List<ChatLane> lanes;
    private final DeliveryMeters meters;
    private final boolean printing;
    private final List<Thread> threads = new ArrayList<>();

    Sender(List<ChatLane> lanes, DeliveryMeters meters, boolean printing) {
        this.lanes = List.copyOf(lanes);
        this.meters = meters;
        this.printing = printing;
    }

    /** Whether messages are printed, as there is no token or nobody to send them to. */
    public boolean printing() {
        return printing;
    }

    /** When Telegram last took something; the epoch for never since the start. */
    public Instant lastSuccess() {
        return meters.lastSuccess();
    }

    /** Why messages do not get through, one line a chat. */
    public List<String> troubles() {
        return lanes.stream()
                .filter(each -> !each.trouble().isEmpty())
                .map(each -> each.chat().key() + ": " + each.trouble())
                .toList();
    }

    /** The lane of a chat, whatever the topic. */
    Optional<ChatLane> lane(String chatId) {
        return lanes.stream().filter(each -> each.goesTo(chatId)).findFirst();
    }

    @Override
    public void start() {
        for (ChatLane lane : lanes) {
            threads.add(Thread.ofVirtual().name("telegram-" + lane.chat().key()).start(lane));
        }
    }

    @Override
    public void stop() {
        lanes.forEach(ChatLane::stop);
        try {
            for (Thread thread : threads) {
                if (!thread.join(STOP)) {
                    log.warn("{}: a call to Telegram does not end, cut off", thread.getName());
                    thread.interrupt();
                    thread.join();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }

    @Override
    public boolean isRunning() {
        return !threads.isEmpty();
    }
}
