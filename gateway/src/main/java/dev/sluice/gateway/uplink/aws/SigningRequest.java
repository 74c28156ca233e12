package dev.sluice.gateway.uplink.aws;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * A request for a certificate (PKCS #10, RFC 2986), in DER, for a key on the curve P-256:
 *
 * <pre>
 * SEQUENCE { info, SEQUENCE { ecdsa-with-SHA256 }, BIT STRING signature of info }
 * info = SEQUENCE { INTEGER 0, SEQUENCE { SET { SEQUENCE { commonName, UTF8String } } },
 *                   SubjectPublicKeyInfo, [0] no attributes }
 * </pre>
 */
final class SigningRequest {

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OID = 0x06;
  private static final int UTF8 = 0x0c;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int ATTRIBUTES = 0xa0;

  /** 2.5.4.3. */
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

  /** 1.2.840.10045.4.3.2 (RFC 5758, 3.2). */
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };

  private SigningRequest() {}

  /** A new key; takes a moment. */
  static KeyPair key() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** In PEM. */
  static String of(KeyPair key, String commonName) throws GeneralSecurityException {
    byte[] name =
        der(
            SEQUENCE,
            der(
                SET,
                der(
                    SEQUENCE,
                    der(OID, COMMON_NAME),
                    der(UTF8, commonName.getBytes(StandardCharsets.UTF_8)))));
    byte[] info =
        der(
            SEQUENCE,
            der(INTEGER, new byte[] {0}),
            name,
            key.getPublic().getEncoded(),
            der(ATTRIBUTES));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key.getPrivate());
    signer.update(info);
    byte[] request =
        der(
            SEQUENCE,
            info,
            der(SEQUENCE, der(OID, ECDSA_WITH_SHA256)),
            der(BIT_STRING, new byte[] {0}, signer.sign()));
    return pem("CERTIFICATE REQUEST", request);
  }

  /** RFC 7468. */
  static String pem(String label, byte[] der) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  /** Tag, length, content (X.690, 8.1). */
  private static byte[] der(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    var out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length > 0xff) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length > 0x7f) {
      out.write(0x81);
    }
    out.write(length);
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }
}
