package io.detektor.localset;

import static io.detektor.localset.Asking.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachIntegrationTests {

    @Test
    void anAttachedSetIsTheSameAndIsNotStoppedByClosing() {
        try (LocalSet set = LocalSet.builder().masterName("frames").start()) {
            try (LocalSet attached = LocalSet.attach(set.directory())) {
                assertThat(attached.masterName()).isEqualTo("frames");
                assertThat(attached.sentinels()).isEqualTo(set.sentinels());
                assertThat(attached.redisNodes()).isEqualTo(set.redisNodes());
                Node replica = attached.node("replica");
                attached.kill(replica);
                attached.start(replica);
            }
            set.awaitReplicas(SOON);
        }
    }

    @Test
    void whatOneJvmHasStartedOnTheSetAnotherEnds() {
        LocalSet set = LocalSet.builder().start();
        ProcessHandle server;
        try (set) {
            LocalSet attached = LocalSet.attach(set.directory());
            Node replica = attached.node("replica");
            attached.kill(replica);
            attached.start(replica);
            server = ProcessHandle.of(replica.pid()).orElseThrow();
        }
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void aDirectoryWithoutASetIsRefused(@TempDir Path empty) {
        assertThatThrownBy(() -> LocalSet.attach(empty))
                .isInstanceOf(LocalSetException.class)
                .hasMessage("directory: " + empty + " (expected: that of a set that was started)");
    }

    @Test
    void aDirectoryWithASetIsNotUsedForAnother(@TempDir Path directory) {
        LocalSet.builder().directory(directory).start().close();
        assertThat(directory.resolve("redis-1.log")).exists();
        assertThatThrownBy(() -> LocalSet.builder().directory(directory).start())
                .isInstanceOf(LocalSetException.class)
                .hasMessageContaining("holds a set (expected: none)");
    }
}
