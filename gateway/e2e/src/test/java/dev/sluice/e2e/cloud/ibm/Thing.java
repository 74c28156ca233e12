package dev.sluice.e2e.cloud.ibm;

/** A device or gateway by its type and its id, each of at most 36 characters. */
public record Thing(String type, String id) {

  static final String NAME = "[A-Za-z0-9._-]{1,36}";

  @Override
  public String toString() {
    return type + ":" + id;
  }
}
