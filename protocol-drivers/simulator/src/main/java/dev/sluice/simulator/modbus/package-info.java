/**
 * Modbus devices. On TCP: slaves of j2mod, and in front of them a thin TCP layer that breaks them.
 *
 * <pre>
 * gateway --TCP--&gt; ModbusLine (Vert.x, one port) --TCP--&gt; Slave (j2mod, a thread per connection)
 *                  plays the faults, refuses what          RegisterBank: values from signals,
 *                  the plant does not know                 counts the answers
 * </pre>
 *
 * <p>The layer in front answers itself where a device is to misbehave, so that such a request never
 * reaches the slave and is not counted as answered.
 *
 * <p>On a serial line: the same registers behind j2mod's codec alone.
 *
 * <pre>
 * gateway --pty--&gt; serial.SerialLine --bytes--&gt; RtuStations, RtuFrame --&gt; Codec (j2mod) --&gt; RegisterBank
 * </pre>
 */
@NullMarked
package dev.sluice.simulator.modbus;

import org.jspecify.annotations.NullMarked;
