package dev.sluice.gateway.uplink.thingsboard;

import java.util.List;

/** The topics of ThingsBoard's gateway and device API. */
final class Topics {

  static final String CONNECT = "v1/gateway/connect";
  static final String DISCONNECT = "v1/gateway/disconnect";
  static final String TELEMETRY = "v1/gateway/telemetry";
  static final String ATTRIBUTES = "v1/gateway/attributes";
  static final String ATTRIBUTES_REQUEST = "v1/gateway/attributes/request";
  static final String ATTRIBUTES_RESPONSE = "v1/gateway/attributes/response";
  static final String RPC = "v1/gateway/rpc";
  static final String OWN_TELEMETRY = "v1/devices/me/telemetry";
  static final String OWN_ATTRIBUTES = "v1/devices/me/attributes";
  static final String OWN_RPC_REQUEST = "v1/devices/me/rpc/request/";
  static final String OWN_RPC_RESPONSE = "v1/devices/me/rpc/response/";
  static final String PROVISION_REQUEST = "/provision/request";
  static final String PROVISION_RESPONSE = "/provision/response";

  /** What comes down. */
  static final List<String> FILTERS =
      List.of(ATTRIBUTES, ATTRIBUTES_RESPONSE, RPC, OWN_RPC_REQUEST + "+");

  private Topics() {}
}
