package dev.sluice.gateway.uplink.sparkplug;

import java.util.List;

/** The names of what is said and heard; Sparkplug 3.0, chapter "Topics". */
final class Topics {

  private static final String SPACE = "spBv1.0/";

  private final String group;
  private final String node;
  private final String deviceCommands;
  final String nodeBirth;
  final String nodeData;
  final String nodeDeath;
  final String nodeCommand;

  Topics(String group, String node) {
    this.group = group;
    this.node = node;
    this.nodeBirth = of("NBIRTH");
    this.nodeData = of("NDATA");
    this.nodeDeath = of("NDEATH");
    this.nodeCommand = of("NCMD");
    this.deviceCommands = of("DCMD") + "/";
  }

  private String of(String type) {
    return SPACE + group + "/" + type + "/" + node;
  }

  String birth(String device) {
    return of("DBIRTH") + "/" + device;
  }

  String data(String device) {
    return of("DDATA") + "/" + device;
  }

  String death(String device) {
    return of("DDEATH") + "/" + device;
  }

  static String state(String host) {
    return SPACE + "STATE/" + host;
  }

  /** What must be subscribed to. */
  List<String> subscriptions(String host) {
    String devices = deviceCommands + "+";
    return host.isEmpty()
        ? List.of(nodeCommand, devices)
        : List.of(nodeCommand, devices, state(host));
  }

  /** The device that a command is for; empty when it is for none. */
  String commandedDevice(String topic) {
    return topic.startsWith(deviceCommands) ? topic.substring(deviceCommands.length()) : "";
  }
}
