namespace SensorPipeline.Worker.Web;

/// <summary>How the page is served.</summary>
public sealed record DashboardOptions
{
    /// <summary>The hosts a request may name; a page elsewhere cannot read the service by giving its own name a loopback address. Null for any: where a token is asked for.</summary>
    public IReadOnlyList<string>? AllowedHosts { get; init; } = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Pages that may look at once.</summary>
    public int MaxViewers { get; init; } = 32;

    /// <summary>Time between two pictures of the service; a slow viewer gets fewer.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A viewer hears something at least this often, even when nothing changes.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);
}
