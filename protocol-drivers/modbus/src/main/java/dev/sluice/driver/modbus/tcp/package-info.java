/**
 * Modbus over TCP.
 *
 * <p>Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b. A frame is an MBAP header and a
 * PDU:
 *
 * <pre>
 *   | transaction id 2 | protocol id 2, zero | length 2, of what follows: 2..254 | unit 1 | PDU |
 * </pre>
 *
 * <p>A reply is matched to its request by the transaction id alone: replies may come late, twice,
 * in another order, in pieces or several at once. What answers nothing is dropped and counted. A
 * header that cannot be one means that the place in the stream is lost: the connection is closed.
 */
@NullMarked
package dev.sluice.driver.modbus.tcp;

import org.jspecify.annotations.NullMarked;
