using SensorPipeline.Formats.Decoding;
using SensorPipeline.Mqtt;

namespace SensorPipeline.Worker.Pipeline;

/// <summary>What the log says of the connection and of bad messages: state changes at once, everything that can repeat at most once in a while.</summary>
internal sealed partial class IntakeLog(ILogger<IntakeLog> logger, TimeProvider clock)
{
    private static readonly TimeSpan BetweenRejections = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenFaults = TimeSpan.FromMinutes(1);

    private readonly long[] lastRejection = new long[Enum.GetValues<RejectReason>().Length];
    private readonly long[] suppressed = new long[Enum.GetValues<RejectReason>().Length];
    private RejectReason admitted;
    private string? lastFault;
    private long lastFaultAt;
    private IReadOnlyList<string> silent = [];
    private volatile bool everConnected;

    /// <summary>Told of each fault of the connection before it first stood.</summary>
    public Action<MqttFault>? FailedToConnect { get; set; }

    /// <summary>Whether a rejection for this reason may be told now; if not, it is only counted.</summary>
    public bool Admits(RejectReason reason)
    {
        ref long last = ref lastRejection[(int)reason];
        if (last != 0 && clock.GetElapsedTime(last) < BetweenRejections)
        {
            suppressed[(int)reason]++;
            return false;
        }

        last = clock.GetTimestamp();
        admitted = reason;
        return true;
    }

    /// <summary>Tells of a rejection that was admitted.</summary>
    public void Rejected(string description)
    {
        LogRejected(description, suppressed[(int)admitted]);
        suppressed[(int)admitted] = 0;
    }

    /// <summary>A connection stands.</summary>
    public void Connected(in MqttConnected connected)
    {
        everConnected = true;
        lastFault = null;
        LogConnected(connected.ProtocolVersion == MqttProtocolVersion.V5 ? "5" : "3.1.1", connected.SessionPresent ? "resumed" : "new");
    }

    /// <summary>A connection ended or could not be made.</summary>
    public void Disconnected(MqttFault fault)
    {
        if (!everConnected)
        {
            FailedToConnect?.Invoke(fault);
        }

        if (fault.Text == lastFault && clock.GetElapsedTime(lastFaultAt) < BetweenFaults)
        {
            return;
        }

        lastFault = fault.Text;
        lastFaultAt = clock.GetTimestamp();
        LogDisconnected(fault.Text);
    }

    /// <summary>Tells which filters fell silent and which came back since this was last said.</summary>
    public void Silent(IReadOnlyList<string> filters)
    {
        if (ReferenceEquals(filters, silent))
        {
            return;
        }

        foreach (string filter in filters.Except(silent))
        {
            LogSilent(filter);
        }

        foreach (string filter in silent.Except(filters))
        {
            LogHeardAgain(filter);
        }

        silent = filters;
    }

    /// <summary>Nothing has come though the connection stands.</summary>
    public void NothingReceived(int seconds, string filters) => LogNothingReceived(seconds, filters);

    [LoggerMessage(1, LogLevel.Information, "connected to the broker with MQTT {Version}, {Session} session")]
    private partial void LogConnected(string version, string session);

    [LoggerMessage(2, LogLevel.Warning, "{Fault}")]
    private partial void LogDisconnected(string fault);

    [LoggerMessage(3, LogLevel.Warning, "rejected {Description} ({Suppressed} more like it since the last such line)")]
    private partial void LogRejected(string description, long suppressed);

    [LoggerMessage(4, LogLevel.Warning, "connected for {Seconds} s and no message on {Filters}: check Sources:Topic, and whether the broker lets this user read them")]
    private partial void LogNothingReceived(int seconds, string filters);

    [LoggerMessage(5, LogLevel.Warning, "nothing comes on {Filter} any more though the connection stands: are its publishers up, and may this user still read it?")]
    private partial void LogSilent(string filter);

    [LoggerMessage(6, LogLevel.Information, "messages come on {Filter} again")]
    private partial void LogHeardAgain(string filter);
}
