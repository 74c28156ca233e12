/**
 * The durable boundary: what {@link dev.sluice.gateway.outbox.Outbox} accepted survives kill -9 and
 * power loss, and leaves only when the uplink acknowledged it.
 */
@NullMarked
package dev.sluice.gateway.outbox;

import org.jspecify.annotations.NullMarked;
