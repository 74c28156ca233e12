package dev.sluice.gateway.uplink.watson;

/** A device or gateway by its type and id, as the platform writes them. */
record Thing(String type, String id) {

  /** In a topic, after the version. */
  String path() {
    return "type/" + type + "/id/" + id + "/";
  }

  @Override
  public String toString() {
    return type + ":" + id;
  }
}
