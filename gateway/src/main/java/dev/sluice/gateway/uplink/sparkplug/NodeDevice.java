package dev.sluice.gateway.uplink.sparkplug;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device as upstream knows it in this session. */
final class NodeDevice {

  /** What was said of it last. */
  enum Told {
    /** Nothing, or its death. */
    DEAD,
    /** That it is there. */
    ALIVE,
    /** Its metrics, for the sake of history; it does not answer. */
    STALE
  }

  final String id;
  private final Aliases aliases;
  private final Map<String, Known> metrics = new LinkedHashMap<>();
  private Told told = Told.DEAD;
  private int births;
  private long bornAt;
  private boolean numbered;

  NodeDevice(String id, Aliases aliases) {
    this.id = id;
    this.aliases = aliases;
  }

  Told told() {
    return told;
  }

  boolean isBorn() {
    return told != Told.DEAD;
  }

  /** How often it was born. */
  int births() {
    return births;
  }

  /** Wall clock of its last birth, milliseconds since 1970. */
  long bornAt() {
    return bornAt;
  }

  /** The metric of that name, made known if it was not. */
  Known metric(String name, int datatype) {
    Known known = metrics.get(name);
    if (known == null) {
      known = new Known(name, aliases.next(), datatype);
      metrics.put(name, known);
    }
    return known;
  }

  Collection<Known> metrics() {
    return metrics.values();
  }

  @Nullable Known byName(String name) {
    return metrics.get(name);
  }

  /**
   * Before a birth: one that comes again without a birth of the node has other numbers, as the host
   * of Eclipse Tahu takes the same ones for those of two metrics.
   */
  void number() {
    if (numbered) {
      metrics.values().forEach(known -> known.alias(aliases.next()));
    }
    numbered = true;
  }

  /** The birth of the node makes every number free again. */
  void forgotten() {
    dead();
    numbered = false;
  }

  /** It was told, with all its metrics. */
  void born(Told as, long nowMillis) {
    told = as;
    births++;
    bornAt = nowMillis;
  }

  /** Its death was told. */
  void dead() {
    told = Told.DEAD;
    metrics.values().forEach(Known::unborn);
  }

  /** Whether its last birth had all of these. */
  boolean has(List<Known.Need> needs) {
    boolean all = isBorn();
    for (int i = 0; all && i < needs.size(); i++) {
      all = needs.get(i).isBorn();
    }
    return all;
  }
}
