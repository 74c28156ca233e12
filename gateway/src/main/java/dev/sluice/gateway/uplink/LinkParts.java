package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.credential.CredentialFiles;
import io.vertx.core.Vertx;

/**
 * What the attempts of one link share.
 *
 * @param inbound the gate for what comes down
 * @param closes remembers how connections ended, to explain what MQTT does not tell
 * @param deafness remembers what a broker sends again and again and is too large
 */
record LinkParts(
    Vertx vertx,
    UplinkOptions options,
    TimeSource time,
    Backoff backoff,
    UplinkCounters counters,
    Forwarder forwarder,
    Inbound inbound,
    Closes closes,
    Deafness deafness,
    CredentialFiles credentials,
    ServerChoice servers,
    LoopbackCheck loopback) {}
