package dev.sluice.gateway.uplink.connector;

import java.time.Duration;

/**
 * The shadow of a thing.
 *
 * @param name of a named shadow; empty for the classic one
 * @param every changes are reported together, at most once in this time, 1 s to 1 h
 */
public record AwsShadow(String name, Duration every) {}
