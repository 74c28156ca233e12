/**
 * ThingsBoard's MQTT API for gateways and devices, strict.
 *
 * <p>Where the documentation and the server's source differ, the source has its way: values of a
 * gateway's telemetry are acknowledged once per device of the message; a request for attributes
 * names one scope ({@code client} true or false) and {@code key} or {@code keys}; a client that is
 * being provisioned gets no answer to a SUBSCRIBE; a newer connection ends the older one of the
 * same device, whatever their client ids. Stricter than the server, so that a mistake shows: it
 * acknowledges and drops what comes on a topic it does not know, and keeps a number that it cannot
 * hold as text; here both close the connection.
 *
 * <p>Proved with Eclipse Paho and with a ThingsBoard client for Node-RED.
 */
package dev.sluice.e2e.cloud.thingsboard;
