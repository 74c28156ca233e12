package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.command.Answer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/** What is remembered of a shadow from one connection to the next. Of the uplink's context. */
final class ShadowMemory {

  private final String run = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
  private long tokens;
  private long applied;
  private Map<String, Object> wished = Map.of();
  private Map<String, Object> refused = Map.of();

  /** No two are the same, also of two gateways that talk of one thing. */
  String token() {
    return run + "-" + ++tokens;
  }

  /** Whether this version was not seen; from now on it was. Versions only grow. */
  boolean isNews(long version) {
    boolean news = version > applied;
    applied = Math.max(applied, version);
    return news;
  }

  /** Whether just this was refused for good: no repetition changes the configuration. */
  boolean isSettled(Map<String, Object> state) {
    return !refused.isEmpty() && refused.equals(state);
  }

  /** Whether just this was wished for last, too. */
  boolean isRepeated(Map<String, Object> state) {
    boolean repeated = state.equals(wished);
    wished = state;
    return repeated;
  }

  void answered(Map<String, Object> state, Answer answer) {
    boolean forGood =
        switch (answer.code()) {
          case Answer.MALFORMED, Answer.REFUSED, Answer.UNKNOWN -> true;
          default -> false;
        };
    refused = forGood ? state : Map.of();
  }

  /** The shadow is gone; another one counts from the beginning. */
  void forget() {
    applied = 0;
    wished = Map.of();
    refused = Map.of();
  }
}
