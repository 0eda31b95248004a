namespace SensorPipeline.Mqtt;

/// <summary>TLS 1.2 or 1.3 towards the broker. Files are PEM and read anew at each attempt, so that renewed certificates are taken up.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>The authorities to trust instead of the machine's, or null.</summary>
    public string? CaFile { get; init; }

    /// <summary>The client's own certificate, with its chain, or null.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key of <see cref="CertificateFile"/>; null when it stands in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name the broker's certificate must bear; null takes <see cref="MqttClientOptions.Host"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether to ask if the broker's certificate was revoked.</summary>
    public bool CheckRevocation { get; init; }

    /// <summary>Accepts any certificate: encryption without knowing with whom. For trials only; the host warns loudly.</summary>
    public bool Insecure { get; init; }
}
