package dev.sluice.gateway.cli;

import dev.sluice.driver.PollException;
import dev.sluice.driver.Quality;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to look at when a device or its line does not do what it should. */
final class Advice {

  private static final Pattern HOLDER = Pattern.compile("process (\\d{1,9})\\b");
  private static final String GATEWAY = "dev.sluice.gateway.Main";

  private Advice() {}

  /** After a line that could not be brought up. */
  static String onConnect(String line, String why) {
    Matcher holder = HOLDER.matcher(why);
    String advice = "";
    if (holder.find()) {
      long pid = Long.parseLong(holder.group(1));
      advice =
          isGateway(pid)
              ? "; that is a running gateway: its /status tells how the line is, and to use the"
                  + " port here stop it meanwhile (systemctl stop sluice, or kill "
                  + pid
                  + ")"
              : "; end that program first";
    }
    return "line " + line + ": " + why + advice;
  }

  private static boolean isGateway(long pid) {
    Optional<String[]> arguments =
        ProcessHandle.of(pid).flatMap(process -> process.info().arguments());
    for (String argument : arguments.orElse(new String[0])) {
      if (argument.equals(GATEWAY)) {
        return true;
      }
    }
    return false;
  }

  /** After a transaction that brought nothing; empty where its own words say all. */
  static String on(PollException failure) {
    return switch (failure.failure()) {
      case TIMEOUT ->
          "nobody answered: is the device powered, is its address right, are A and B swapped, do"
              + " speed and parity fit (sluice scan tries them), is its timeout long enough?";
      case BAD_REPLY ->
          "something answered, but not a valid reply: wrong speed or parity, two devices with one"
              + " address, noise, or no termination";
      case REJECTED -> onRefusal(failure.quality());
      case BUSY -> "the device is there and busy; try again";
      case UNREACHABLE ->
          "the gateway in between is there, but the device behind it does not answer it: look at"
              + " the unit and at the bus behind";
      case LINE_DOWN -> "the line went down meanwhile";
    };
  }

  private static String onRefusal(Quality quality) {
    return switch (quality) {
      case ILLEGAL_ADDRESS ->
          "the device is there but has nothing at this address; addresses begin at 0 here, so"
              + " 40001 of a manual is holding 0; look also at the table";
      case ILLEGAL_FUNCTION -> "the device is there but does not know this kind of request";
      case ILLEGAL_VALUE -> "the device is there but does not take this amount, or this value";
      default -> "the device is there and refused";
    };
  }
}
