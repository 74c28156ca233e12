/**
 * Tests of the built distribution against real peers: mosquitto, libmodbus, pymodbus, j2mod,
 * modbus-serial, jsmodbus, mbpoll, openssl. What no program stands for, the clouds, is emulated in
 * {@link dev.sluice.e2e.cloud}.
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
 */
package dev.sluice.e2e;
