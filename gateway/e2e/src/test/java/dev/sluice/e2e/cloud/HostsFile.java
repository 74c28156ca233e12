package dev.sluice.e2e.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** What a JVM that is started with it knows of names, and nothing else. */
public record HostsFile(Path path) {

  /** Writes one; the addresses by host name. {@code localhost} is always known. */
  public static HostsFile write(Path path, Map<String, String> addresses) {
    String lines =
        addresses.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey() + "\n")
            .collect(Collectors.joining());
    try {
      Files.writeString(path, "127.0.0.1 localhost\n" + lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new HostsFile(path);
  }

  /** For the command line, or the environment, of a JVM. */
  public String jvmOption() {
    return "-Djdk.net.hosts.file=" + path;
  }
}
