/**
 * Whom an uplink trusts and what it shows: certificates, keys and passwords that lie in files and
 * change while the gateway runs.
 *
 * <ul>
 *   <li>Files are read on a worker, at each attempt and every {@code tls.checkEvery}; what cannot
 *       be used (half-written, empty, a key of another certificate) changes nothing, and is told.
 *   <li>What was used last is kept in memory, so that a file that is being written, or is gone,
 *       costs no connection.
 *   <li>A changed password or certificate is a candidate until it has connected once. While it is
 *       refused it takes turns with the former one, that is known to work.
 *   <li>Whom to trust is never a matter of turns: the newest files that can be read hold.
 *   <li>Private files that everybody may read are not used.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.credential;

import org.jspecify.annotations.NullMarked;
