package dev.sluice.driver.text;

import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.buffer.Buffer;

/**
 * Something that is said to a device, and how its answer is framed.
 *
 * @param request the bytes to send
 * @param framer at the beginning of the answer
 * @param baud speed to which the link goes when the request has left; 0 to leave it as it is
 * @param patienceNanos so long nothing may come before the device is taken for silent, even if the
 *     poll has more time; 0 for no such limit
 */
record Turn(Buffer request, Framer framer, int baud, long patienceNanos) {}
