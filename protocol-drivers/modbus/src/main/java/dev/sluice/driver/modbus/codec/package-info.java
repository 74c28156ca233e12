/**
 * Modbus PDUs: what is the same on every medium.
 *
 * <p>Source: MODBUS Application Protocol Specification V1.1b3. A PDU is at most 253 bytes, numbers
 * are big-endian.
 *
 * <pre>
 *   read request   | function 1 | address 2 | count 2 |                    functions 1, 2, 3, 4
 *   reply          | function 1 | byte count 1 | data, byte count |
 *   write request  | function 1 | address 2 | value 2 |                    functions 5, 6
 *                  | function 1 | address 2 | count 2 | byte count 1 | data |  functions 15, 16
 *                  | function 1 | address 2 | and 2 | or 2 |               function 22
 *   confirmation   the request, of 15 and 16 its first five bytes
 *   read and write | function 1 | address 2 | count 2 | write address 2 | count 2 |
 *                  | byte count 1 | data |, with the reply of a read        function 23
 *   exception      | function + 0x80, 1 | code 1 |
 * </pre>
 *
 * <p>Registers come as two bytes each, the high byte first; bits come eight to a byte, the lowest
 * address in the lowest bit, the last byte filled up with zeros.
 *
 * <p>Nothing here knows about unit, transaction or checksum: these belong to the frame of a medium.
 */
@NullMarked
package dev.sluice.driver.modbus.codec;

import org.jspecify.annotations.NullMarked;
