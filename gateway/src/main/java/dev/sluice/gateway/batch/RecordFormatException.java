package dev.sluice.gateway.batch;

/** Stored bytes that are not a record as this version knows it. */
public final class RecordFormatException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;
  private final int offset;

  /**
   * Says what is wrong and where.
   *
   * @param offset where it was found, in bytes of the unpacked record; 0 when it cannot be unpacked
   */
  public RecordFormatException(String found, String expected, int offset) {
    super("found " + found + ", expected " + expected + ", at byte " + offset);
    this.found = found;
    this.expected = expected;
    this.offset = offset;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }

  public int offset() {
    return offset;
  }
}
