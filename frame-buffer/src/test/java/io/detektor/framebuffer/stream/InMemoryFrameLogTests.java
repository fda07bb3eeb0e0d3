package io.detektor.framebuffer.stream;

import java.util.Map;

class InMemoryFrameLogTests extends FrameLogContractTests {

    private final InMemoryFrameLog.Store store = new InMemoryFrameLog.Store();

    @Override
    FrameLog open(String consumer) {
        return new InMemoryFrameLog(store, consumer, MAX_FRAMES);
    }

    @Override
    void addMetadata(Map<String, String> fields) {
        new InMemoryFrameLog(store, "capture", MAX_FRAMES).addMetadata(fields);
    }

    @Override
    void afterTheIdleTime(FrameLog log) {
        ((InMemoryFrameLog) log).takeOver();
    }
}
