/**
 * What the bytes of registers and bits mean.
 *
 * <p>Modbus fixes the order of the two bytes in a register (high byte first) and nothing above it.
 * Four orders are in use for numbers of 32 bits; each is named by where the bytes {@code A} (most
 * significant) to {@code D} of the number stand on the wire. For 64 bits the same rule is applied
 * to four registers:
 *
 * <pre>
 *   ABCD   ABCDEFGH   big-endian
 *   CDAB   GHEFCDAB   least significant register first
 *   BADC   BADCFEHG   bytes swapped in each register
 *   DCBA   HGFEDCBA   little-endian
 * </pre>
 *
 * <p>A string has its characters in the order of the bytes ({@code ABCD}) or with the bytes of each
 * register swapped ({@code BADC}).
 */
@NullMarked
package dev.sluice.driver.modbus.value;

import org.jspecify.annotations.NullMarked;
