namespace SensorPipeline.Worker.Pipeline;

/// <summary>What the log says of the service as a whole.</summary>
internal static partial class ServiceLog
{
    /// <summary>Something about the recovered state.</summary>
    [LoggerMessage(20, LogLevel.Warning, "{Note}")]
    public static partial void StateNote(ILogger logger, string note);

    /// <summary>The service is up.</summary>
    [LoggerMessage(21, LogLevel.Information, "reading {Filters} from {Broker}; page and metrics at {Address}")]
    public static partial void Started(ILogger logger, string filters, string broker, string address);
}
