using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorPipeline.Mqtt.Connections;

/// <summary>The client's side of TLS: whom to trust, who we are, and why a certificate was not accepted.</summary>
internal sealed class TlsHandshake(MqttTlsOptions tls, string host)
{
    private string? refusal;

    /// <summary>Reads the files the options name.</summary>
    /// <exception cref="CryptographicException">A file holds no certificate or key.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = tls.ServerName ?? host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = tls.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        CertificateChainPolicy = ChainPolicy(),
        ClientCertificateContext = OwnCertificate(),
        RemoteCertificateValidationCallback = Accept,
    };

    public async Task<Stream> OverAsync(Stream stream, CancellationToken cancel)
    {
        var secured = new SslStream(stream);
        try
        {
            await secured.AuthenticateAsClientAsync(Options(), cancel);
            return secured;
        }
        catch (AuthenticationException exception)
        {
            await secured.DisposeAsync();
            throw new AuthenticationException(Words(exception), exception);
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    /// <summary>Why the handshake failed, for a person.</summary>
    public string Words(Exception exception) => refusal ?? exception.Message;

    private X509ChainPolicy? ChainPolicy()
    {
        if (tls.CaFile is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = tls.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(tls.CaFile);
        return policy;
    }

    private SslStreamCertificateContext? OwnCertificate()
    {
        if (tls.CertificateFile is null)
        {
            return null;
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(tls.CertificateFile);
        X509Certificate2 own = X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile);
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || tls.Insecure)
        {
            return true;
        }

        string chainWords = string.Join(", ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct() ?? []);
        refusal = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the broker's certificate is not for '{tls.ServerName ?? host}'; check Broker:Host and Broker:Tls:ServerName"
            : $"the broker's certificate is not trusted ({chainWords}); check Broker:Tls:CaFile and the certificate's dates";
        return false;
    }
}
