package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.text.frame.Checksum;
import dev.sluice.driver.text.frame.ChecksumKind;
import dev.sluice.driver.text.frame.DelimiterFramer;
import dev.sluice.driver.text.frame.Frame;
import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads a meter out by IEC 62056-21, protocol mode C. Immutable.
 *
 * <pre>
 *   we     /?address!                 at 300 baud
 *   meter  /ABC5type                  its speed is 5: 9600 baud
 *   we     ACK 0 5 0                  readout at that speed, which both take now
 *   meter  STX data ! ETX BCC
 * </pre>
 *
 * <p>Where the speed is not switched, we ask for 300 baud to be kept ({@code ACK 0 0 0}).
 */
record MeterReadout(String address, boolean switches, Extraction extraction) implements Asking {

  /** 4.3: a meter answers within 1.5 s, and characters follow within 1.5 s. */
  private static final long PATIENCE_NANOS = 2_500_000_000L;

  private static final int LONGEST_IDENTIFICATION = 64;
  private static final int LONGEST_BLOCK = 65_536;
  private static final int[] BAUDS = {300, 600, 1200, 2400, 4800, 9600, 19_200};
  private static final byte[] END = {'\r', '\n'};

  /** 5.2: exclusive or over what is behind STX up to and with ETX. */
  private static final Checksum BCC = new Checksum(ChecksumKind.XOR, 1, 0, 0, false, false, null);

  /** Finds a data block. */
  static Framer block() {
    return new DelimiterFramer(new byte[] {2}, new byte[] {3}, 1, LONGEST_BLOCK, BCC);
  }

  private Buffer signOn() {
    return Buffer.buffer("/?" + address + "!\r\n");
  }

  @Override
  public int bytes() {
    return signOn().length() + 6;
  }

  @Override
  public String describe() {
    return "readout " + Escapes.quote(signOn().toString());
  }

  @Override
  public Conversation about(int[] points) {
    return new Session(points);
  }

  private final class Session implements Conversation {

    private final int[] points;
    private boolean identified;

    Session(int[] points) {
      this.points = points;
    }

    @Override
    public Turn first() {
      var framer = new DelimiterFramer(new byte[] {'/'}, END, 0, LONGEST_IDENTIFICATION, null);
      return new Turn(signOn(), framer, 0, PATIENCE_NANOS);
    }

    @Override
    public Next heard(Frame.Whole answer) throws PollException {
      if (identified) {
        return new Next.Read(extraction.read(answer, points));
      }
      identified = true;
      String identification = answer.text();
      char speed = identification.length() < 4 ? ' ' : identification.charAt(3);
      if (speed < '0' || speed >= '0' + BAUDS.length) {
        throw Extraction.refusal(
            "/" + identification, "an identification of mode C: /, three letters, 0 to 6");
      }
      char chosen = switches ? speed : '0';
      Buffer acknowledged =
          Buffer.buffer(("\u0006" + "0" + chosen + "0\r\n").getBytes(StandardCharsets.US_ASCII));
      int baud = switches ? BAUDS[speed - '0'] : 0;
      return new Next.Say(new Turn(acknowledged, block(), baud, PATIENCE_NANOS));
    }
  }
}
