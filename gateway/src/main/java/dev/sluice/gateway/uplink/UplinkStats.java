package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import java.util.Locale;
import java.util.Map;

/**
 * What an uplink did since it started, and how it is now; a snapshot.
 *
 * @param id of the uplink
 * @param state of the connection
 * @param reason word of the last failure, for example {@code connection_refused}; empty when
 *     connected and before the first failure
 * @param detail the same as a sentence for people; empty when the reason is
 * @param attempts to connect
 * @param connects that succeeded
 * @param failures attempts and connections that ended otherwise than by our will, by reason
 * @param lastConnectMillis when the last connect succeeded, by the wall clock; 0 for never
 * @param published messages handed to a connection, without status messages
 * @param publishedBytes of their payloads
 * @param acked messages acknowledged
 * @param ackedRecords records of which every message was acknowledged
 * @param resent messages of records that had been sent before
 * @param strayAcks acknowledgements of messages that were not in flight
 * @param inFlightMessages published and not acknowledged
 * @param inFlightBytes of them
 * @param refused records set aside, announced as gaps
 * @param losses single values too large for any message, announced as {@code bad_value}
 * @param readFailures reads of the outbox that failed
 * @param lane of the record sent last
 * @param backlog records not acknowledged
 * @param lagMillis age of the oldest of them; 0 when there is none, -1 when not known
 * @param flow lanes, gaps and rates
 * @param complaints of the platform that did not end the connection, by word
 * @param credentials files, and until when certificates are good
 * @param server with which of its servers
 */
public record UplinkStats(
    String id,
    State state,
    String reason,
    String detail,
    long attempts,
    long connects,
    Map<String, Long> failures,
    long lastConnectMillis,
    long published,
    long publishedBytes,
    long acked,
    long ackedRecords,
    long resent,
    long strayAcks,
    int inFlightMessages,
    int inFlightBytes,
    long refused,
    long losses,
    long readFailures,
    Lane lane,
    long backlog,
    long lagMillis,
    UplinkFlow flow,
    Map<String, Long> complaints,
    CredentialStats credentials,
    UplinkServer server) {

  public UplinkStats {
    failures = Map.copyOf(failures);
    complaints = Map.copyOf(complaints);
  }

  /** How the connection is. */
  public enum State {
    /** Not started, or stopped. */
    STOPPED,
    /** An attempt is under way. */
    CONNECTING,
    CONNECTED,
    /** Connected, but upstream is not ready for readings; the detail says why. */
    HELD,
    /** The next attempt is due after a pause. */
    WAITING;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** For metrics and logs. */
    public String word() {
      return word;
    }
  }
}
