namespace SensorPipeline.Worker.Options;

/// <summary>Protection of the broker connection.</summary>
public sealed record TlsOptions
{
    /// <summary>Whether the connection is encrypted and the broker's certificate checked.</summary>
    public bool Enabled { get; init; }

    /// <summary>PEM file of the authorities to trust instead of the system's.</summary>
    [FilePath(MustExist = true)]
    public string? CaFile { get; init; }

    /// <summary>PEM file of the certificate we show to the broker.</summary>
    [FilePath(MustExist = true)]
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of that certificate's private key.</summary>
    [FilePath(MustExist = true)]
    public string? KeyFile { get; init; }

    /// <summary>Accepts any certificate: encryption without knowing who is at the other end.</summary>
    public bool Insecure { get; init; }
}
