package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A view of the file system of its own, in which this machine knows no name server yet. Takes root;
 * the machine's own settings are not touched.
 *
 * @param resolver what programs in there see as {@code /etc/resolv.conf}
 */
record MountNamespace(Path resolver, Path hosts) {

  private static final String SCRIPT =
      "mount --bind \"$0\" /etc/resolv.conf; mount --bind \"$1\" /etc/hosts; shift; exec \"$@\"";

  static MountNamespace withoutResolver(Path directory) {
    try {
      return new MountNamespace(
          Files.writeString(directory.resolve("resolv.conf"), ""),
          Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to put before a command so that it runs in there. */
  List<String> prefix() {
    return List.of(
        ChildProcess.locate("unshare"),
        "-m",
        "sh",
        "-ec",
        SCRIPT,
        resolver.toString(),
        hosts.toString());
  }

  /** The network is up at last. */
  void useResolver(String address) {
    try {
      Files.writeString(resolver, "nameserver " + address + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
