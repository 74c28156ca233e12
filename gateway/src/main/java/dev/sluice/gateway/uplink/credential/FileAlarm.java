package dev.sluice.gateway.uplink.credential;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that files cannot be used, and once that they can again. */
final class FileAlarm {

  private static final Logger LOG = LoggerFactory.getLogger(FileAlarm.class);

  private final String uplink;
  private volatile String problem = "";
  private volatile long failures;

  FileAlarm(String uplink) {
    this.uplink = uplink;
  }

  /** How it is now; called on one thread. */
  void is(@Nullable CredentialException now) {
    String text = now == null ? "" : String.valueOf(now.getMessage());
    if (text.equals(problem)) {
      return;
    }
    problem = text;
    if (text.isEmpty()) {
      LOG.atInfo().addKeyValue("uplink", uplink).log("credential files are usable again");
    } else {
      failures++;
      LOG.atWarn()
          .addKeyValue("uplink", uplink)
          .addKeyValue("reason", text)
          .addKeyValue(
              "hint", "what was read before, if anything, is used; files are looked at again")
          .log("credential files not usable");
    }
  }

  String problem() {
    return problem;
  }

  long failures() {
    return failures;
  }
}
