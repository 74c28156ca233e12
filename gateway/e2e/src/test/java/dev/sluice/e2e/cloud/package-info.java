/**
 * Cloud platforms in miniature: what a platform's MQTT end point demands of a device, enforced.
 *
 * <pre>
 *   device --TLS--> Door --> Client --> Platform (azure.IotHub, azure.Dps, aws.AwsIot)
 *                             |  ^
 *              Session <------'  '--- Emulation: what a test asks, pushes and breaks
 *   (what outlives a connection)
 * </pre>
 *
 * <p>Each stands on a loopback address of its own, on the ports that the platform fixes, under its
 * real host name: a program finds it through {@link dev.sluice.e2e.cloud.HostsFile}, so that the
 * server name it asks for and the check of the certificate are the real ones. What breaks a rule
 * costs the connection, as it does there, and the reason is written to {@link
 * dev.sluice.e2e.cloud.Emulation#endings}.
 *
 * <p>An emulation proves something only as far as the vendor's own client works with it; the tests
 * here are that proof. Where the vendor's documents leave a choice, the type that made it says so.
 *
 * <p>The listener is a NetServer with Netty's MQTT codec, not MqttServer: that one cannot send the
 * CONNACK code 7 of AWS, and hides the protocol that ALPN chose.
 */
package dev.sluice.e2e.cloud;
