package dev.sluice.gateway.uplink;

/**
 * What the end of a connection looks like from the records.
 *
 * @param blame whether it looks as if a record was the reason
 * @param slowed whether the messages were too many, and will be fewer
 * @param rate messages in the last second of it
 */
record Ending(Suspect.Blame blame, boolean slowed, int rate) {

  static final Ending UNRELATED = new Ending(Suspect.Blame.NOBODY, false, 0);
}
