package dev.sluice.e2e.cloud.ibm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a client says it is.
 *
 * @param thing {@code null} for an application
 */
record ClientId(Kind kind, String organization, Thing thing) {

  enum Kind {
    DEVICE,
    GATEWAY,
    APPLICATION
  }

  private static final Pattern THING =
      Pattern.compile("([dg]):([a-z0-9]{6}):(%1$s):(%1$s)".formatted(Thing.NAME));

  private static final Pattern APPLICATION =
      Pattern.compile("[aA]:([a-z0-9]{6}):(%s)(:%1$s)?".formatted(Thing.NAME));

  static Optional<ClientId> parse(String text) {
    Matcher thing = THING.matcher(text);
    if (thing.matches()) {
      Kind kind = thing.group(1).equals("g") ? Kind.GATEWAY : Kind.DEVICE;
      return Optional.of(
          new ClientId(kind, thing.group(2), new Thing(thing.group(3), thing.group(4))));
    }
    Matcher application = APPLICATION.matcher(text);
    return application.matches()
        ? Optional.of(new ClientId(Kind.APPLICATION, application.group(1), null))
        : Optional.empty();
  }
}
