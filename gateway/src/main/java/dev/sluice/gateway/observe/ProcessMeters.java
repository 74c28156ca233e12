package dev.sluice.gateway.observe;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process and its Java runtime. */
final class ProcessMeters {

  private static final Path STATM = Path.of("/proc/self/statm");
  private static final int PAGE = 4096;

  void tell(Samples to) {
    var memory = ManagementFactory.getMemoryMXBean();
    String heap = "Java heap.";
    to.gauge("sluice.jvm.heap.used", "bytes", heap, memory.getHeapMemoryUsage().getUsed());
    to.gauge(
        "sluice.jvm.heap.committed", "bytes", heap, memory.getHeapMemoryUsage().getCommitted());
    to.gauge("sluice.jvm.heap.max", "bytes", heap, memory.getHeapMemoryUsage().getMax());
    to.gauge(
        "sluice.jvm.threads", "", "Live.", ManagementFactory.getThreadMXBean().getThreadCount());
    to.counter("sluice.jvm.gc", "seconds", "Spent collecting.", gcMillis() / 1e3);
    to.gauge(
        "sluice.process.uptime",
        "seconds",
        "Since the start.",
        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3);
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      to.counter("sluice.process.cpu", "seconds", "Used.", system.getProcessCpuTime() / 1e9);
    }
    to.gauge("sluice.process.resident", "bytes", "Memory in use.", residentBytes());
  }

  /** Sum over all collectors. */
  static long gcMillis() {
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      millis += Math.max(0, collector.getCollectionTime());
    }
    return millis;
  }

  private static double residentBytes() {
    try {
      String[] pages = Files.readString(STATM).split(" ", 3);
      return pages.length > 1 ? Double.parseDouble(pages[1]) * PAGE : Double.NaN;
    } catch (IOException | NumberFormatException e) {
      // Not Linux.
      return Double.NaN;
    }
  }
}
