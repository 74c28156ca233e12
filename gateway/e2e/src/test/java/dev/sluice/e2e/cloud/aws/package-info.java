/**
 * AWS IoT Core, as a device sees it over MQTT 3.1.1.
 *
 * <pre>
 *   AwsIot --.--> Policy, Authorizer (who may what), Topics, Pace (how long, how often)
 *            |--> Shadows -> Shadow       $aws/things/T/shadow...
 *            |--> Jobs -> JobQueue        $aws/things/T/jobs...
 *            |--> Fleet                   $aws/certificates, $aws/provisioning-templates
 *            |--> Ingested                $aws/rules/R/...
 *            '--> FanOut                  everything else: a broker
 * </pre>
 *
 * <p>Choices of ours where the vendor's documents are silent: above the pace an acknowledgement
 * waits until the pace allows it, and a second's worth of debt costs the connection; a token that a
 * custom authorizer does not accept is CONNACK 5. What its function answers stands in the contract:
 * the connection ends after {@code disconnectAfterInSeconds}, and each {@code
 * refreshAfterInSeconds} it is asked anew with what the client showed when it came; a no ends it.
 */
package dev.sluice.e2e.cloud.aws;
