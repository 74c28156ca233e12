package dev.sluice.gateway.uplink.credential;

import dev.sluice.driver.TimeSource;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows until when certificates are good, and says so in the log 30 days and 7 days before, and
 * when it is over; once each for a certificate. With a clock that cannot be trusted it says
 * nothing. Thread-safe.
 */
final class ExpiryWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
  private static final int[] DAYS = {30, 7, 0};

  enum Whose {
    CLIENT,
    CA,
    BROKER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Watched(X509Certificate certificate, int told) {}

  private final String uplink;
  private final TimeSource time;
  private final Map<Whose, Watched> watched = new EnumMap<>(Whose.class);

  ExpiryWatch(String uplink, TimeSource time) {
    this.uplink = uplink;
    this.time = time;
  }

  /** This is the one now; null for none. */
  synchronized void is(Whose whose, @Nullable X509Certificate certificate) {
    Watched former = watched.get(whose);
    if (certificate == null) {
      watched.remove(whose);
    } else if (former == null || !former.certificate().equals(certificate)) {
      watched.put(whose, new Watched(certificate, 0));
    }
  }

  /** The one of these that ends first. */
  static @Nullable X509Certificate first(List<X509Certificate> certificates) {
    return certificates.stream()
        .min(Comparator.comparing(X509Certificate::getNotAfter))
        .orElse(null);
  }

  /** Says what is due. */
  synchronized void tell() {
    if (time.trusted()) {
      watched.replaceAll(this::tell);
    }
  }

  private Watched tell(Whose whose, Watched one) {
    long left = left(one.certificate());
    int due = 0;
    while (due < DAYS.length && left <= TimeUnit.DAYS.toMillis(DAYS[due])) {
      due++;
    }
    if (due <= one.told()) {
      return one;
    }
    LOG.atWarn()
        .addKeyValue("uplink", uplink)
        .addKeyValue("certificate", whose.word())
        .addKeyValue("subject", one.certificate().getSubjectX500Principal())
        .addKeyValue("expires", one.certificate().getNotAfter().toInstant())
        .addKeyValue("days", Math.floorDiv(left, TimeUnit.DAYS.toMillis(1)))
        .log(left < 0 ? "certificate expired" : "certificate expires soon");
    return new Watched(one.certificate(), due);
  }

  synchronized List<CredentialStats.Certificate> snapshot() {
    var all = new ArrayList<CredentialStats.Certificate>();
    watched.forEach(
        (whose, one) ->
            all.add(
                new CredentialStats.Certificate(
                    whose.word(),
                    one.certificate().getSubjectX500Principal().getName(),
                    one.certificate().getNotAfter().toInstant().toEpochMilli(),
                    left(one.certificate()))));
    return all;
  }

  private long left(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toEpochMilli() - time.millis();
  }
}
