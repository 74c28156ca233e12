package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.uplink.clearblade.Troubles.Kind;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is probably wrong with a token that the platform did not take, or over which it closed the
 * connection. The platform says only that it does not: what is known here is what changed since a
 * token that it took. Over connections; of one context.
 */
final class TokenDoubts {

  /** Platforms bear ten minutes; a clock that is set by less is not to blame. */
  private static final Duration SET = Duration.ofMinutes(5);

  private final ClearbladeOptions options;
  private final TimeSource time;
  private @Nullable Taken last;

  /** A token that the platform took, and when, by both clocks. */
  private record Taken(Token token, Instant at, long nanos) {}

  /** What it probably is, and what is to be looked at. */
  record Doubt(Kind kind, String words) {}

  TokenDoubts(ClearbladeOptions options, TimeSource time) {
    this.options = options;
    this.time = time;
  }

  /** The platform lets us in. */
  void taken(Token token) {
    last = new Taken(token, time.instant(), time.nanoTime());
  }

  /** The platform does not let us in. */
  Doubt refused(Token token) {
    Taken before = last;
    if (before == null) {
      return never(token);
    }
    if (!before.token.print().equals(token.print())) {
      return doubt(
          Kind.TOKEN_REFUSED_KEY, "the key: it is another one than that of the last login", token);
    }
    Duration set = set(before);
    if (set.abs().compareTo(SET) > 0) {
      String words = "the clock: it was set by " + shown(set) + " since the last login";
      return doubt(Kind.TOKEN_REFUSED_CLOCK, words, token);
    }
    String since = shown(Duration.ofNanos(time.nanoTime() - before.nanos));
    return doubt(
        Kind.TOKEN_REFUSED_LATER,
        "the registration or the platform's clock: the same key and audience were taken "
            + since
            + " ago, and our clock was not set since",
        token);
  }

  /** Nothing is known to be right but what the configuration says twice. */
  private Doubt never(Token token) {
    if (!token.audience().equals(options.project())) {
      String words = "the audience: it is not the project, " + options.project();
      return doubt(Kind.TOKEN_REFUSED_AUDIENCE, words, token);
    }
    return doubt(Kind.TOKEN_REFUSED_KEY, "the key, as none was taken yet; else the clock", token);
  }

  private Doubt doubt(Kind kind, String what, Token token) {
    String look =
        switch (kind) {
          case TOKEN_REFUSED_AUDIENCE -> "see clearblade.audience";
          case TOKEN_REFUSED_CLOCK -> "is the time that this machine says right?";
          case TOKEN_REFUSED_LATER ->
              "is the key still registered, has it a date of expiry there, is the device blocked?"
                  + " is the time that this machine says right?";
          default ->
              "is the public half of "
                  + options.key()
                  + " registered for "
                  + options.clientId()
                  + " as "
                  + token.algorithm()
                  + "?";
        };
    return new Doubt(kind, "probably " + what + "; " + look + "; the token: " + token);
  }

  /** A connection ended without a reason; null when the token has nothing to do with it. */
  @Nullable Doubt closed() {
    Taken of = last;
    if (of == null) {
      return null;
    }
    Duration stood = Duration.ofNanos(time.nanoTime() - of.nanos);
    Duration set = set(of);
    if (set.abs().compareTo(SET) > 0) {
      String words = "the clock was set by " + shown(set) + " while connected";
      return new Doubt(Kind.TOKEN_EXPIRED, words + "; the token: " + of.token);
    }
    if (stood.compareTo(of.token.lifetime()) > 0) {
      String words = "closed " + shown(stood) + " after the login: the token had run out, as this";
      return new Doubt(
          Kind.TOKEN_EXPIRED, words + " machine slept or was too busy; the token: " + of.token);
    }
    return null;
  }

  private Duration set(Taken since) {
    Duration wall = Duration.between(since.at, time.instant());
    return wall.minusNanos(time.nanoTime() - since.nanos);
  }

  private static String shown(Duration of) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(of.toNanos());
    return seconds >= 0
        ? Duration.ofSeconds(seconds).toString()
        : "-" + Duration.ofSeconds(-seconds);
  }
}
