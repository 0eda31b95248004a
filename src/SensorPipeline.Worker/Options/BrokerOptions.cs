using System.ComponentModel.DataAnnotations;

namespace SensorPipeline.Worker.Options;

/// <summary>The MQTT broker and how to reach it.</summary>
public sealed record BrokerOptions
{
    private readonly int? port;

    /// <summary>Host name or address, without a scheme.</summary>
    [RegularExpression("^[^\\s/@]+$", ErrorMessage = "expected a host name or an address, without mqtt:// and without credentials")]
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port. Default: 1883, with TLS 8883.</summary>
    [Range(1, 65535)]
    public int Port
    {
        get => port ?? (Tls.Enabled ? 8883 : 1883);
        init => port = value;
    }

    /// <summary>Protection of the connection.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>MQTT version spoken.</summary>
    public MqttVersion Protocol { get; init; } = MqttVersion.V5;

    /// <summary>User name, where the broker asks for one.</summary>
    [Secret]
    public string? Username { get; init; }

    /// <summary>File that holds the password; one trailing line break is ignored. There is no option for the password itself, so that it reaches no process list and no log.</summary>
    [FilePath(MustExist = true)]
    public string? PasswordFile { get; init; }

    /// <summary>How long the broker keeps our session, and so our messages, while we are away. Zero asks for a clean session.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Longest silence on the connection before we ask the broker whether it is there.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "18:12:15")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection attempt may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
