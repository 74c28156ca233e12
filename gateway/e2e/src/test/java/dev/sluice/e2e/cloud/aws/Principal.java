package dev.sluice.e2e.cloud.aws;

/**
 * Who is connected.
 *
 * @param thing that its certificate belongs to; empty for a claim or a custom authorizer
 */
record Principal(String clientId, String thing, Policy policy) {

  boolean mayConnect() {
    return Policy.allows(policy.connect(), clientId, clientId, thing);
  }

  boolean mayPublish(String topic) {
    return Policy.allows(policy.publish(), topic, clientId, thing);
  }

  boolean maySubscribe(String filter) {
    return Policy.allows(policy.subscribe(), filter, clientId, thing);
  }

  boolean mayReceive(String topic) {
    return Policy.allows(policy.receive(), topic, clientId, thing);
  }
}
