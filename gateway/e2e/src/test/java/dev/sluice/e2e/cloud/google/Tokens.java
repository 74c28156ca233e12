package dev.sluice.e2e.cloud.google;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** Keys of a device, and the tokens that java-jwt signs with them. */
record Tokens(KeyPair keys, String audience) {

  static Tokens rsa(String audience) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return new Tokens(generator.generateKeyPair(), audience);
  }

  static Tokens ec(String audience) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return new Tokens(generator.generateKeyPair(), audience);
  }

  Tokens forAudience(String other) {
    return new Tokens(keys, other);
  }

  String hour() {
    return from(Instant.now(), Duration.ofHours(1));
  }

  String from(Instant issued, Duration life) {
    return JWT.create()
        .withAudience(audience)
        .withIssuedAt(issued)
        .withExpiresAt(issued.plus(life))
        .sign(algorithm());
  }

  private Algorithm algorithm() {
    return keys.getPrivate() instanceof ECPrivateKey ec
        ? Algorithm.ECDSA256(null, ec)
        : Algorithm.RSA256(null, (RSAPrivateKey) keys.getPrivate());
  }

  /** A good token but for its signature, which has the form that Java makes by default. */
  String withDerSignature() throws GeneralSecurityException {
    String good = hour();
    String signed = good.substring(0, good.lastIndexOf('.'));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  /** A good token but for the padding of its signature. */
  String padded() {
    String good = hour();
    String signature = good.substring(good.lastIndexOf('.') + 1);
    return good + "=".repeat((4 - signature.length() % 4) % 4);
  }
}
