package dev.sluice.driver.modbus.tcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any bytes from a connection: cut anywhere they give the frames that their headers tell. */
class MbapFuzzTest {

  @FuzzTest(maxDuration = "5s")
  void bytesOfAConnectionAreFramesUpToTheFirstBadHeader(byte[] input) {
    if (input.length < 1) {
      return;
    }
    int step = 1 + (input[0] & 0xFF) % 40;
    byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
    List<String> found = new ArrayList<>();
    var frames =
        new MbapFrames(
            (buffer, offset, length, first, last) -> {
              found.add(Arrays.toString(Arrays.copyOfRange(buffer, offset, offset + length)));
              return true;
            });
    String problem = null;
    for (int at = 0; at < bytes.length && problem == null; at += step) {
      byte[] chunk = Arrays.copyOfRange(bytes, at, Math.min(at + step, bytes.length));
      problem = frames.accept(Buffer.buffer(chunk), at);
    }
    List<String> expected = new ArrayList<>();
    boolean bad = false;
    int at = 0;
    while (bytes.length - at >= 6) {
      int protocol = (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
      int length = (bytes[at + 4] & 0xFF) << 8 | (bytes[at + 5] & 0xFF);
      bad = protocol != 0 || length < 2 || length > 254;
      if (bad || bytes.length - at < 6 + length) {
        break;
      }
      expected.add(Arrays.toString(Arrays.copyOfRange(bytes, at, at + 6 + length)));
      at += 6 + length;
    }
    if (bad != (problem != null) || !found.equals(expected)) {
      throw new AssertionError(problem + ": " + found + ", expected " + expected);
    }
  }
}
