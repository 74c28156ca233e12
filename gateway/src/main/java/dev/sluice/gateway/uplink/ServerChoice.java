package dev.sluice.gateway.uplink;

import java.util.BitSet;
import java.util.List;

/**
 * Which server is next: after a failure the next one of the list, from the last to the first. Who
 * served well gets one more chance, as a broker that restarts is soon back. Not thread-safe.
 */
final class ServerChoice {

  private final List<Server> servers;

  /** Those that were tried since a connection held. */
  private final BitSet tried = new BitSet();

  private int index;
  private boolean held;

  ServerChoice(List<Server> servers) {
    this.servers = List.copyOf(servers);
  }

  Server server() {
    return servers.get(index);
  }

  int index() {
    return index;
  }

  int count() {
    return servers.size();
  }

  /** The connection held for a while. */
  void held() {
    held = true;
    tried.clear();
  }

  /**
   * An attempt failed, or a connection is over.
   *
   * @param left whether we left it ourselves, so that it gets no other chance
   * @return whether the next one was not tried since a connection held: no need to wait long
   */
  boolean ended(boolean left) {
    tried.set(index);
    boolean again = held && !left;
    held = false;
    if (again) {
      return false;
    }
    index = (index + 1) % servers.size();
    return !tried.get(index);
  }
}
