package dev.sluice.e2e.cloud.broker;

/**
 * What a platform takes at most; a client that sends more is cut.
 *
 * @param qos highest quality of service of a publish
 * @param payloadBytes longest payload of any topic
 * @param perSecond messages from one connection in any one second
 */
public record Limits(int qos, int payloadBytes, int perSecond) {

  public Limits withPerSecond(int messages) {
    return new Limits(qos, payloadBytes, messages);
  }
}
