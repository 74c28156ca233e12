/**
 * What an operator sees of a running gateway: log lines, metrics, health. Knows the stages; no stage
 * knows it.
 */
@NullMarked
package dev.sluice.gateway.observe;

import org.jspecify.annotations.NullMarked;
