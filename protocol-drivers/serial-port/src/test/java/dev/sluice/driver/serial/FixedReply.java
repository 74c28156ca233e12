package dev.sluice.driver.serial;

/** A reply of so many bytes; one that begins with {@code '!'} is damaged. */
final class FixedReply implements ReplyScanner {

  private final int size;
  private int missing;

  FixedReply(int size) {
    this.size = size;
    this.missing = size;
  }

  @Override
  public Verdict scan(byte[] bytes, int length) {
    missing = Math.max(1, size - length);
    if (bytes[0] == '!') {
      return Verdict.DAMAGED;
    }
    return length == size ? Verdict.COMPLETE : length > size ? Verdict.TRAILED : Verdict.MORE;
  }

  @Override
  public int missing() {
    return missing;
  }

  @Override
  public Verdict silence(byte[] bytes, int length) {
    return bytes[0] == '?' ? Verdict.MORE : Verdict.DAMAGED;
  }
}
