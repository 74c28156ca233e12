package dev.sluice.driver.serial;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Says in words why a port cannot be opened, and what to look at. Reads the file system. */
final class OpenFailure {

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EIO = 5;
  private static final int ENXIO = 6;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int EBUSY = 16;
  private static final int ENODEV = 19;
  private static final int EINVAL = 22;
  private static final int ENOTTY = 25;

  /** More names than that help nobody. */
  private static final int SHOWN = 8;

  private OpenFailure() {}

  /**
   * The failure of an open.
   *
   * @param path that was opened
   * @param error {@code errno}
   */
  static IOException of(String path, PortOptions options, int error) {
    return switch (error) {
      case ENOENT, ENODEV, ENXIO -> missing(path);
      case EACCES, EPERM -> forbidden(path);
      case EAGAIN, EBUSY ->
          new IOException(
              path
                  + " is in use by "
                  + PortHolder.of(path)
                  + "; a serial port has one user at a time");
      case ENOTTY -> notSerial(path, "the device knows no speed");
      case EINVAL, EIO ->
          new IOException(
              path
                  + " does not take "
                  + options.speed()
                  + " (error "
                  + error
                  + "); is there hardware behind this port, and can it go at this speed?");
      default -> new IOException(path + " cannot be opened (error " + error + ")");
    };
  }

  static MissingPortException missing(String path) {
    List<String> others = names();
    return new MissingPortException(
        "there is no serial port "
            + path
            + "; is the adapter plugged in? "
            + (others.isEmpty()
                ? "This machine has none that can be told"
                : "There are " + String.join(", ", others)));
  }

  static IOException notSerial(String path, String why) {
    return new IOException(path + " is not a serial port: " + why);
  }

  private static IOException forbidden(String path) {
    String who = System.getProperty("user.name", "this user");
    String owner = "";
    try {
      var file = Files.readAttributes(Path.of(path), PosixFileAttributes.class);
      owner =
          " ("
              + PosixFilePermissions.toString(file.permissions())
              + " "
              + file.owner().getName()
              + " "
              + file.group().getName()
              + ")";
      who = who + "; add it to the group " + file.group().getName();
    } catch (IOException | UnsupportedOperationException e) {
      who = who + "; on most systems its group is dialout";
    }
    return new IOException(path + owner + " may not be opened by " + who);
  }

  /** The ports that the system has adapters for. */
  private static List<String> names() {
    var names = new ArrayList<String>();
    list("/dev/serial/by-id", "*", names);
    if (names.isEmpty()) {
      list("/dev", "tty{USB,ACM,AMA,SC,mxc,XRUSB}*", names);
    }
    return names;
  }

  private static void list(String folder, String glob, List<String> into) {
    Path directory = Path.of(folder);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      for (Path file : files) {
        if (into.size() == SHOWN) {
          into.add("...");
          return;
        }
        into.add(file.toString());
      }
    } catch (IOException e) {
      into.add(folder + " (unreadable: " + e.getMessage() + ")");
    }
  }
}
