package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A blob opens with its key, beside what it was sealed beside, and otherwise not at all. */
class BlobSealTest {

  private static final byte[] KEY = key(0);
  private static final byte[] CONTENT = ascii("boiler_pressure");
  private static final byte[] BESIDE = ascii("header");

  /** A source of chance that has none: every byte is 0x55. */
  private static final RandomGenerator STUCK = () -> 0x5555555555555555L;

  private final BlobSeal seal = new BlobSeal(Keys.of(KEY, List.of()), new SecureRandom());

  private static byte[] key(int first) {
    byte[] key = new byte[MasterKey.BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (first + i);
    }
    return key;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes come from another implementation: the hkdf and aesgcm of Python's cryptography. */
  @Test
  void theFormatIsAsDocumented() throws Exception {
    byte[] blob = new BlobSeal(Keys.of(KEY, List.of()), STUCK).seal(CONTENT, BESIDE);
    assertThat(HexFormat.of().formatHex(blob))
        .isEqualTo(
            "b7c9964244720744" // key id
                + "55".repeat(32) // salt
                + "07418e41b171d679477ee2a4" // nonce
                + "0b28297c5794ecab20b20e79ba8ee6" // content
                + "b19bdade496375e3353249e54c83736b"); // tag
    assertThat(blob).hasSize(CONTENT.length + BlobSeal.EXTRA);
    assertThat(seal.open(blob, BESIDE)).isEqualTo(CONTENT);
  }

  @Test
  void whereChanceComesAgainNoOtherMessageHasTheNonce() {
    var stuck = new BlobSeal(Keys.of(KEY, List.of()), STUCK);
    byte[] one = stuck.seal(CONTENT, BESIDE);
    assertThat(nonce(stuck.seal(ascii("boiler_pressurE"), BESIDE))).isNotEqualTo(nonce(one));
    assertThat(nonce(stuck.seal(CONTENT, ascii("headeR")))).isNotEqualTo(nonce(one));
    assertThat(nonce(stuck.seal(ascii("rboiler_pressure"), ascii("heade"))))
        .as("the same bytes, cut otherwise")
        .isNotEqualTo(nonce(one));
  }

  private static byte[] nonce(byte[] blob) {
    return Arrays.copyOfRange(blob, 40, 52);
  }

  @Test
  void opensOnlyBesideWhatItWasSealedBeside() throws Exception {
    byte[] blob = seal.seal(CONTENT, BESIDE);
    assertThat(seal.open(blob, BESIDE)).isEqualTo(CONTENT);
    for (String other : List.of("headeR", "heade", "header ", "")) {
      assertThatThrownBy(() -> seal.open(blob, ascii(other)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(KeyMissingException.class)
          .hasMessageContaining("not what was sealed with key b7c9964244720744");
    }
  }

  @Test
  void aMissingKeyIsNamedAndAFormerOneOpens() throws Exception {
    byte[] blob = seal.seal(CONTENT, BESIDE);
    for (Keys wrong : List.of(Keys.NONE, Keys.of(key(1), List.of()))) {
      assertThatThrownBy(() -> new BlobSeal(wrong, STUCK).open(blob, BESIDE))
          .isInstanceOfSatisfying(
              KeyMissingException.class,
              missing -> assertThat(missing.keyId()).isEqualTo("b7c9964244720744"));
    }
    var rotated = new BlobSeal(Keys.of(key(1), List.of(KEY)), STUCK);
    assertThat(rotated.open(blob, BESIDE)).isEqualTo(CONTENT);
    var off = new BlobSeal(Keys.of(null, List.of(KEY)), STUCK);
    assertThat(off.seals()).isFalse();
    assertThat(off.open(blob, BESIDE)).isEqualTo(CONTENT);
    assertThatThrownBy(() -> off.seal(CONTENT, BESIDE)).hasMessageStartingWith("BUG:");
  }

  @Test
  void anyBytesAreRefusedInWords() {
    byte[] blob = seal.seal(new byte[0], BESIDE);
    for (int length = 0; length < blob.length; length++) {
      byte[] cut = Arrays.copyOf(blob, length);
      assertThatThrownBy(() -> seal.open(cut, BESIDE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("expected 68");
    }
  }
}
