/**
 * Figures of whole processes, never timed unit tests.
 *
 * <p>Each benchmark prints a line per figure, {@code figure NAME VALUE UNIT gate >=X pass|FAIL},
 * and the run fails when one misses its gate. Comparisons are ratios of runs taken by turns in one
 * session on one core, and their median: absolute rates of a shared machine mean nothing. The plant
 * and the reference client are C programs of our own ({@code src/main/c}, the paced line in {@code
 * driver-testkit}), compiled when first needed.
 *
 * <p>The outbox is measured as the classes of the gateway, beside SQLite (WAL, FULL) and H2's
 * MVStore. What a flash wears is counted in sectors of a loop device with a fresh ext4, the only
 * place where the file system's own books are in it: what a process is said to have written is
 * wrong by orders of magnitude on files that are written over.
 *
 * <p>The MQTT session is measured beside hivemq-mqtt-client and Paho, QoS 1 with 100 messages in
 * flight: clients take turns on one core, mosquitto has the other. What forms cost is measured on
 * whole gateways by their own metrics, so that a form needs no reader here, only a line in {@link
 * dev.sluice.benchmarks.FormBenchmark}.
 */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
