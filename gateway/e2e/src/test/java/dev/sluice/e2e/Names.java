package dev.sluice.e2e;

/** Names of metrics that operators rely on; one that goes away breaks these tests on purpose. */
final class Names {

  static final String ACKNOWLEDGED_RECORDS = "sluice_uplink_acknowledged_records_total";
  static final String CONNECTED = "sluice_uplink_connected";

  private Names() {}
}
