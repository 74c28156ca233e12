/**
 * The connector {@code aws-iot}: a thing of AWS IoT Core.
 *
 * <pre>
 *   records --> the renderers of mqtt --> topics, or $aws/rules/RULE/...   (Basic Ingest)
 *   current values --> Reported --\
 *                                  Shadow <--> $aws/things/THING/shadow...
 *   Requests <-- desired state ---/
 *   Requests <-- Jobs <----------------------> $aws/things/THING/jobs/...
 *   Claim: a certificate of one's own <------> $aws/certificates, $aws/provisioning-templates
 * </pre>
 *
 * <ul>
 *   <li><b>Readings</b> look and are split as with {@code mqtt}; a topic that is too long for the
 *       platform costs its record, not the connection.
 *   <li><b>The shadow</b> is kept as a difference: what it holds is remembered from its answers, so
 *       an update says what changed and nothing else, and is never sent when nothing did. Its
 *       versions decide whether a delta is news.
 *   <li><b>Jobs</b> are done one after the other, each once; what came of the last one is
 *       remembered for as long as the gateway runs, and told again when the answer was lost.
 *   <li><b>Answers</b> are known by their client token and topic; what was not asked for is let
 *       pass, as the platform sends answers also to who did not subscribe.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.aws;

import org.jspecify.annotations.NullMarked;
