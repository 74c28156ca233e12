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
 *
 * <p>Limits: a message above the largest, one of a day whose quota is used up, and one for which
 * the throttle has no more room to wait cost the connection, without an acknowledgement. That the
 * latter two are a close over MQTT is what users of the vendor's clients report
 * (Azure/azure-iot-sdk-java 377 and 1805, azure-iot-sdk-node 754, azure-iot-sdk-python 735,
 * MicrosoftDocs/azure-docs 107838); with a quota that is used up CONNECT is accepted all the same,
 * and requests to the twin are answered with 403. How much may wait is nowhere said.
 */
package dev.sluice.e2e.cloud.azure;
