/**
 * The connector {@code azure-iot}: the gateway as one device of an Azure IoT Hub.
 *
 * <pre>
 *   Provisioning --Place--> HubLogin --Login--> CONNECT
 *   record --MqttConnector's form--> Telemetry --PropertyBag--> devices/D/messages/events/...
 *   Inbox --+-- DesiredChanges   desired, by $version --> Requests --> reported
 *           +-- MethodCalls      --> Requests --> status and body
 *           '-- DeviceMessages   --> Requests --> an answer among the telemetry
 * </pre>
 *
 * <ul>
 *   <li><b>Payloads</b> are those of the connector {@code mqtt}; what its topics say stands in the
 *       property bag, so that rules of the hub can ask for it.
 *   <li><b>A key never leaves</b> {@link dev.sluice.gateway.uplink.azure.DeviceKey}; what goes over
 *       the wire is a token that is good for {@code tokenLife}, and a new one before it is over.
 *   <li><b>The place</b> that a provisioning service gives is remembered on disk, and asked for
 *       again only when the hub does not want this device any more.
 *   <li><b>Desired properties</b> are applied in the order of {@code $version}; a version that was
 *       missed is read with the whole twin.
 *   <li><b>A message to the device</b> is acknowledged when the hub has its answer: to the hub,
 *       what is acknowledged is done.
 * </ul>
 *
 * <p>Everything is of the context of its uplink. Contract: "Communicate with an IoT hub by using
 * MQTT" and "Communicate with DPS by using MQTT" of the vendor's documentation.
 */
@NullMarked
package dev.sluice.gateway.uplink.azure;

import org.jspecify.annotations.NullMarked;
