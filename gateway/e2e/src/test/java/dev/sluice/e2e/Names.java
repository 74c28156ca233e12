package dev.sluice.e2e;

/** Names of metrics that operators rely on; one that goes away breaks these tests on purpose. */
final class Names {

  static final String CONNECTED = "sluice_uplink_connected";
  static final String BACKLOG = "sluice_uplink_backlog_records";

  private Names() {}
}
