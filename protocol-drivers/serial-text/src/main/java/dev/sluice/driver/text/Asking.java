package dev.sluice.driver.text;

/** How a device is asked for its values. Immutable. */
interface Asking {

  /** What is said in one poll. */
  Conversation about(int[] points);

  /** How many bytes it takes to ask. */
  int bytes();

  /** For people: the request in quotes. */
  String describe();
}
