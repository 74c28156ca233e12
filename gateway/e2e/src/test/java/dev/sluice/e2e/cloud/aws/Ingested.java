package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Received;

/** A message that went to a rule past the broker (Basic Ingest), and its topic within the rule. */
public record Ingested(String rule, String topic, Received message) {}
