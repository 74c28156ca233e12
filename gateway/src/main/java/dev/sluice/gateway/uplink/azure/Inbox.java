package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.uplink.connector.AzureOptions.Receives;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import java.util.ArrayList;
import java.util.List;

/** What comes from a hub, by its topic. A device may have five subscriptions; this has four. */
final class Inbox {

  private final Receives receives;
  private final String letters;
  private final TwinRequests twin;
  private final DesiredChanges desired;
  private final MethodCalls methods;
  private final DeviceMessages messages;

  Inbox(
      Receives receives,
      String device,
      TwinRequests twin,
      DesiredChanges desired,
      MethodCalls methods,
      DeviceMessages messages) {
    this.receives = receives;
    this.letters = DeviceMessages.topic(device);
    this.twin = twin;
    this.desired = desired;
    this.methods = methods;
    this.messages = messages;
  }

  List<String> subscriptions() {
    var filters = new ArrayList<String>();
    if (receives.messages()) {
      filters.add(letters + "#");
    }
    if (receives.methods()) {
      filters.add(MethodCalls.CALLS);
    }
    if (receives.twin()) {
      filters.add(TwinRequests.ANSWERS);
      filters.add(DesiredChanges.CHANGES);
    }
    return List.copyOf(filters);
  }

  /** The subscriptions are granted. */
  void open() {
    if (receives.twin()) {
      desired.read();
    }
  }

  /** A kept session may bring what this configuration does not want. */
  Verdict received(Incoming message) {
    String topic = message.topic();
    if (receives.messages() && topic.startsWith(letters)) {
      return messages.came(message);
    }
    if (receives.methods() && topic.startsWith(root(MethodCalls.CALLS))) {
      return methods.called(message);
    }
    if (receives.twin() && topic.startsWith(root(TwinRequests.ANSWERS))) {
      return twin.answered(message);
    }
    if (receives.twin() && topic.startsWith(root(DesiredChanges.CHANGES))) {
      return desired.changed(message);
    }
    return Verdict.UNKNOWN_TOPIC;
  }

  /** What is not let in is answered; where nobody waits for an answer, the whole is read later. */
  void refused(Incoming message, Answer why) {
    String topic = message.topic();
    if (receives.messages() && topic.startsWith(letters)) {
      messages.refused(message, why);
    } else if (receives.methods() && topic.startsWith(root(MethodCalls.CALLS))) {
      methods.refused(message, why);
    } else if (receives.twin() && topic.startsWith(root(DesiredChanges.CHANGES))) {
      desired.missed();
    }
  }

  /** Says what was found; what comes in is counted at the gate, by this verdict. */
  static Verdict malformed(Complaints complaints, String topic, String found) {
    complaints.add("malformed_message", topic, found);
    return Verdict.MALFORMED;
  }

  private static String root(String filter) {
    return filter.substring(0, filter.length() - 1);
  }
}
