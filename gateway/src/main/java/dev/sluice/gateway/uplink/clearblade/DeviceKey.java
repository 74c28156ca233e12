package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.credential.SecretFile;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The private key of a device, as a PEM file has it: PKCS 8, PKCS 1 (RSA) or SEC 1 (elliptic
 * curve), not encrypted. Blocks; no message repeats any of it.
 */
final class DeviceKey {

  private static final int MAX_BYTES = 64 << 10;
  private static final int LEAST_RSA_BITS = 2_048;
  private static final String CURVE = "secp256r1";

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----(.*?)-----END \\1-----",
          Pattern.DOTALL);

  /** RFC 8017, A.1: rsaEncryption without parameters. */
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  /** RFC 5480, 2.1.1: a public key on the curve P-256. */
  private static final byte[] P256 =
      HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");

  /** The name of the curve as SEC 1 files tell it. */
  private static final String P256_NAME = "06082a8648ce3d030107";

  private static final byte[] VERSION = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;
  private static final int LONG = 0x80;

  private DeviceKey() {}

  /**
   * Reads it.
   *
   * @throws LinkException with {@link LinkFailure#KEY_FILE} saying what is wrong with the file
   */
  static PrivateKey read(Path file) throws LinkException {
    SettingsProblem exposed = SecretFile.exposed("clearblade/key", file);
    if (exposed != null) {
      throw unusable(exposed.found() + "; " + exposed.hint(), null);
    }
    byte[] bytes;
    try {
      bytes = SecretFile.read(file, MAX_BYTES);
    } catch (IOException e) {
      throw unusable(file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
    Matcher pem = PEM.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw unusable(file + " holds no private key in PEM; half-written?", null);
    }
    if (pem.group(1).startsWith("ENCRYPTED") || pem.group(2).contains("ENCRYPTED")) {
      throw unusable(file + " is encrypted: expected a key without a password", null);
    }
    try {
      return checked(file, key(pem.group(1), Base64.getMimeDecoder().decode(pem.group(2).strip())));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // What parsers say may quote what they read.
      throw unusable(file + " cannot be used (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  private static PrivateKey key(String label, byte[] der) throws GeneralSecurityException {
    return switch (label) {
      case "RSA PRIVATE KEY" -> made("RSA", wrapped(RSA, der));
      case "EC PRIVATE KEY" -> {
        if (!HexFormat.of().formatHex(der).contains(P256_NAME)) {
          throw new IllegalArgumentException("another curve");
        }
        yield made("EC", wrapped(P256, der));
      }
      default -> either(der);
    };
  }

  private static PrivateKey either(byte[] pkcs8) throws GeneralSecurityException {
    try {
      return made("RSA", pkcs8);
    } catch (InvalidKeySpecException notRsa) {
      return made("EC", pkcs8);
    }
  }

  private static PrivateKey made(String kind, byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** RFC 5208, 5: what older forms leave out is put around them. */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION, algorithm, der(OCTETS, key));
  }

  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < LONG) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(LONG | 1); // as short as possible, or it is no DER
      out.write(length);
    } else {
      out.write(LONG | 2); // a key file is less than 64 KiB
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  /** The platform takes RS256 and ES256 only. */
  private static PrivateKey checked(Path file, PrivateKey key)
      throws LinkException, GeneralSecurityException {
    if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
      int bits = rsa.getModulus().bitLength();
      throw unusable(file + " is an RSA key of " + bits + " bits: expected 2048 or more", null);
    }
    if (key instanceof ECPrivateKey ec && !isP256(ec.getParams())) {
      throw unusable(file + " is on another curve: expected P-256 (prime256v1)", null);
    }
    return key;
  }

  private static boolean isP256(ECParameterSpec found) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVE));
    ECParameterSpec wanted = parameters.getParameterSpec(ECParameterSpec.class);
    return found.getCurve().equals(wanted.getCurve()) && found.getOrder().equals(wanted.getOrder());
  }

  private static LinkException unusable(String what, @Nullable Throwable cause) {
    return new LinkException(LinkFailure.KEY_FILE, what, cause);
  }
}
