# The images of the services, one target each: frame-buffer, telegram-alerts, load-tester.
# One stage builds the whole reactor for all three. A host needs nothing but Docker:
#   docker compose build          or        docker build --target frame-buffer -t frame-buffer .
# (BuildKit, the default since Docker 23. No "# syntax=" line: it would have to be fetched first.)

ARG JAVA_BUILD_IMAGE=maven:3.9-eclipse-temurin-25
# glibc, as Netty's native transport asks for it; not an Alpine image
ARG JAVA_RUNTIME_IMAGE=eclipse-temurin:25-jre
# for the training runs only; nothing of it is in the images
ARG REDIS_IMAGE=redis:8.0-alpine

FROM ${REDIS_IMAGE} AS redis

# ---------------------------------------------------------------- build

FROM ${JAVA_BUILD_IMAGE} AS build
WORKDIR /src
COPY pom.xml ./
COPY local-set local-set
COPY redis-ha redis-ha
COPY frame-buffer frame-buffer
COPY telegram-alerts telegram-alerts
COPY load-tester load-tester
# the formatter checks what people commit, not what is packed; tests are compiled (a module's tests use
# another's), and run outside
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -q -DskipTests -Dspotless.check.skip=true package
# layers, the least changed first; the native transport beside them, so that no JVM has to unpack it
# into a directory that it may write to and execute from
RUN for app in frame-buffer telegram-alerts load-tester; do \
        java -Djarmode=tools -jar $app/target/$app.jar extract --layers --destination /out/$app && \
        mkdir -p /out/$app/native && \
        for jar in /out/$app/dependencies/lib/netty-transport-native-epoll-*linux*.jar; do \
            (cd /out/$app/native && jar xf "$jar" META-INF/native) || exit 1; \
        done && \
        mv /out/$app/native/META-INF/native/*.so /out/$app/native/ && \
        rm -rf /out/$app/native/META-INF || exit 1; \
    done
COPY docker docker
RUN javac -Xlint:all -Werror -d /out/probe docker/HealthProbe.java && jar cf /out/probe.jar -C /out/probe .

# ---------------------------------------------------------------- what the images share

FROM ${JAVA_RUNTIME_IMAGE} AS runtime
# a user with no rights to anything; the number is what volumes and Kubernetes go by
RUN echo 'detektor:x:10001:10001::/tmp:/bin/false' >>/etc/passwd && echo 'detektor:x:10001:' >>/etc/group
WORKDIR /app
# the JVM prints its own errors; what cannot be written to a read-only root file system goes to /tmp
ENV LANG=C.UTF-8

FROM runtime AS service
COPY --from=build /out/probe.jar ./
RUN printf '%s\n' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx16m -XX:AOTCache=/app/probe.aot \
    -XX:-UsePerfData -Xlog:disable -cp /app/probe.jar >probe.options

# ---------------------------------------------------------------- frame-buffer

FROM service AS frame-buffer
COPY --from=build /out/frame-buffer/native native/
COPY --from=build /out/frame-buffer/dependencies/ ./
COPY --from=build /out/frame-buffer/spring-boot-loader/ ./
COPY --from=build /out/frame-buffer/snapshot-dependencies/ ./
COPY --from=build /out/frame-buffer/application/ ./
COPY docker/frame-buffer.options java.options
RUN --mount=type=bind,from=build,source=/src/docker,target=/docker \
    --mount=type=bind,from=redis,target=/redis,rw \
    sh /docker/train service /app/frame-buffer.jar 8002 /health /ready /metrics /frames/status /frames/dequeue
USER 10001:10001
EXPOSE 8002
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
    CMD ["java", "@/app/probe.options", "HealthProbe", "8002", "/health"]
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/frame-buffer.jar"]

# ---------------------------------------------------------------- telegram-alerts

FROM service AS telegram-alerts
COPY --from=build /out/telegram-alerts/native native/
COPY --from=build /out/telegram-alerts/dependencies/ ./
COPY --from=build /out/telegram-alerts/spring-boot-loader/ ./
COPY --from=build /out/telegram-alerts/snapshot-dependencies/ ./
COPY --from=build /out/telegram-alerts/application/ ./
RUN printf '%s\n' -XX:+UseSerialGC -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Djava.library.path=/app/native >java.options
RUN --mount=type=bind,from=build,source=/src/docker,target=/docker \
    --mount=type=bind,from=redis,target=/redis,rw \
    OUTBOX_DIR=/tmp/outbox sh /docker/train service /app/telegram-alerts.jar 8003 /health /metrics /api/overview / && \
    rm -rf /tmp/outbox && \
    # a new volume takes over whom it belongs to
    install -d -o 10001 -g 10001 -m 700 /data
USER 10001:10001
EXPOSE 8003
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
    CMD ["java", "@/app/probe.options", "HealthProbe", "8003", "/health"]
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/telegram-alerts.jar"]

# ---------------------------------------------------------------- load-tester

FROM runtime AS load-tester
COPY --from=build /out/load-tester/native native/
COPY --from=build /out/load-tester/dependencies/ ./
COPY --from=build /out/load-tester/spring-boot-loader/ ./
COPY --from=build /out/load-tester/snapshot-dependencies/ ./
COPY --from=build /out/load-tester/application/ ./
# the cache is mapped where it was made for (moving it takes 0.1 s); bean definitions as the build wrote them;
# no events for Flight Recorder from the driver: setting them up takes part of each start
RUN printf '%s\n' -XX:+UseSerialGC -Xmx192m -Xmn64m -XX:-UsePerfData \
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Dspring.aot.enabled=true \
    -Dio.lettuce.core.jfr=false -Dio.netty.jfr.enabled=false \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Djava.library.path=/app/native >java.options
RUN --mount=type=bind,from=build,source=/src/docker,target=/docker \
    --mount=type=bind,from=redis,target=/redis,rw \
    sh /docker/train command /app/load-tester.jar --rate 500 --duration 4 --startup-timeout 60s
# the user that the set knows without a password: it may touch load-test* and nothing else
ENV LOADTEST_REDIS_USERNAME=loadtest
USER 10001:10001
# a job, not a service: its exit status is its health
HEALTHCHECK NONE
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/load-tester.jar"]
