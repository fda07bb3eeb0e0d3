package io.detektor.loadtester.session;

import io.detektor.loadtester.http.FrameBufferClient;
import io.detektor.loadtester.http.HttpTarget;
import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.message.Format;
import io.detektor.loadtester.message.FrameFormat;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.loadtester.stream.RedisSession;
import io.detektor.loadtester.stream.StreamReader;
import io.detektor.loadtester.stream.Topology;
import io.detektor.redisha.NodeAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first stage: whatever the run speaks to is reached, and warmed up. Whoever opened it closes
 * it.
 *
 * @param redis where the stream is
 * @param target where messages go
 * @param format how they are recognised
 * @param reader reads the stream
 * @param taking takes everything out again over HTTP; null where that is not asked for
 * @param mark the stream's last entry before the run; empty when no master was known
 */
record Reach(
        RedisSession redis,
        LoadTarget target,
        Format format,
        StreamReader reader,
        @Nullable Taking taking,
        Optional<String> mark)
        implements AutoCloseable {

    /** What takes messages out again over HTTP. */
    record Taking(FrameBufferClient client, FrameFormat format) {}

    /**
     * Reaches everything.
     *
     * @throws UnreachableException when something cannot be reached
     */
    static Reach open(RunState run, LoadSession.TargetMaker targets) {
        LoadPlan plan = run.plan();
        TargetPlan.Ack ack =
                switch (plan.target()) {
                    case TargetPlan.Redis redis -> redis.ack();
                    case TargetPlan.Http _ -> TargetPlan.Ack.IN_SYNC;
                };
        RedisSession redis = RedisSession.open(plan.target().redis(), ack, plan.maxInFlight());
        try {
            Content content = new Content(plan.payload(), plan.seed());
            return switch (plan.target()) {
                case TargetPlan.Redis to -> overRedis(run, redis, to, content, targets);
                case TargetPlan.Http to -> overHttp(run, redis, to, content);
            };
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    private static Reach overRedis(
            RunState run,
            RedisSession redis,
            TargetPlan.Redis to,
            Content content,
            LoadSession.TargetMaker targets) {
        redis.awaitMaster(run.plan().startupTimeout(), run.interruption());
        EntryFormat format = new EntryFormat(run.id());
        WarmUp.run(run, redis, to, format, content);
        redis.observeMasterReply(run.measurements()::masterReplied);
        StreamReader reader = new StreamReader(redis, to.stream());
        return new Reach(
                redis,
                targets.make(redis, to, format, content),
                format,
                reader,
                null,
                mark(redis, reader));
    }

    private static Reach overHttp(
            RunState run, RedisSession redis, TargetPlan.Http to, Content content) {
        FrameFormat format = new FrameFormat(run.id());
        FrameBufferClient client = new FrameBufferClient(to.url());
        try {
            client.awaitReady(run.plan().startupTimeout(), run.interruption());
            StreamReader reader = new StreamReader(redis, to.stream());
            Optional<String> mark = mark(redis, reader);
            LoadTarget target = new HttpTarget(to.url(), to.connections(), format, content);
            return new Reach(redis, target, format, reader, new Taking(client, format), mark);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static Optional<String> mark(RedisSession redis, StreamReader reader) {
        try {
            return Optional.ofNullable(redis.monitor().view().master()).map(reader::mark);
        } catch (StreamReader.ReadFailedException e) {
            // without it nobody could tell this run's entries from older ones
            throw new UnreachableException(String.valueOf(e.getMessage()));
        }
    }

    /** The set as it is now; null when no master is known. */
    @Nullable Topology topology() {
        return redis.monitor().view().master() == null ? null : Topology.take(redis);
    }

    /** Removes a stream that the run made, unless it is evidence. */
    void cleanUp(RunState run, int exitCode) {
        boolean evidence = exitCode == 4;
        boolean made = mark.filter("0-0"::equals).isPresent();
        NodeAddress master = redis.monitor().view().master();
        if (!(run.plan().target() instanceof TargetPlan.Redis to)
                || !to.cleanup()
                || !made
                || evidence
                || run.interruption().requested()
                || master == null) {
            return;
        }
        try {
            reader.remove(master);
        } catch (StreamReader.ReadFailedException e) {
            run.console().print("stream " + to.stream() + " was not removed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        target.close();
        Taking out = taking;
        if (out != null) {
            out.client().close();
        }
        redis.close();
    }
}
