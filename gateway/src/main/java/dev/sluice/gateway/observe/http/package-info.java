/**
 * The HTTP server of the gateway: metrics, status and health checks, on loopback. Nothing here
 * changes anything.
 */
@NullMarked
package dev.sluice.gateway.observe.http;

import org.jspecify.annotations.NullMarked;
