/**
 * The contract of IBM Watson IoT Platform, which ended in 2023 and which products on premises still
 * keep, strict: client ids that say who is who, tokens, events of devices behind a gateway,
 * commands, registration by the gateway with its errors, and device management.
 *
 * <p>Proved with IBM's two Java clients: the last one for events and commands, and the last one
 * that had device management. Taken from them: a gateway may also use the topics of a device for
 * itself.
 */
package dev.sluice.e2e.cloud.ibm;
