package dev.sluice.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own behind a cable of its own, for programs that have to be cut off. Takes root;
 * the machine's own network gets one more interface, and loses it again.
 *
 * @param name of the network namespace
 * @param address at which its programs are reached
 */
record FarMachine(String name, String address) implements AutoCloseable {

  /** Set aside for tests of networks (RFC 2544, C.2.2). */
  private static final String NETWORK = "198.18.";

  private static final String PREFIX = "sluice-";
  private static final String CABLE = "slc";

  static FarMachine create() {
    int number = (int) (ProcessHandle.current().pid() % (256 * 64)); // two runs do not meet
    String subnet = NETWORK + number / 64 + ".";
    int host = number % 64 * 4;
    String name = PREFIX + number;
    String cable = CABLE + number;
    ip("netns", "add", name);
    var machine = new FarMachine(name, subnet + (host + 2));
    try {
      ip("link", "add", cable, "type", "veth", "peer", "name", "cable", "netns", name);
      ip("addr", "add", subnet + (host + 1) + "/30", "dev", cable);
      ip("link", "set", cable, "up");
      machine.run("ip", "addr", "add", machine.address + "/30", "dev", "cable");
      machine.run("ip", "link", "set", "cable", "up");
      return machine;
    } catch (AssertionError e) {
      machine.close();
      throw e;
    }
  }

  /** What to put before a command so that it runs in there. */
  List<String> prefix() {
    return List.of(ChildProcess.locate("ip"), "netns", "exec", name);
  }

  /** From now on no packet comes in or goes out, and nobody is told. */
  void dropPackets() {
    run(
        "nft",
        "add table inet hole;"
            + " add chain inet hole in { type filter hook input priority 0; policy drop; };"
            + " add chain inet hole out { type filter hook output priority 0; policy drop; }");
  }

  /** Only what comes in is dropped, or only what goes out. */
  void dropOneWay(boolean in) {
    String chain = in ? "in" : "out";
    String hook = in ? "input" : "output";
    run(
        "nft",
        "add table inet hole; add chain inet hole %s { type filter hook %s priority 0; policy drop; }"
            .formatted(chain, hook));
  }

  /** As behind a translator of addresses that forgets a connection on which nothing is said. */
  void forgetIdleConnections(int seconds) {
    run(
        "sh",
        "-c",
        "echo %d > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established".formatted(seconds)
            + "; echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose");
    run(
        "nft",
        "add table inet nat_like;"
            + " add chain inet nat_like in"
            + " { type filter hook input priority 0; policy drop; };"
            + " add chain inet nat_like out"
            + " { type filter hook output priority 0; policy drop; };"
            + " add rule inet nat_like in ct state established accept;"
            + " add rule inet nat_like in tcp flags & (syn | ack) == syn accept;"
            + " add rule inet nat_like out ct state established accept");
  }

  /**
   * As over bad radio: so many bits a second each way, of which every so many hundredth packets are
   * lost behind the narrow part.
   */
  void slowLink(int bitsPerSecond, int lossPercent) {
    String rate = bitsPerSecond + "bit";
    List<String> shape = List.of("root", "tbf", "rate", rate, "burst", "1600", "latency", "2s");
    var near = new ArrayList<>(List.of(ChildProcess.locate("tc"), "qdisc", "add", "dev"));
    var far = new ArrayList<>(prefix());
    far.addAll(near);
    near.add(cable());
    near.addAll(shape);
    ChildProcess.run("tc", near);
    far.add("cable");
    far.addAll(shape);
    ChildProcess.run("tc", far);
    String rule = "add rule inet radio %s numgen random mod 100 < " + lossPercent + " drop;";
    run(
        "nft",
        "add table inet radio;"
            + " add chain inet radio in { type filter hook input priority 0; };"
            + " add chain inet radio out { type filter hook output priority 0; };"
            + rule.formatted("in")
            + rule.formatted("out"));
  }

  void passPackets() {
    run("nft", "delete table inet hole");
  }

  /** How many TCP connections are established in there. */
  long connections() {
    return run("ss", "-Htn", "state", "established").size();
  }

  private List<String> run(String program, String... arguments) {
    var command = new ArrayList<>(prefix());
    command.add(ChildProcess.locate(program));
    command.addAll(List.of(arguments));
    return ChildProcess.run(program, command);
  }

  private static void ip(String... arguments) {
    var command = new ArrayList<String>();
    command.add(ChildProcess.locate("ip"));
    command.addAll(List.of(arguments));
    ChildProcess.run("ip", command);
  }

  /** The near end of its cable. */
  private String cable() {
    return name.replace(PREFIX, CABLE);
  }

  /** The cable would go with it, but only when the kernel finds the time. */
  @Override
  public void close() {
    if (Files.exists(Path.of("/sys/class/net", cable()))) {
      ip("link", "del", cable());
    }
    ip("netns", "del", name);
  }
}
