package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Enciphers and deciphers the commits of one segment, in place. Not thread-safe: each reader and
 * writer has its own.
 *
 * <p>The nonce is a keyed hash of 32 random bytes, of where the commit goes and of the frames of
 * its records. While the random bytes are random, that is a random nonce. Where they come a second
 * time, because a virtual machine went on from a snapshot or many devices booted from one image,
 * another commit still gets another nonce unless its lengths and checksums are the same, too.
 */
final class CommitCipher {

  static final int NONCE = 12;
  private static final int TAG = 16;

  /** What a commit takes beyond its header and records. */
  static final int EXTRA = NONCE + TAG;

  private static final int FRESH = 32;
  private static final String AES = "AES/GCM/NoPadding";

  private final SecretKeySpec key;
  private final Mac nonces;
  private final Cipher cipher;

  /** The segment's identity, the offset of the commit in it, its header. */
  private final ByteBuffer authenticated =
      ByteBuffer.allocate(SegmentHeader.IDENTITY + 8 + CommitHeader.BYTES);

  private final byte[] fresh = new byte[FRESH];

  /**
   * For one segment.
   *
   * @param keys 32 bytes for AES, 32 for nonces
   */
  CommitCipher(byte[] keys, SegmentHeader segment) {
    this.key = new SecretKeySpec(keys, 0, MasterKey.BYTES, "AES");
    this.nonces = MasterKey.mac(Arrays.copyOfRange(keys, MasterKey.BYTES, keys.length));
    segment.encodeIdentity(authenticated, 0);
    try {
      this.cipher = Cipher.getInstance(AES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: every Java has " + AES, e);
    }
  }

  /**
   * Puts the nonce behind the header, enciphers the records behind that, and puts the tag behind
   * them.
   *
   * @param commit from its header on, which is final
   * @param length of the records
   * @param at where in the file it goes
   */
  void seal(byte[] commit, int length, long at, RandomGenerator random) {
    int records = CommitHeader.BYTES + NONCE;
    authenticate(commit, at);
    random.nextBytes(fresh);
    nonces.update(fresh);
    nonces.update(authenticated.array());
    hashFrames(commit, records, length);
    System.arraycopy(nonces.doFinal(), 0, commit, CommitHeader.BYTES, NONCE);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, nonce(commit));
      cipher.updateAAD(authenticated.array());
      cipher.doFinal(commit, records, length, commit, records);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: cannot encipher", e);
    }
  }

  /** Without the payloads, whose checksums are in the frames: hashing costs twice the cipher. */
  private void hashFrames(byte[] commit, int records, int length) {
    ByteBuffer plain = ByteBuffer.wrap(commit);
    int at = records;
    while (at < records + length) {
      nonces.update(commit, at, Frame.BYTES);
      at += Frame.BYTES + Frame.decode(plain, at).length();
    }
  }

  /**
   * Deciphers the records, which stay where they are.
   *
   * @param commit from its header to its tag
   * @param at where in the file it was
   * @return whether that is what was written there; else nothing of it may be used
   */
  boolean open(byte[] commit, int length, long at) {
    int records = CommitHeader.BYTES + NONCE;
    authenticate(commit, at);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, nonce(commit));
      cipher.updateAAD(authenticated.array());
      cipher.doFinal(commit, records, length + TAG, commit, records);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: cannot decipher", e);
    }
  }

  private void authenticate(byte[] commit, long at) {
    authenticated.putLong(SegmentHeader.IDENTITY, at);
    authenticated.put(SegmentHeader.IDENTITY + 8, commit, 0, CommitHeader.BYTES);
  }

  private static AlgorithmParameterSpec nonce(byte[] commit) {
    return new GCMParameterSpec(8 * TAG, commit, CommitHeader.BYTES, NONCE);
  }
}
