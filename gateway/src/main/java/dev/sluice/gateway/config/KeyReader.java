package dev.sluice.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.gateway.outbox.log.Keys;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys of the outbox. No message says more of a key than how long its text is. */
final class KeyReader {

  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{64}");

  /** Of 32 bytes. */
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{43}=?");

  private static final Pointer AT = Pointer.of("outbox", "encryption");
  private static final String EXPECTED = "32 bytes as 64 hexadecimal digits or in Base64";

  private final Problems problems;

  KeyReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * None without the section, or when something is wrong with it, which is in the problems then.
   */
  Keys keys(JsonNode encryption) {
    if (!encryption.isObject() || !problems.clean(AT)) {
      return Keys.NONE;
    }
    JsonNode newest = encryption.path("key");
    byte[] key = newest.isMissingNode() ? null : key(newest, AT.then("key"));
    List<byte[]> former = new ArrayList<>();
    JsonNode list = encryption.path("formerKeys");
    for (int i = 0; i < list.size(); i++) {
      byte[] one = key(list.get(i), AT.then("formerKeys").then(Integer.toString(i)));
      if (one != null) {
        former.add(one);
      }
    }
    return problems.clean(AT) ? Keys.of(key, former) : Keys.NONE;
  }

  private byte @Nullable [] key(JsonNode value, Pointer at) {
    String text = value.asText();
    if (!problems.written(at).asText().contains("${")) {
      problems.warn(
          at,
          "a key written into the configuration",
          "${file:PATH}, ${credential:NAME} or ${env:NAME}",
          "who may read the configuration may read the outbox then");
    }
    if (HEX.matcher(text).matches()) {
      return HexFormat.of().parseHex(text);
    }
    if (BASE64.matcher(text).matches()) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        // told below: bits are set that belong to no byte
      }
    }
    problems.add(
        at,
        "a text of " + text.length() + " characters that is no key",
        EXPECTED,
        "openssl rand -hex 32 makes one");
    return null;
  }
}
