/**
 * The contract of Google Cloud IoT Core as ClearBlade IoT Core keeps it, strict: JSON Web Tokens
 * that are verified, devices that a gateway attaches, topics that are fixed, and a connection that
 * is closed for almost every mistake and when its token has run out.
 *
 * <p>Proved with tokens that java-jwt signs and with Eclipse Paho as the client. Assumed, for want
 * of a clear word in the documentation: a failed request about another device closes the connection
 * unless the gateway has subscribed to its error topic.
 */
package dev.sluice.e2e.cloud.google;
