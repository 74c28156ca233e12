package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;

/** What is said in one poll, and what the answers mean. Made for one poll. */
interface Conversation {

  /** What an answer leads to. */
  sealed interface Next {

    /** The device is told something more. */
    record Say(Turn turn) implements Next {}

    /** That was all. */
    record Read(Values values) implements Next {}
  }

  Turn first();

  /**
   * Takes an answer to what was said last.
   *
   * @throws PollException if it is none
   */
  Next heard(Frame.Whole answer) throws PollException;
}
