package dev.sluice.driver.modbus.tcp;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Says in words why a connection could not be made, and what to look at. */
final class ConnectFailure {

  private ConnectFailure() {}

  static IOException of(Throwable cause, TcpOptions options) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    String peer = options.peer();
    String words;
    if (cause instanceof UnknownHostException) {
      words = "no such host: " + options.host() + "; check the name and the name server";
    } else if (text.contains("timed out")) {
      return timeout(options);
    } else if (text.contains("refused")) {
      words = peer + " refused the connection; check the port and that Modbus TCP is switched on";
    } else if (cause instanceof NoRouteToHostException || text.contains("unreachable")) {
      words = "no route to " + peer + "; check cable, address and network mask";
    } else {
      words = "cannot connect to " + peer + ": " + cause.getMessage();
    }
    return new IOException(words, cause);
  }

  static IOException timeout(TcpOptions options) {
    return new IOException(
        "no answer from "
            + options.peer()
            + " within "
            + options.connectTimeout().toMillis()
            + " ms; check that the device is powered and the address is right");
  }
}
