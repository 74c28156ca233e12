package dev.sluice.gateway.batch;

/** Walks a map with ascending integer keys: asks for those that it knows, leaves out the others. */
final class KeyedMap {

  private final CborReader in;
  private final String what;
  private int left;
  private long key = -1;
  private boolean ahead;

  /** Takes the head of the map. */
  KeyedMap(CborReader in, String what) throws RecordFormatException {
    this.in = in;
    this.what = what;
    this.left = in.map();
  }

  /** The first entry, which says what the others mean. */
  void version(int known) throws RecordFormatException {
    need(0);
    int start = in.offset();
    long version = in.unsigned();
    if (version != known) {
      throw new RecordFormatException(
          what + " of version " + Long.toUnsignedString(version), "version " + known, start);
    }
  }

  /** Moves to the value of a key that must be there. */
  void need(int wanted) throws RecordFormatException {
    if (!has(wanted)) {
      throw new RecordFormatException(
          what + " without key " + wanted, "key " + wanted, in.offset());
    }
  }

  /** Moves to the value of a key if it is there. */
  boolean has(int wanted) throws RecordFormatException {
    while (ahead || left > 0) {
      if (!ahead) {
        next();
      }
      if (key > wanted) {
        return false;
      }
      ahead = false;
      if (key == wanted) {
        return true;
      }
      in.skip();
    }
    return false;
  }

  /** Leaves out what is left. */
  void end() throws RecordFormatException {
    while (ahead || left > 0) {
      if (!ahead) {
        next();
      }
      ahead = false;
      in.skip();
    }
  }

  private void next() throws RecordFormatException {
    int start = in.offset();
    long read = in.unsigned();
    if (read <= key) {
      throw new RecordFormatException(
          what + " with key " + Long.toUnsignedString(read), "more than " + key, start);
    }
    key = read;
    left--;
    ahead = true;
  }
}
