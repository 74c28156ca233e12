/**
 * What a simulated plant is: its lines, devices and points as read from a {@code plant.yaml}, the
 * signals behind the values, and the faults that devices can be given. Values only; nothing here
 * opens anything.
 *
 * <pre>
 * plant: demo
 * seed: 7
 * lines:
 *   hall:                                  # one TCP port = one line of the gateway
 *     modbus:
 *       port: 0                            # 0: any free one
 *       devices:
 *         meter-1:
 *           unit: 1
 *           every: 1s                      # how often the gateway is told to poll it
 *           counter: { at: input 0, order: CDAB }
 *           points:
 *             voltage: { at: input 2, type: float32, unit: V, repeat: 3,
 *                        signal: { drift: { from: 225, to: 235, period: 60s, noise: 0.4 } } }
 *           faults:
 *             - { after: 10s, for: 5s, fault: delay 500ms }
 *   scale:
 *     text:
 *       port: 0                            # or serial, as below
 *       delimiter: "\r\n"
 *       devices:
 *         scale-1:
 *           request: READ                  # absent: speaks every `every` by itself
 *           format: "N{counter} W{weight} kg"
 *           points:
 *             weight: { decimals: 2, unit: kg, signal: { noise: { mean: 50, deviation: 1 } } }
 *   mast:
 *     text:
 *       serial: { baud: 4800, parity: none }
 *       devices:
 *         mast-1:
 *           format: "$WX,{counter},{wind}"
 *           checksum: nmea                 # of NMEA 0183; only behind a format that begins with $
 *           points: { wind: { decimals: 1, signal: { constant: 4 } } }
 *   bus-a:                                 # one serial port = one line of the gateway
 *     modbus:
 *       serial: { baud: 9600, dataBits: 8, parity: none, stopBits: 1 }   # default 19200 8E1
 *       devices:
 *         sensor-1: { unit: 1, points: { t: { at: input 2, signal: { constant: 21 } } } }
 * </pre>
 *
 * <p>Every device counts its answers. A Modbus device shows the count as a uint32 of input
 * registers: {@code counter.at} (default {@code input 0}), {@code counter.order} (default {@code
 * ABCD}: high word first, high byte first; {@code CDAB}: low word first). It goes up by one with
 * each request that reads both words and is answered. A text device shows it where its format says
 * {@code {counter}}.
 */
@NullMarked
package dev.sluice.simulator.spec;

import org.jspecify.annotations.NullMarked;
