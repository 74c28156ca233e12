package dev.sluice.driver.testkit;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual serial line: one end is a device file that a program opens as its serial port, the
 * other is here. Speed, parity and direction control mean nothing to it.
 *
 * <p>One thread reads; any thread may write or close.
 */
public final class Pty implements AutoCloseable {

  /** Of {@code termios.h} on Linux. */
  private static final Map<Integer, Integer> SPEEDS =
      Map.of(7, 300, 8, 600, 9, 1200, 11, 2400, 12, 4800, 13, 9600, 14, 19_200, 15, 38_400);

  private static final int TERMIOS_BYTES = 256;
  private static final int NOBODY_THERE_MILLIS = 5;

  private final int master;
  private final Path device;
  private final @Nullable Path link;
  private volatile boolean closed;

  /** How many threads use the descriptor now; under this object's lock. */
  private int users;

  private Pty(int master, Path device, @Nullable Path link) {
    this.master = master;
    this.device = device;
    this.link = link;
  }

  /** Opens one. */
  public static Pty open() {
    return make(null);
  }

  /**
   * Opens one that is known by a stable name, as an adapter is under {@code /dev/serial/by-id}.
   *
   * @param link replaced if it is there; goes when the pty is closed
   */
  public static Pty open(Path link) {
    return make(link);
  }

  private static Pty make(@Nullable Path link) {
    int master = CLibrary.C.posix_openpt(CLibrary.O_RDWR | CLibrary.O_NOCTTY | CLibrary.O_CLOEXEC);
    CLibrary.C.grantpt(master);
    CLibrary.C.unlockpt(master);
    byte[] name = new byte[128];
    int code = CLibrary.C.ptsname_r(master, name, name.length);
    if (code != 0) {
      throw new IllegalStateException("no name for pty: error " + code);
    }
    int end = 0;
    while (name[end] != 0) {
      end++;
    }
    Path device = Path.of(new String(name, 0, end, StandardCharsets.US_ASCII));
    // Only a terminal that was open once tells that nobody has it open now.
    int flags = CLibrary.O_RDWR | CLibrary.O_NOCTTY | CLibrary.O_CLOEXEC;
    CLibrary.C.close(CLibrary.C.open(device.toString(), flags));
    raw(master);
    var pty = new Pty(master, device, link);
    if (link != null) {
      try {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, device);
      } catch (IOException e) {
        pty.close();
        throw new UncheckedIOException(e);
      }
    }
    return pty;
  }

  /** No echo, no line editing, no signals: bytes as they are. */
  private static void raw(int fd) {
    byte[] termios = new byte[TERMIOS_BYTES];
    CLibrary.C.tcgetattr(fd, termios);
    CLibrary.C.cfmakeraw(termios);
    CLibrary.C.tcsetattr(fd, 0, termios);
  }

  /** What to configure as serial port: the link if there is one, else {@code /dev/pts/N}. */
  public Path path() {
    return link == null ? device : link;
  }

  /** The device file itself. */
  public Path device() {
    return device;
  }

  /**
   * Reads what was sent.
   *
   * @param timeoutMillis how long to wait for the first byte
   * @return how many bytes; 0 if none came, or nobody has the other end open; -1 once closed
   */
  public int read(byte[] into, int timeoutMillis) {
    if (!enter()) {
      return -1;
    }
    try {
      int[] pollfd = {master, CLibrary.POLLIN};
      if (CLibrary.C.poll(pollfd, 1, timeoutMillis) == 0) {
        return 0;
      }
      if (((pollfd[1] >> 16) & CLibrary.POLLIN) == 0) {
        return nobodyThere();
      }
      return (int) CLibrary.C.read(master, into, into.length);
    } catch (LastErrorException e) {
      if (closed) {
        return -1;
      }
      if (e.getErrorCode() == CLibrary.EIO) {
        return nobodyThere();
      }
      throw e;
    } finally {
      leave();
    }
  }

  /** Whether the descriptor is still ours; then it is until {@link #leave}. */
  private synchronized boolean enter() {
    if (closed) {
      return false;
    }
    users++;
    return true;
  }

  /** Its number goes back when nobody uses it any more: else somebody would use another file. */
  private synchronized void leave() {
    users--;
    if (closed && users == 0) {
      CLibrary.C.close(master);
    }
  }

  private int nobodyThere() {
    try {
      // Nothing tells when the other end is opened.
      Thread.sleep(NOBODY_THERE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return closed ? -1 : 0;
  }

  /**
   * The speed that whoever has the other end open has set: one of 300, 600, 1200, 2400, 4800, 9600,
   * 19200, 38400; -1 for others. Bytes go through at any speed.
   */
  public int baud() {
    byte[] termios = new byte[TERMIOS_BYTES];
    CLibrary.C.tcgetattr(master, termios);
    int code = CLibrary.C.cfgetospeed(termios);
    return SPEEDS.getOrDefault(code, -1);
  }

  /** Sends bytes to whoever has the other end open; they are lost if nobody has. */
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /** Sends some bytes of an array. */
  public void write(byte[] bytes, int offset, int length) {
    var left = ByteBuffer.wrap(bytes, offset, length).slice();
    while (left.hasRemaining() && enter()) {
      try {
        int count = (int) CLibrary.C.write(master, left.slice(), left.remaining());
        left.position(left.position() + count);
      } catch (LastErrorException e) {
        if (closed || e.getErrorCode() == CLibrary.EIO) {
          return;
        }
        throw e;
      } finally {
        leave();
      }
    }
  }

  /**
   * Sends bytes without ever waiting, as a wire does.
   *
   * @return whether somebody has the other end open and took all of them; else the rest is lost
   */
  public boolean offer(byte[] bytes, int offset, int length) {
    if (!enter()) {
      return false;
    }
    try {
      // One by one: a terminal that has room for anything has room for one.
      for (int i = offset; i < offset + length; i++) {
        int[] pollfd = {master, CLibrary.POLLOUT};
        if (closed || CLibrary.C.poll(pollfd, 1, 0) == 0) {
          return false;
        }
        int happened = pollfd[1] >> 16;
        if ((happened & CLibrary.POLLOUT) == 0 || (happened & CLibrary.POLLHUP) != 0) {
          return false;
        }
        CLibrary.C.write(master, ByteBuffer.wrap(bytes, i, 1).slice(), 1);
      }
      return true;
    } catch (LastErrorException e) {
      if (closed || e.getErrorCode() == CLibrary.EIO) {
        return false;
      }
      throw e;
    } finally {
      leave();
    }
  }

  /** Pulls the plug: the device file and its link go, and whoever has it open is told. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (users == 0) {
        CLibrary.C.close(master);
      }
    }
    if (link != null) {
      try {
        Files.deleteIfExists(link);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
