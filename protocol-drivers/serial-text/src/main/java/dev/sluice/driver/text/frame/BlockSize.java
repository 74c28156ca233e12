package dev.sluice.driver.text.frame;

/** How many bytes a frame has. */
public sealed interface BlockSize {

  /** It cannot be told yet. */
  int UNKNOWN = 0;

  /**
   * The size of a frame by its beginning.
   *
   * @return {@link #UNKNOWN}, or the size, which may be one that no frame has: negative or too much
   */
  int of(byte[] bytes, int length);

  /** Always as many. */
  record Fixed(int size) implements BlockSize {

    @Override
    public int of(byte[] bytes, int length) {
      return size;
    }
  }

  /**
   * As many as a field says.
   *
   * @param offset of the field from the beginning of the frame
   * @param width of the field: 1 or 2 bytes
   * @param little whether its low byte comes first
   * @param add what has to be added to the field to get the size of the whole frame
   */
  record Field(int offset, int width, boolean little, int add) implements BlockSize {

    @Override
    public int of(byte[] bytes, int length) {
      if (length < offset + width) {
        return UNKNOWN;
      }
      int first = bytes[offset] & 0xFF;
      int value = first;
      if (width == 2) {
        int second = bytes[offset + 1] & 0xFF;
        value = little ? second << 8 | first : first << 8 | second;
      }
      int size = value + add;
      return size < offset + width ? -1 : size;
    }
  }
}
