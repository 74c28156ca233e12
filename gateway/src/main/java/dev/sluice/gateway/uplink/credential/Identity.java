package dev.sluice.gateway.uplink.credential;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate with the key that belongs to it.
 *
 * @param certificate the first of the chain
 * @param print of the content of the files
 */
record Identity(X509KeyManager keys, X509Certificate certificate, String print) {}
