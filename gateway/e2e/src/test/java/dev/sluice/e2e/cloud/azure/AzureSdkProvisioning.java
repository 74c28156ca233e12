package dev.sluice.e2e.cloud.azure;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
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

/** Microsoft's provisioning client, told what to register. */
final class AzureSdkProvisioning {

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
    var client =
        ProvisioningDeviceClient.create(
            AzureDps.HOST,
            arguments.get(0),
            ProvisioningDeviceClientTransportProtocol.MQTT,
            security);
    try {
      var result = client.registerDeviceSync(15_000);
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
