/**
 * Serial lines without hardware: a pseudo-terminal per line, behind a link of a stable name, and a
 * thread that plays everything that is wired to it.
 *
 * <pre>
 * gateway --opens--&gt; DIR/bus-a --link--&gt; /dev/pts/7 | Wire (pace, plug)  LineThread  Stations
 *                                                  bytes as the baud         Turns       Modbus units,
 *                                                  rate lets them pass       Troubles    text devices
 * </pre>
 *
 * <p>One transaction after the other, as on two wires: who is asked while another one sends waits.
 * What a terminal cannot show is not here: levels, collisions of two senders, a wrong baud rate.
 */
@NullMarked
package dev.sluice.simulator.serial;

import org.jspecify.annotations.NullMarked;
