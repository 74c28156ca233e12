package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has taken from the machine so far, from {@code /proc}.
 *
 * @param cpuSeconds user and system, all threads
 * @param residentBytes of memory, now
 * @param threads now
 * @param writtenBytes that it caused to be sent to the disk
 */
record ProcessUse(double cpuSeconds, long residentBytes, int threads, long writtenBytes) {

  /** {@code USER_HZ}, which is 100 on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  static ProcessUse of(long pid) throws IOException {
    Path directory = Path.of("/proc", Long.toString(pid));
    String stat = Files.readString(directory.resolve("stat"));
    // The name in brackets may hold spaces; field 3 follows it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    double cpu = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    List<String> status = Files.readAllLines(directory.resolve("status"));
    List<String> io = Files.readAllLines(directory.resolve("io"));
    return new ProcessUse(
        cpu,
        field(status, "VmRSS:") * 1024,
        (int) field(status, "Threads:"),
        field(io, "write_bytes:"));
  }

  private static long field(List<String> lines, String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
      }
    }
    throw new IOException("no " + name);
  }
}
