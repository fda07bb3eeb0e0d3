package io.detektor.loadtester.run;

/** Is told what became of one message; called from any thread and must not block. */
public interface OutcomeListener {

    /** A try failed, and another one follows. */
    void retried(String reason);

    /** The outcome; called once. */
    void done(SendOutcome outcome);
}
