using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorPipeline.Mqtt.Tests.Faults;

/// <summary>An authority of its own and what it signs, as files in a temporary folder.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("certificates-");
    private readonly X509Certificate2 authority;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        File.WriteAllText(CaFile, authority.ExportCertificatePem());
    }

    // Certificates are judged by the machine's clock.
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string CaFile => Path.Combine(folder.FullName, "ca.pem");

    public string Folder => folder.FullName;

    /// <summary>A certificate for a host or a client; its files are <c>{name}.pem</c> and <c>{name}.key</c>.</summary>
    public X509Certificate2 Issue(string name, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(authority, Now.AddYears(-1), expired ? Now.AddDays(-1) : Now.AddYears(1), [1, 2, 3, (byte)name.Length]);
        using X509Certificate2 keyed = signed.CopyWithPrivateKey(key);
        File.WriteAllText(Path.Combine(Folder, $"{name}.pem"), keyed.ExportCertificatePem());
        File.WriteAllText(Path.Combine(Folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadPkcs12(keyed.Export(X509ContentType.Pkcs12), null);
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }
}
