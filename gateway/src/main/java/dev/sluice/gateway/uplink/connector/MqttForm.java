package dev.sluice.gateway.uplink.connector;

/**
 * How the plain connector sends.
 *
 * @param gateway id of this gateway
 * @param uplink id of this uplink
 * @param topic of readings, states and gaps
 * @param statusTopic of the retained status; empty for none
 * @param zstd whether readings, states and gaps are compressed
 * @param maxMessageBytes topic, payload and packet frame together, at most; 1 KiB or more
 */
public record MqttForm(
    String gateway,
    String uplink,
    String topic,
    String statusTopic,
    boolean zstd,
    int maxMessageBytes) {}
