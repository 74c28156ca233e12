package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file; every access names its position. */
public interface OpenFile extends Closeable {

  /** Writes all remaining bytes. */
  void write(ByteBuffer bytes, long at) throws IOException;

  /** Reads until the buffer or the file ends; the number of bytes read, 0 at the end. */
  int read(ByteBuffer into, long at) throws IOException;

  /** Makes all that was written durable; with the metadata not needed to read it when asked. */
  void force(boolean metadata) throws IOException;

  void truncate(long size) throws IOException;
}
