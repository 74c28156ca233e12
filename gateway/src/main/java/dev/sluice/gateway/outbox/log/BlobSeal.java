package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts small files that lie beside a log with the keys of the log; the bytes are told in the
 * documentation of this package. Each blob has a key of its own. Immutable; thread-safe when its
 * source of chance is.
 */
public final class BlobSeal {

  private static final int SALT = 32;
  private static final int FRESH = 32;
  private static final int TAG = 16;
  private static final int NONCE_AT = Long.BYTES + SALT;
  private static final int TEXT_AT = NONCE_AT + CommitCipher.NONCE;
  private static final String AES = "AES/GCM/NoPadding";

  /** What a blob takes beyond its content, bytes. */
  public static final int EXTRA = TEXT_AT + TAG;

  private final Keys keys;
  private final RandomGenerator random;

  /**
   * With the keys of a log.
   *
   * @param random for salts and nonces; one that nobody can guess
   */
  public BlobSeal(Keys keys, RandomGenerator random) {
    this.keys = keys;
    this.random = random;
  }

  /** Whether there is a key to seal with; without one, blobs are to be written in plain. */
  public boolean seals() {
    return keys.encrypt();
  }

  /**
   * Encrypts with the newest key.
   *
   * @param beside what is written in plain beside it, and must be the same when it is opened
   * @return longer by {@link #EXTRA}
   */
  public byte[] seal(byte[] content, byte[] beside) {
    MasterKey key = keys.newest();
    if (key == null) {
      throw new IllegalStateException("BUG: no key to seal with");
    }
    byte[] salt = new byte[SALT];
    byte[] fresh = new byte[FRESH];
    random.nextBytes(salt);
    random.nextBytes(fresh);
    byte[] blob = new byte[content.length + EXTRA];
    ByteBuffer.wrap(blob).putLong(key.id()).put(salt);
    byte[] derived = key.derive(salt, MasterKey.BLOB_OF);
    byte[] nonce = nonce(derived, fresh, authenticated(blob, beside), content);
    System.arraycopy(nonce, 0, blob, NONCE_AT, CommitCipher.NONCE);
    try {
      cipher(Cipher.ENCRYPT_MODE, derived, blob, beside)
          .doFinal(content, 0, content.length, blob, TEXT_AT);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: cannot encipher", e);
    }
    return blob;
  }

  /**
   * Decrypts with the key that it names; any bytes may be given.
   *
   * @param beside as it was when it was sealed
   * @throws KeyMissingException if that key is not here
   * @throws IOException if it is not what was sealed with that key
   */
  public byte[] open(byte[] blob, byte[] beside) throws IOException {
    if (blob.length < EXTRA) {
      throw new IOException("sealed content of " + blob.length + " bytes, expected " + EXTRA);
    }
    long id = ByteBuffer.wrap(blob).getLong();
    MasterKey key = keys.find(id);
    if (key == null) {
      throw new KeyMissingException(MasterKey.text(id));
    }
    byte[] salt = Arrays.copyOfRange(blob, Long.BYTES, NONCE_AT);
    try {
      return cipher(Cipher.DECRYPT_MODE, key.derive(salt, MasterKey.BLOB_OF), blob, beside)
          .doFinal(blob, TEXT_AT, blob.length - TEXT_AT);
    } catch (AEADBadTagException e) {
      throw new IOException("not what was sealed with key " + MasterKey.text(id), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: cannot decipher", e);
    }
  }

  /** Fresh as long as chance is; where that comes again, the same only for the same message. */
  private static byte[] nonce(byte[] derived, byte[] fresh, byte[] authenticated, byte[] content) {
    Mac nonces = MasterKey.mac(Arrays.copyOfRange(derived, MasterKey.BYTES, 2 * MasterKey.BYTES));
    nonces.update(fresh);
    nonces.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, authenticated.length));
    nonces.update(authenticated);
    return nonces.doFinal(content);
  }

  private static Cipher cipher(int mode, byte[] derived, byte[] blob, byte[] beside)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(AES);
    cipher.init(
        mode,
        new SecretKeySpec(derived, 0, MasterKey.BYTES, "AES"),
        new GCMParameterSpec(8 * TAG, blob, NONCE_AT, CommitCipher.NONCE));
    cipher.updateAAD(authenticated(blob, beside));
    return cipher;
  }

  /** The key id, the salt, and what is beside. */
  private static byte[] authenticated(byte[] blob, byte[] beside) {
    byte[] all = Arrays.copyOf(blob, NONCE_AT + beside.length);
    System.arraycopy(beside, 0, all, NONCE_AT, beside.length);
    return all;
  }
}
