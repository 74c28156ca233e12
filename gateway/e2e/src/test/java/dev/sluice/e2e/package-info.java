/**
 * Tests of the built distribution against real peers: mosquitto, PostgreSQL, libmodbus, pymodbus,
 * j2mod, modbus-serial, jsmodbus, mbpoll, openssl. What no program stands for, the clouds, is
 * emulated in {@link dev.sluice.e2e.cloud}.
 *
 * <pre>
 *   LibmodbusServer --.                       .--- RecordingSubscriber -> Ledger
 *                      >-- Distribution -- MqttTap -- Mosquitto
 *   PymodbusServer  --'   (the gateway)       '--- what went over the wire
 * </pre>
 *
 * <p>Every peer but j2mod is a process of its own, started by the test on a free loopback port, or
 * at the far end of a SerialCable, and ended by it. A UsbAdapter can be pulled out. A peer that is
 * not installed is a failure with the command that installs it, never a skipped test.
 *
 * <p>Cloud platforms cannot be had here: {@code cloud} emulates them, each proved by clients of its
 * vendor or of others before the gateway meets it.
 */
package dev.sluice.e2e;
