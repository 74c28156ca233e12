/**
 * What the strict emulations of cloud platforms have in common: an MQTT 3.1.1 server behind TLS,
 * which a {@link dev.sluice.e2e.cloud.broker.Contract} turns into one platform, and what proves it.
 *
 * <pre>
 *   a vendor's client  ---.
 *   (a process of its own) \  TLS, real host name     .-- Contract: who may, which topics, what answer
 *                           >----------------- CloudBroker -- Faults: what the network does to it
 *   the gateway        ----'                          '-- records: Connect, Received, Ended
 * </pre>
 *
 * <p>A platform answers almost every mistake by closing the connection. The emulation does the same
 * and keeps the reason, so that a test can say which rule was broken.
 */
package dev.sluice.e2e.cloud.broker;
