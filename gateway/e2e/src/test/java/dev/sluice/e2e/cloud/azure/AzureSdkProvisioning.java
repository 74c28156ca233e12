package dev.sluice.e2e.cloud.azure;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderX509;
import dev.sluice.e2e.cloud.PemIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * Microsoft's provisioning client, told what to register.
 *
 * <p>The client (2.1.3) begins to wait for an answer after its question has left. An answer that is
 * there before that wakes nobody and is found a minute later, so what is slow is asked for again.
 */
final class AzureSdkProvisioning {

  /** Seconds; a registration takes one or two. */
  private static final int PATIENCE = 6;

  private static final int ATTEMPTS = 9;

  private AzureSdkProvisioning() {}

  /** Scope, registration id, and a key or the files of a certificate and its key. */
  static String register(List<String> arguments) throws Exception {
    String id = arguments.get(1);
    SecurityProvider security =
        arguments.size() == 3
            ? new SecurityProviderSymmetricKey(
                arguments.get(2).getBytes(StandardCharsets.UTF_8), id)
            : new Certificate(
                PemIdentity.read(Path.of(arguments.get(2)), Path.of(arguments.get(3))), id);
    for (int attempt = 1; ; attempt++) {
      try {
        return register(arguments.get(0), security);
      } catch (ProvisioningDeviceClientException e) {
        if (attempt == ATTEMPTS || !e.getMessage().startsWith("Timed out")) {
          throw e;
        }
        System.out.println("no answer within " + PATIENCE + " s, registers again");
      }
    }
  }

  private static String register(String scope, SecurityProvider security) throws Exception {
    var client =
        ProvisioningDeviceClient.create(
            AzureDps.HOST, scope, ProvisioningDeviceClientTransportProtocol.MQTT, security);
    try {
      var result = client.registerDeviceSync(PATIENCE);
      return result.getProvisioningDeviceClientStatus()
          + " "
          + result.getIothubUri()
          + " "
          + result.getDeviceId();
    } finally {
      client.close();
    }
  }

  private static final class Certificate extends SecurityProviderX509 {

    private final PemIdentity identity;
    private final String commonName;

    Certificate(PemIdentity identity, String commonName) {
      this.identity = identity;
      this.commonName = commonName;
    }

    @Override
    public String getClientCertificateCommonName() {
      return commonName;
    }

    @Override
    public X509Certificate getClientCertificate() {
      return identity.certificate();
    }

    @Override
    public Key getClientPrivateKey() {
      return identity.key();
    }

    @Override
    public Collection<X509Certificate> getIntermediateCertificatesChain() {
      return List.of();
    }
  }
}
