namespace SensorPipeline.Testing;

/// <summary>How a test wants its mosquitto.</summary>
public sealed record MosquittoOptions
{
    /// <summary>Whether sessions and retained messages survive an orderly stop.</summary>
    public bool Persistent { get; init; }

    /// <summary>Lets in only the user "sensors" with this password; null lets everyone in.</summary>
    public string? Password { get; init; }

    /// <summary>Lines of an access list.</summary>
    public IReadOnlyList<string> AccessRules { get; init; } = [];

    /// <summary>Further lines of mosquitto.conf; <c>{folder}</c> stands for the broker's folder.</summary>
    public IReadOnlyList<string> MoreLines { get; init; } = [];

    /// <summary>Files put into the broker's folder before it starts.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}
