package dev.sluice.gateway;

/** Which Sluice this is. */
final class Version {

  private Version() {}

  /** From the manifest of the jar; {@code unpackaged} when run from classes. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
