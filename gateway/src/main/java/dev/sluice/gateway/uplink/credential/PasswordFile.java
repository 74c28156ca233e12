package dev.sluice.gateway.uplink.credential;

import dev.sluice.driver.SettingsProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A password in a file of its own; blocks. No message repeats any of it. */
public final class PasswordFile {

  private static final int MAX_BYTES = 64 << 10;

  /** What MQTT can carry. */
  private static final int MAX_PASSWORD = 65_535;

  private PasswordFile() {}

  /** What is wrong with it now, for a check before the start. */
  public static List<SettingsProblem> check(String path, Path file) {
    SettingsProblem exposed = SecretFile.exposed(path, file);
    if (exposed != null) {
      return List.of(exposed);
    }
    try {
      read(file);
      return List.of();
    } catch (CredentialException e) {
      return List.of(
          new SettingsProblem(
              path,
              String.valueOf(e.getMessage()),
              "a readable file with one password of at most 64 KiB",
              "does the file exist, and may the user of the gateway read it?"));
    }
  }

  /** The content without the line break at its end. */
  static String read(Path file) throws CredentialException {
    SettingsProblem exposed = SecretFile.exposed("passwordFile", file);
    if (exposed != null) {
      throw new CredentialException(exposed.found() + "; " + exposed.hint(), true, null);
    }
    byte[] bytes;
    String text;
    try {
      bytes = SecretFile.read(file, MAX_BYTES);
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CredentialException(file + " is no text in UTF-8", true, null);
    } catch (IOException e) {
      String why = e.getClass() == IOException.class ? e.getMessage() : TlsReader.reason(e);
      throw new CredentialException(file + " cannot be read (" + why + ")", true, e);
    }
    String password = text.replaceFirst("\\r?\\n\\z", "");
    if (password.isEmpty()) {
      throw new CredentialException(file + " is empty", true, null);
    }
    if (password.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD) {
      throw new CredentialException(file + " holds more than MQTT can carry", true, null);
    }
    return password;
  }
}
