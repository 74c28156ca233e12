/**
 * The connector {@code watson-iot}: a gateway of IBM Watson IoT Platform, which ended in 2023, or
 * of a product that keeps its contract.
 *
 * <pre>
 *   record --render--> Events --> wire: iot-2/type/T/id/D/evt/E/fmt/json, a row each
 *   cmd  ---> Orders --> Command --> event "answer" of the device
 *   notify -> Held: the device is held back, what it says is kept as dead letters
 *   iotdm-1 -> Management: the gateway asks to be managed, and answers
 * </pre>
 *
 * <ul>
 *   <li><b>An acknowledgment is no promise.</b> A message of a device that cannot be registered is
 *       acknowledged and dropped, and the gateway is told so on another topic. So a message counts
 *       as arrived only some time after its acknowledgment. On a notice the connection is ended a
 *       moment later, when the notices of other devices have come, too; what had not settled is
 *       sent again in the next one, in which these devices are held back.
 *   <li><b>Names</b> of types and devices have 36 characters of a small alphabet; what has others
 *       is mapped, with a few characters that keep it apart from its neighbours, and told.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.watson;

import org.jspecify.annotations.NullMarked;
