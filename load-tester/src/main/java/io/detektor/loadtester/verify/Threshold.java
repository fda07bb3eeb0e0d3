package io.detektor.loadtester.verify;

/**
 * A figure that a run has to reach.
 *
 * @param expr what was asked for
 * @param value what it was
 * @param ok whether that is enough
 */
public record Threshold(String expr, String value, boolean ok) {}
