/**
 * Azure IoT Hub and its Device Provisioning Service, as a device sees them over MQTT.
 *
 * <pre>
 *   Dps --registers--> Devices (keys, thumbprints) <--asks-- IotHub --.--> Twin
 *    '---------------> SasToken (recomputed) <----------------'       '--> MethodCalls, Mailbox
 * </pre>
 *
 * <p>Choices of ours where the vendor's documents are silent: a user name that is not one is
 * CONNACK 4 and every other refusal is 5; a filter that is none of the platform's closes the
 * connection.
 */
package dev.sluice.e2e.cloud.azure;
