package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A symmetric key of a device or of a group of them. Never shown. */
final class DeviceKey {

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] bytes;

  private DeviceKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * As the portal shows it.
   *
   * @throws LinkException if it is none; without it
   */
  static DeviceKey of(String base64) throws LinkException {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64.strip());
      if (bytes.length > 0) {
        return new DeviceKey(bytes);
      }
    } catch (IllegalArgumentException e) {
      // told below, as the exception quotes the key
    }
    String found = "found a text of " + base64.length() + " characters, expected a key in Base64";
    throw new LinkException(LinkFailure.NOT_PREPARED, found, null);
  }

  /** The key of one device of the group whose key this is. */
  DeviceKey derived(String registrationId) {
    return new DeviceKey(hmac(registrationId));
  }

  /** In Base64. */
  String sign(String text) {
    return Base64.getEncoder().encodeToString(hmac(text));
  }

  boolean isSame(DeviceKey other) {
    return MessageDigest.isEqual(bytes, other.bytes);
  }

  private byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "a key";
  }
}
