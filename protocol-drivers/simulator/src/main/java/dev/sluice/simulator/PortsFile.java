package dev.sluice.simulator;

import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import dev.sluice.simulator.spec.PlantSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where each line of a running plant is: a file of {@code line=port}, which is a TCP port's number
 * or the path of a device file.
 */
final class PortsFile {

  private PortsFile() {}

  /** Writes whole files only: who sees the file sees all ports. */
  static void write(Path file, String content) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, content);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static String content(Map<String, String> ports) {
    var lines = new StringBuilder();
    ports.forEach((line, port) -> lines.append(line).append('=').append(port).append('\n'));
    return lines.toString();
  }

  /**
   * The ports of a plant's lines, from the file, else as the plant says.
   *
   * @throws IllegalArgumentException naming the line whose port nobody knows
   */
  static Map<String, String> read(@Nullable Path file, PlantSpec plant) throws IOException {
    var found = new Properties();
    if (file != null) {
      try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        found.load(reader);
      }
    }
    Map<String, String> ports = new LinkedHashMap<>();
    for (LineSpec line : plant.lines()) {
      String said = line.medium() instanceof Medium.Tcp tcp ? Integer.toString(tcp.port()) : "";
      String text = found.getProperty(line.id(), said);
      boolean good = line.medium() instanceof Medium.Tcp ? isTcpPort(text) : text.startsWith("/");
      if (!good) {
        throw new IllegalArgumentException(
            "line "
                + line.id()
                + ": found port "
                + (text.isEmpty() ? "nowhere" : text)
                + (line.medium() instanceof Medium.Tcp
                    ? ", expected 1 to 65535"
                    : ", expected the path of a device file")
                + " (run the plant with --ports FILE and give that file)");
      }
      ports.put(line.id(), text);
    }
    return ports;
  }

  private static boolean isTcpPort(String text) {
    return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65_535;
  }
}
