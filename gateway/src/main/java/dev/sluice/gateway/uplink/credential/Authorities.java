package dev.sluice.gateway.uplink.credential;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Who is trusted.
 *
 * @param certificates as configured; none where the Java runtime decides
 * @param print of the content of the files
 */
record Authorities(
    X509ExtendedTrustManager trust, List<X509Certificate> certificates, String print) {}
