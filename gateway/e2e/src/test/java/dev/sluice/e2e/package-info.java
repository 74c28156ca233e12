/**
 * Tests of the built distribution against real peers: mosquitto, libmodbus, pymodbus, openssl.
 *
 * <pre>
 *   LibmodbusServer --.                       .--- RecordingSubscriber -> Ledger
 *                      >-- Distribution -- MqttTap -- Mosquitto
 *   PymodbusServer  --'   (the gateway)       '--- what went over the wire
 * </pre>
 *
 * <p>Every peer is a process of its own, started by the test on a free loopback port and ended by
 * it. A peer that is not installed is a failure with the command that installs it, never a skipped
 * test.
 */
package dev.sluice.e2e;
