package dev.sluice.gateway.acquire;

import dev.sluice.driver.TimeSource;
import io.vertx.core.net.NetClient;

/**
 * What all lines of a gateway share.
 *
 * @param netClient the one TCP client; held strongly here, because Vert.x closes the sockets of a
 *     client that was garbage-collected
 * @param ingest how many verticles take what is acquired
 */
public record AcquireContext(
    AcquireOptions options,
    NetClient netClient,
    ConnectGate gate,
    DeviceStates states,
    TimeSource time,
    int ingest) {}
