package dev.sluice.driver.testkit;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.ByteBuffer;

/** What a pseudo-terminal takes of the C library (POSIX.1-2008, Linux). */
interface CLibrary extends Library {

  CLibrary C = Native.load("c", CLibrary.class);

  int O_RDWR = 2;
  int O_NOCTTY = 0x100;
  int O_CLOEXEC = 0x80000;
  short POLLIN = 1;
  short POLLOUT = 4;
  short POLLHUP = 16;

  int EIO = 5;

  int posix_openpt(int flags) throws LastErrorException;

  int grantpt(int fd) throws LastErrorException;

  int unlockpt(int fd) throws LastErrorException;

  int ptsname_r(int fd, byte[] name, long size);

  int open(String path, int flags) throws LastErrorException;

  int close(int fd) throws LastErrorException;

  /** The array is one {@code struct pollfd}: the descriptor, and both halves of the events. */
  int poll(int[] pollfd, long count, int timeoutMillis) throws LastErrorException;

  long read(int fd, byte[] into, long count) throws LastErrorException;

  long write(int fd, ByteBuffer from, long count) throws LastErrorException;

  int tcgetattr(int fd, byte[] termios) throws LastErrorException;

  int tcsetattr(int fd, int when, byte[] termios) throws LastErrorException;

  void cfmakeraw(byte[] termios);

  /** The code of a speed, as {@code B9600}: not the number of bauds. */
  int cfgetospeed(byte[] termios);
}
