package dev.sluice.gateway.command;

/**
 * Something that a platform wants of this gateway. What it holds is not trusted: texts, maps and
 * lists as they came, no deeper and no larger than who read them lets in.
 */
public sealed interface Request permits Command, DesiredState, Job {

  /** The uplink on which it came. */
  String source();

  /** In a word, for counters. */
  default String kind() {
    return this instanceof Command ? "command" : this instanceof Job ? "job" : "state";
  }
}
