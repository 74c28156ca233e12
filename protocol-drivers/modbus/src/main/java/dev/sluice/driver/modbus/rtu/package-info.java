/**
 * Modbus on a bus: RTU and ASCII frames, over a serial port or over a TCP connection to one.
 *
 * <p>Source: MODBUS over Serial Line, Specification and Implementation Guide V1.02.
 *
 * <pre>
 *   RTU     | unit 1 | PDU | CRC-16 2, low byte first |      silence of 3.5 characters around it
 *   ASCII   ':' | unit, PDU, LRC 1, as hexadecimal | CR LF
 * </pre>
 *
 * <p><b>Where a reply ends</b> is told by its function and length, and proved by its checksum;
 * never by silence, which USB adapters and terminal servers put anywhere. Noise, echoes and frames
 * of other units before it are skipped. Bytes behind it make it void: what stands there may have
 * been an answer to an earlier question.
 *
 * <p><b>Late replies.</b> A frame names its unit but not the question it answers. So after a
 * timeout ({@link dev.sluice.driver.modbus.rtu.LateReplies}) nothing that a late reply could be
 * taken for the answer to is asked of that unit for a while; other units are.
 *
 * <pre>
 *   BusLink     requests to frames, outcomes to values, late replies, echoes, turnarounds
 *     FrameScanner   finds the reply in what came: RtuScanner, AsciiScanner
 *     Medium         carries exchanges: a serial port, or a socket that behaves like one
 * </pre>
 */
@NullMarked
package dev.sluice.driver.modbus.rtu;

import org.jspecify.annotations.NullMarked;
