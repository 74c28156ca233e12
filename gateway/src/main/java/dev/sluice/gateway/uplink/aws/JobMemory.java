package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.command.Answer;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The job that is under way, or was last, from one connection to the next. Of the uplink's context.
 */
final class JobMemory {

  /** One execution of a job; a job that is tried again is another one. */
  record Run(String id, long execution) {

    /** No two executions have the same: what was done once is not done again. */
    String name() {
      return execution > 1 ? id + "#" + execution : id;
    }
  }

  private final String run = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
  private long tokens;
  private @Nullable Run last;
  private @Nullable Answer answer;
  private long version;
  private long repeated;
  private @Nullable Jobs jobs;

  String token() {
    return run + "-" + ++tokens;
  }

  /** Who tells the end of what is under way. */
  void toldBy(Jobs now) {
    jobs = now;
  }

  boolean isUnderWay() {
    return last != null && answer == null;
  }

  boolean isUnderWay(Run of) {
    return isUnderWay() && of.equals(last);
  }

  /** What came of it; null when it is not known here. */
  @Nullable Answer answer(Run of) {
    return of.equals(last) ? answer : null;
  }

  @Nullable Run last() {
    return last;
  }

  void begin(Run of, long ofVersion) {
    last = of;
    answer = null;
    version = ofVersion;
    repeated = 0;
  }

  long version() {
    return version;
  }

  void version(long now) {
    version = now;
  }

  void done(Answer came) {
    Run of = last;
    answer = came;
    Jobs telling = jobs;
    if (of != null && telling != null) {
      telling.finished(of, came, version);
    }
  }

  /** Once for each version: it ends also when the platform says the same again. */
  boolean mayRepeat(long now) {
    boolean may = now > repeated;
    repeated = now;
    return may;
  }
}
