package dev.sluice.gateway.uplink.azure;

/** A shared access signature: a password that is good for one resource, and for a time. */
final class SasToken {

  private SasToken() {}

  /**
   * Makes one. The signature covers the resource as it stands in the token.
   *
   * @param resource what it opens, not encoded, for example {@code HUB/devices/DEVICE}
   * @param expirySeconds when it ends, since 1970
   * @param policy name of the key; empty for the device's own
   */
  static String of(String resource, DeviceKey key, long expirySeconds, String policy) {
    String encoded = Percent.encode(resource);
    String signature = Percent.encode(key.sign(encoded + "\n" + expirySeconds));
    return "SharedAccessSignature sr="
        + encoded
        + "&sig="
        + signature
        + "&se="
        + expirySeconds
        + (policy.isEmpty() ? "" : "&skn=" + policy);
  }
}
