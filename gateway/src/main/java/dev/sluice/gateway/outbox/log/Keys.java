package dev.sluice.gateway.outbox.log;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a log: with the newest one it writes, with all of them it reads; without a newest one
 * it writes in plain. Immutable; tells nobody a key, not even by {@link #toString}.
 */
public final class Keys {

  /** An encrypted segment without its key cannot be read, and nothing is encrypted. */
  public static final Keys NONE = new Keys(null, List.of());

  private final @Nullable MasterKey newest;
  private final List<MasterKey> all;

  private Keys(@Nullable MasterKey newest, List<MasterKey> former) {
    this.newest = newest;
    List<MasterKey> keys = new ArrayList<>(former);
    if (newest != null) {
      keys.add(0, newest);
    }
    this.all = List.copyOf(keys);
  }

  /**
   * Takes over keys of 32 bytes; they are copied.
   *
   * @param newest what new segments are encrypted with; null for none
   * @param former what old ones may be encrypted with
   * @throws IllegalArgumentException for a key of another length
   */
  public static Keys of(byte @Nullable [] newest, List<byte[]> former) {
    return new Keys(
        newest == null ? null : new MasterKey(newest),
        former.stream().map(MasterKey::new).toList());
  }

  /** What tells the keys apart, the newest first: 16 hex digits each. */
  public List<String> ids() {
    return all.stream().map(key -> MasterKey.text(key.id())).toList();
  }

  /** Whether what is written is encrypted. */
  boolean encrypt() {
    return newest != null;
  }

  /** What a commit takes on disk beyond its records. */
  int extra() {
    return newest == null ? 0 : CommitCipher.EXTRA;
  }

  /** For the header of a new segment; null when it is not encrypted. */
  @Nullable Encryption fresh(RandomGenerator random) {
    return newest == null ? null : Encryption.create(newest.id(), random);
  }

  /** Whether the segment can be read. */
  boolean fit(SegmentHeader header) {
    Encryption encryption = header.encryption();
    return encryption == null || find(encryption.keyId()) != null;
  }

  /** For one reader or writer of a segment whose key is here; null when it is not encrypted. */
  @Nullable CommitCipher cipher(SegmentHeader header) {
    Encryption encryption = header.encryption();
    if (encryption == null) {
      return null;
    }
    MasterKey key = find(encryption.keyId());
    if (key == null) {
      throw new IllegalStateException(
          "BUG: segment " + header.number() + " is read without key " + encryption.keyText());
    }
    return new CommitCipher(key.derive(encryption.salt(), MasterKey.SEGMENT_OF), header);
  }

  /** What is written is encrypted with it; null when nothing is. */
  @Nullable MasterKey newest() {
    return newest;
  }

  /** Null when it is not here. */
  @Nullable MasterKey find(long id) {
    return all.stream().filter(key -> key.id() == id).findFirst().orElse(null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Keys keys)
        || all.size() != keys.all.size()
        || encrypt() != keys.encrypt()) {
      return false;
    }
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).sameAs(keys.all.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return ids().hashCode();
  }

  @Override
  public String toString() {
    return all.isEmpty() ? "no keys" : (encrypt() ? "keys " : "former keys ") + ids();
  }
}
