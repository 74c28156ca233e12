package dev.sluice.gateway.uplink;

/**
 * What the end of a connection looks like from the records.
 *
 * @param blame whether it looks as if a record was the reason
 * @param slowed whether the messages were too many, and will be fewer
 * @param rate messages in the last second of it
 * @param where the message went that was not taken, and what gives the right to send it there;
 *     empty when nobody is blamed
 */
record Ending(Suspect.Blame blame, boolean slowed, int rate, String where) {

  static final Ending UNRELATED = new Ending(Suspect.Blame.NOBODY, false, 0, "");
}
