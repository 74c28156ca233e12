package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that people keep; no byte is enciphered with it, only keys of segments and blobs come from
 * it.
 */
final class MasterKey {

  static final int BYTES = 32;
  private static final String HMAC = "HmacSHA256";
  private static final byte[] ID_OF = ascii("sluice outbox key id 1");

  /** What derived keys are for; a key for one is of no use for the other. */
  static final byte[] SEGMENT_OF = ascii("sluice outbox segment 1");

  static final byte[] BLOB_OF = ascii("sluice outbox blob 1");

  private final byte[] secret;
  private final long id;

  MasterKey(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException(
          "a key of " + secret.length + " bytes, expected " + BYTES); // never the key itself
    }
    this.secret = secret.clone();
    byte[] digest = mac(this.secret).doFinal(ID_OF);
    this.id = ByteBuffer.wrap(digest).getLong();
  }

  /** A keyed hash cut to 64 bits: tells keys apart and nothing else of them. */
  long id() {
    return id;
  }

  static String text(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  /** HKDF-SHA256 (RFC 5869): 64 bytes that only this key, this salt and this purpose yield. */
  byte[] derive(byte[] salt, byte[] purpose) {
    Mac expand = mac(mac(salt).doFinal(secret));
    expand.update(purpose);
    byte[] first = expand.doFinal(new byte[] {1});
    expand.update(first);
    expand.update(purpose);
    byte[] second = expand.doFinal(new byte[] {2});
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  boolean sameAs(MasterKey other) {
    return MessageDigest.isEqual(secret, other.secret);
  }

  static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: every Java has " + HMAC, e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
