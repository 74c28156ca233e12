package dev.sluice.gateway.outbox.dead;

import java.io.IOException;

/** What is done to the content of a letter before it is written. Thread-safe. */
interface Seal {

  /** Nothing: whoever can read the directory can read the letters. */
  Seal PLAIN =
      new Seal() {
        @Override
        public int code() {
          return 0;
        }

        @Override
        public byte[] close(byte[] content) {
          return content;
        }

        @Override
        public byte[] open(byte[] sealed) {
          return sealed;
        }
      };

  /** As stored; never used again for something else. */
  int code();

  byte[] close(byte[] content);

  /**
   * The content as it was.
   *
   * @throws IOException if it is of somebody else
   */
  byte[] open(byte[] sealed) throws IOException;
}
