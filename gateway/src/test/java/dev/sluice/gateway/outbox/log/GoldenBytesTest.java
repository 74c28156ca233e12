package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * The golden directories against the package documentation, field by field: a second reading of it,
 * that knows nothing of the first.
 */
class GoldenBytesTest {

  private static final int PAGE = 4096;
  private static final byte[] NEWEST =
      "the newest key, for a test only.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMER =
      "the former key, for a test only.".getBytes(StandardCharsets.US_ASCII);

  private static ByteBuffer file(String name) throws Exception {
    var found = GoldenBytesTest.class.getResource("/outbox/format-1/");
    Path directory = Path.of(Objects.requireNonNull(found, name).toURI());
    return ByteBuffer.wrap(Files.readAllBytes(directory.resolve(name)));
  }

  /** CRC-32C of some words and then of bytes. */
  private static int crc(ByteBuffer before, ByteBuffer bytes, int from, int to) {
    var crc = new CRC32C();
    crc.update(before);
    crc.update(bytes.array(), from, to - from);
    return (int) crc.getValue();
  }

  private static ByteBuffer none() {
    return ByteBuffer.allocate(0);
  }

  private static ByteBuffer word(int epoch) {
    return ByteBuffer.allocate(4).putInt(epoch).flip();
  }

  private static String text(ByteBuffer bytes, int at, int length) {
    return new String(bytes.array(), at, length, StandardCharsets.UTF_8);
  }

  private static void zeros(ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      assertThat(bytes.get(at)).as("byte %d", at).isZero();
    }
  }

  private static String header(ByteBuffer file) {
    for (int at = 0; at <= 2048; at += 2048) {
      assertThat(text(file, at, 8)).isEqualTo("SLUICEOB");
      assertThat(file.getInt(at + 8)).as("version").isEqualTo(1);
      assertThat(file.getInt(at + 12)).isEqualTo(crc(none(), file, at, at + 12));
      zeros(file, at + 68, at + 72);
      zeros(file, at + 112, at + 124);
      assertThat(file.getInt(at + 124)).isEqualTo(crc(none(), file, at, at + 124));
      zeros(file, at + 128, at + 2048);
    }
    assertThat(Arrays.copyOf(file.array(), 128))
        .isEqualTo(Arrays.copyOfRange(file.array(), 2048, 2048 + 128));
    return String.format(
        "stream %016x%016x number %d first %d created %d epoch %08x before %08x cipher %d",
        file.getLong(16),
        file.getLong(24),
        file.getLong(32),
        file.getLong(40),
        file.getLong(48),
        file.getInt(56),
        file.getInt(60),
        file.getInt(64));
  }

  private static boolean commits(ByteBuffer file, int at, int epoch) {
    return text(file, at, 4).equals("SLCM")
        && file.getInt(at + 4) == crc(word(epoch), file, at + 8, at + 40);
  }

  /** What is in a segment in plain: a line for the header, for each commit and for each record. */
  private static List<String> segment(ByteBuffer file) {
    var lines = new ArrayList<String>();
    lines.add(header(file));
    assertThat(file.getInt(64)).as("cipher").isZero();
    zeros(file, 72, 112);
    int epoch = file.getInt(56);
    int at = PAGE;
    while (at + 40 <= file.limit()) {
      if (!commits(file, at, epoch)) {
        assertThat(commits(file, at, file.getInt(60))).as("was written before").isTrue();
        lines.add(at + " of a former life");
        at += PAGE;
        continue;
      }
      int length = file.getInt(at + 28);
      int end = at + (40 + length + PAGE - 1) / PAGE * PAGE;
      String commit =
          String.format(
              "%d first %d wall %d count %d bytes %d readings %d flags %d",
              at,
              file.getLong(at + 8),
              file.getLong(at + 16),
              file.getInt(at + 24),
              length,
              file.getInt(at + 32),
              file.getInt(at + 36));
      lines.add(commit + (end > file.limit() ? " cut" : ""));
      if (end <= file.limit()) {
        records(file, at, epoch, lines);
        zeros(file, at + 40 + length, end);
      }
      at = end;
    }
    return lines;
  }

  private static void records(ByteBuffer file, int commit, int epoch, List<String> lines) {
    long seq = file.getLong(commit + 8);
    int at = commit + 40;
    for (int left = file.getInt(commit + 24); left > 0; left--) {
      int length = file.getInt(at + 4);
      zeros(file, at + 13, at + 16);
      ByteBuffer bound = ByteBuffer.allocate(12).putInt(epoch).putLong(seq).flip();
      boolean whole = file.getInt(at) == crc(bound, file, at + 4, at + 16 + length);
      lines.add(
          String.format(
              "%d length %d readings %d kind %d%s",
              seq++, length, file.getInt(at + 8), file.get(at + 12), whole ? "" : " damaged"));
      at += 16 + length;
    }
    assertThat(at).isEqualTo(commit + 40 + file.getInt(commit + 28));
  }

  @Test
  void segmentsAreAsDocumented() throws Exception {
    assertThat(segment(file("plain/0000000002-00000000000000000005.seg")))
        .containsExactly(
            STREAM
                + "number 2 first 5 created 1702678403000 epoch 37c11313 before 00000000"
                + PLAIN,
            "4096 first 5 wall 1702678403000 count 1 bytes 198 readings 12 flags 0",
            "5 length 182 readings 12 kind 0",
            "8192 first 6 wall 1702679064000 count 1 bytes 31 readings 0 flags 2",
            "6 length 15 readings 0 kind 2",
            "12288 first 7 wall 1702679064000 count 1 bytes 198 readings 12 flags 0",
            "7 length 182 readings 12 kind 0 damaged");
    assertThat(segment(file("plain/0000000003-00000000000000000008.seg")))
        .containsExactly(
            STREAM
                + "number 3 first 8 created 1702679065000 epoch adf7756f before eb29d60f"
                + PLAIN,
            "4096 first 8 wall 1702679065000 count 1 bytes 198 readings 12 flags 0",
            "8 length 182 readings 12 kind 0",
            "8192 first 9 wall 1702679066000 count 1 bytes 34 readings 0 flags 2",
            "9 length 18 readings 0 kind 2",
            "12288 of a former life");
    assertThat(segment(file("plain/0000000004-00000000000000000010.seg.spare")))
        .containsExactly(
            STREAM
                + "number 4 first 10 created 1702679066000 epoch 48d1a86c before 00000000"
                + PLAIN,
            "4096 first 10 wall 1702679066000 count 1 bytes 4662 readings 480 flags 0",
            "10 length 4646 readings 480 kind 0",
            "12288 first 11 wall 1702679067000 count 1 bytes 199 readings 12 flags 0",
            "11 length 183 readings 12 kind 0");
    assertThat(segment(file("plain/0000000005-00000000000000000012.seg")))
        .containsExactly(
            STREAM
                + "number 5 first 12 created 1702679068000 epoch 1411389c before 00000000"
                + PLAIN,
            "4096 first 12 wall 1702679068000 count 3 bytes 448 readings 24 flags 0",
            "12 length 183 readings 12 kind 0",
            "13 length 34 readings 0 kind 1",
            "14 length 183 readings 12 kind 0",
            "8192 first 15 wall 1702679069000 count 1 bytes 28 readings 0 flags 2",
            "15 length 12 readings 0 kind 2",
            "12288 first 16 wall 1702679070000 count 0 bytes 0 readings 0 flags 1");
    assertThat(segment(file("plain/0000000006-00000000000000000016.seg")))
        .containsExactly(
            STREAM + "number 6 first 16 created 0 epoch 7f942b57 before 00000000" + PLAIN,
            "4096 first 16 wall 0 count 2 bytes 228 readings 6 flags 0",
            "16 length 162 readings 6 kind 0",
            "17 length 34 readings 0 kind 1",
            "8192 first 18 wall 0 count 1 bytes 4662 readings 480 flags 0 cut");
  }

  private static String slot(ByteBuffer file, int at) {
    assertThat(text(file, at, 8)).isEqualTo("SLUICECU");
    assertThat(file.getInt(at + 8)).as("version").isEqualTo(1);
    assertThat(file.getInt(at + 12)).isEqualTo(crc(none(), file, at, at + 12));
    var ranges = new StringBuilder();
    int count = file.getInt(at + 64);
    for (int i = 0; i < count; i++) {
      ranges.append(file.getLong(at + 68 + 16 * i)).append('-');
      ranges.append(file.getLong(at + 76 + 16 * i)).append(' ');
    }
    int name = at + 68 + 16 * count;
    int end = name + 4 + file.getInt(name);
    boolean whole = file.getInt(end) == crc(none(), file, at, end);
    zeros(file, end + 4, at + PAGE);
    return String.format(
        "stream %016x%016x generation %d seen %d floor %d open %d ranges %d: %s%s%s",
        file.getLong(at + 16),
        file.getLong(at + 24),
        file.getLong(at + 32),
        file.getLong(at + 40),
        file.getLong(at + 48),
        file.getLong(at + 56),
        count,
        ranges,
        text(file, name + 4, end - name - 4),
        whole ? "" : " torn");
  }

  @Test
  void cursorFilesAreAsDocumented() throws Exception {
    ByteBuffer cloud = file("plain/cloud.cursor");
    assertThat(cloud.limit()).isEqualTo(2 * PAGE);
    assertThat(slot(cloud, 0))
        .isEqualTo(
            STREAM + "generation 7 seen 16 floor 5 open 17 ranges 4: 6-6 8-8 12-12 14-15 cloud");
    assertThat(slot(cloud, PAGE))
        .isEqualTo(STREAM + "generation 6 seen 16 floor 5 open 14 ranges 3: 6-6 8-8 12-12 cloud");
    ByteBuffer plant = file("plain/plant%2F2.cursor");
    assertThat(slot(plant, 0))
        .isEqualTo(
            STREAM + "generation 4 seen 16 floor 5 open 15 ranges 2: 9-9 13-13 plant/2 torn");
    assertThat(slot(plant, PAGE))
        .isEqualTo(STREAM + "generation 3 seen 16 floor 5 open 15 ranges 2: 9-9 13-13 plant/2");
  }

  private static byte[] mac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  /** The text of a commit; throws when a bit of it is not as it was written. */
  private static ByteBuffer deciphered(ByteBuffer file, int at, byte[] key) throws Exception {
    byte[] id = mac(key, "sluice outbox key id 1".getBytes(StandardCharsets.US_ASCII));
    assertThat(file.getInt(64)).as("cipher").isEqualTo(1);
    assertThat(file.getLong(72)).as("key id").isEqualTo(ByteBuffer.wrap(id).getLong());
    byte[] salt = Arrays.copyOfRange(file.array(), 80, 112);
    byte[] info = "sluice outbox segment 1".getBytes(StandardCharsets.US_ASCII);
    byte[] aes = mac(mac(salt, key), info, new byte[] {1});
    assertThat(commits(file, at, file.getInt(56))).isTrue();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(aes, "AES"),
        new GCMParameterSpec(128, file.array(), at + 40, 12));
    cipher.updateAAD(file.array(), 16, 48);
    cipher.updateAAD(ByteBuffer.allocate(8).putLong(at).array());
    cipher.updateAAD(file.array(), at, 40);
    return ByteBuffer.wrap(cipher.doFinal(file.array(), at + 52, file.getInt(at + 28) + 16));
  }

  @Test
  void encryptedCommitsAreAsDocumented() throws Exception {
    ByteBuffer former = file("encrypted/0000000002-00000000000000000003.seg");
    assertThat(header(former)).contains("number 2 first 3").endsWith("cipher 1");
    assertThat(deciphered(former, PAGE, FORMER).limit()).isEqualTo(former.getInt(PAGE + 28));
    ByteBuffer newest = file("encrypted/0000000004-00000000000000000007.seg");
    assertThat(header(newest)).contains("number 4 first 7").endsWith("cipher 1");
    ByteBuffer records = deciphered(newest, 2 * PAGE, NEWEST);
    ByteBuffer bound = ByteBuffer.allocate(12).putInt(newest.getInt(56)).putLong(8).flip();
    assertThat(records.getInt(4)).as("length").isEqualTo(182);
    assertThat(records.getInt(0)).isEqualTo(crc(bound, records, 4, 16 + 182));
    ByteBuffer sealed = file("encrypted/0000000003-00000000000000000006.seg");
    assertThat(sealed.getInt(3 * PAGE + 36)).as("seal").isEqualTo(1);
    assertThat(deciphered(sealed, 3 * PAGE, FORMER).limit()).isZero();
  }

  private static final String STREAM = "stream 018bcfe568007fb8eb30d74ecf8b940d ";
  private static final String PLAIN = " cipher 0";
}
