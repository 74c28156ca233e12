/**
 * The MQTT broker of an Azure Event Grid namespace, as far as a client that publishes meets it:
 * clients by certificate and authentication name, sessions by client id, topic spaces, limits.
 *
 * <p>Written after Microsoft's documentation (learn.microsoft.com/azure/event-grid: mqtt-support,
 * mqtt-client-authentication, mqtt-topic-spaces, mqtt-retain, quotas-limits). What MQTT 3.1.1
 * cannot be told ends the connection.
 */
package dev.sluice.e2e.cloud.eventgrid;
