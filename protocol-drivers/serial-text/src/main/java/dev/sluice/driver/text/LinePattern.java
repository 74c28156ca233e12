package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The pattern that a device's lines match, with named groups. Immutable.
 *
 * <p>A pattern that backtracks without end cannot hold up the line: matching stops after {@value
 * #MAX_STEPS} looks at a character, about a millisecond.
 */
final class LinePattern {

  static final int MAX_STEPS = 100_000;

  private final Pattern pattern;

  /**
   * Compiles it.
   *
   * @throws PatternSyntaxException if it is none
   */
  LinePattern(String regex) {
    pattern = Pattern.compile(regex);
  }

  /** Whether it has a group of this name. */
  boolean hasGroup(String name) {
    // JDK 17 tells the names only after a match; an empty alternative in front always matches.
    Matcher matcher = Pattern.compile("|" + pattern.pattern()).matcher("");
    matcher.find();
    try {
      matcher.start(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Matches a whole line.
   *
   * @return a matcher whose groups can be read
   * @throws PollException if it does not match, or takes too long
   */
  Matcher match(String line) throws PollException {
    Matcher matcher = pattern.matcher(new StepBudget(line, MAX_STEPS));
    try {
      if (matcher.matches()) {
        return matcher;
      }
    } catch (BudgetSpent e) {
      throw bad(line, "a line that the pattern decides on in " + MAX_STEPS + " steps");
    } catch (StackOverflowError e) {
      // Groups repeated over thousands of characters recurse; the matcher is of no use after this.
      throw bad(line, "a line that the pattern decides on without recursing so deep");
    }
    throw bad(line, "a line that matches " + pattern.pattern());
  }

  private static PollException bad(String line, String expected) {
    return new PollException(
        PollFailure.BAD_REPLY,
        Quality.BAD_REPLY,
        "found " + Escapes.quote(line) + ", expected " + expected);
  }

  /** Thrown out of the middle of a match; says nothing but that. */
  private static final class BudgetSpent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BudgetSpent() {
      super("budget spent", null, false, false);
    }
  }

  /** Text that can be looked at only so often. */
  private static final class StepBudget implements CharSequence {

    private final String text;
    private int steps;

    StepBudget(String text, int steps) {
      this.text = text;
      this.steps = steps;
    }

    @Override
    public char charAt(int index) {
      if (--steps < 0) {
        throw new BudgetSpent();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
