package io.detektor.telegramalerts.outbox;

import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.Reply;
import io.detektor.telegramalerts.incident.Severity;
import java.util.List;

/** The next thing to do for a chat, most urgent first. */
public sealed interface Work {

    /** Whether it may not wait for others. */
    boolean urgent();

    /** A new message about an incident. */
    record Tell(Delivery delivery, Incident incident) implements Work {
        @Override
        public boolean urgent() {
            return incident.open() && incident.severity() == Severity.CRITICAL;
        }
    }

    /** The message about an incident is to show its present state. Repeating it changes nothing. */
    record Edit(Delivery delivery, Incident incident) implements Work {
        @Override
        public boolean urgent() {
            return false;
        }
    }

    /** An answer to the message about an incident. */
    record Answer(Delivery delivery, Incident incident, Reply reply) implements Work {
        @Override
        public boolean urgent() {
            return reply.kind() == Reply.Kind.ESCALATION;
        }
    }

    /** A new message about many incidents. */
    record TellDigest(Digest digest, List<Incident> incidents) implements Work {
        @Override
        public boolean urgent() {
            return true;
        }
    }

    /** The message about many incidents is to show their present state. */
    record EditDigest(Digest digest, List<Incident> incidents) implements Work {
        @Override
        public boolean urgent() {
            return false;
        }
    }

    /** Differs when anything that a digest of these incidents shows differs. */
    static long version(List<Incident> incidents) {
        return incidents.stream().mapToLong(each -> each.revision() + 1L).sum();
    }
}
