package dev.sluice.gateway.uplink.credential;

import dev.sluice.driver.SettingsProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files for TLS. They are read again while the gateway runs, so that a renewed certificate is used
 * without a restart.
 *
 * @param ca who is trusted, PEM; null for those that the Java runtime trusts
 * @param certificate of this gateway with its chain, PEM; null for none; goes with the key
 * @param key of that certificate, PEM, PKCS #8 or PKCS #1, not encrypted
 * @param keyStore PKCS #12 with certificate and key, instead of the two
 * @param keyStorePassword of it; null for none
 * @param trustStore PKCS #12 with who is trusted, instead of {@code ca}
 * @param trustStorePassword of it; null for none
 * @param checkEvery how often the files are looked at, 1 s to 1 h
 */
public record TlsOptions(
    @Nullable Path ca,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path keyStore,
    @Nullable String keyStorePassword,
    @Nullable Path trustStore,
    @Nullable String trustStorePassword,
    Duration checkEvery) {

  static final int MAX_BYTES = 1 << 20;

  private static final String STORE = "a readable PKCS #12 file";
  private static final Duration CHECK_EVERY = Duration.ofSeconds(30);

  /** Nothing but what the Java runtime trusts. */
  public static final TlsOptions DEFAULTS = pem(null, null, null);

  /** PEM files, looked at as often as usual. */
  public static TlsOptions pem(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
    return new TlsOptions(ca, certificate, key, null, null, null, null, CHECK_EVERY);
  }

  /** Whether this client has a certificate to show. */
  boolean shows() {
    return certificate != null || keyStore != null;
  }

  /** What does not go together, with paths named as the components. */
  public List<SettingsProblem> contradictions() {
    var problems = new ArrayList<SettingsProblem>();
    if ((certificate == null) != (key == null)) {
      problems.add(
          new SettingsProblem(
              key == null ? "key" : "certificate",
              "nothing",
              "a file",
              "certificate and key go together"));
    }
    if (keyStore != null && (certificate != null || key != null)) {
      problems.add(oneOf("keyStore", "certificate and key"));
    }
    if (trustStore != null && ca != null) {
      problems.add(oneOf("trustStore", "ca"));
    }
    if (keyStorePassword != null && keyStore == null) {
      problems.add(alone("keyStorePassword", "keyStore"));
    }
    if (trustStorePassword != null && trustStore == null) {
      problems.add(alone("trustStorePassword", "trustStore"));
    }
    return List.copyOf(problems);
  }

  private static SettingsProblem oneOf(String path, String other) {
    return new SettingsProblem(
        path, path + " beside " + other, "one of them", "both say the same thing");
  }

  private static SettingsProblem alone(String path, String of) {
    return new SettingsProblem(path, "a password without " + of, "both or neither", "");
  }

  /**
   * Looks at the files as they are now; blocks. For a check before the start: a file that is wrong
   * later changes nothing.
   *
   * @return what is wrong, with paths named as the components
   */
  public List<SettingsProblem> checkFiles() {
    var problems = new ArrayList<SettingsProblem>();
    checkPem("ca", ca, "BEGIN CERTIFICATE", problems);
    checkPem("certificate", certificate, "BEGIN CERTIFICATE", problems);
    checkPem("key", key, "PRIVATE KEY", problems);
    checkSecret("key", key, problems);
    checkStore("keyStore", keyStore, problems);
    checkSecret("keyStore", keyStore, problems);
    checkStore("trustStore", trustStore, problems);
    return List.copyOf(problems);
  }

  private static void checkSecret(
      String path, @Nullable Path file, List<SettingsProblem> problems) {
    SettingsProblem exposed = file == null ? null : SecretFile.exposed(path, file);
    if (exposed != null) {
      problems.add(exposed);
    }
  }

  private static void checkStore(String path, @Nullable Path file, List<SettingsProblem> problems) {
    if (file == null) {
      return;
    }
    try {
      if (SecretFile.read(file, MAX_BYTES).length == 0) {
        problems.add(new SettingsProblem(path, file + ", which is empty", STORE, ""));
      }
    } catch (IOException e) {
      problems.add(unreadable(path, file, STORE, e));
    }
  }

  private static void checkPem(
      String path, @Nullable Path file, String mark, List<SettingsProblem> problems) {
    if (file == null) {
      return;
    }
    String expected = "a readable PEM file with -----" + mark + "-----";
    try {
      if (Files.size(file) > MAX_BYTES) {
        problems.add(new SettingsProblem(path, file + " of more than 1 MiB", expected, ""));
      } else if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(mark)) {
        problems.add(new SettingsProblem(path, file + " without it", expected, ""));
      }
    } catch (IOException e) {
      problems.add(unreadable(path, file, expected, e));
    }
  }

  private static SettingsProblem unreadable(
      String path, Path file, String expected, IOException why) {
    return new SettingsProblem(
        path,
        file + " (" + why.getClass().getSimpleName() + ")",
        expected,
        "does the file exist, and may the user of the gateway read it?");
  }

  /** Says nothing of passwords. */
  @Override
  public String toString() {
    return "TLS with ca "
        + (ca == null ? trustStore : ca)
        + " and certificate "
        + (certificate == null ? keyStore : certificate);
  }
}
