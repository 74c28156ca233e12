/**
 * How a kind of upstream wants its messages: topics, forms, status. Rendering happens when a record
 * is sent, because only then the limits of the platform are known.
 */
@NullMarked
package dev.sluice.gateway.uplink.connector;

import org.jspecify.annotations.NullMarked;
