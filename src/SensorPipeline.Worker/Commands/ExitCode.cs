namespace SensorPipeline.Worker.Commands;

/// <summary>What the process tells whoever started it; the numbers above 63 are those of <c>sysexits.h</c>.</summary>
public static class ExitCode
{
    /// <summary>Done, or stopped by SIGTERM or SIGINT.</summary>
    public const int Ok = 0;

    /// <summary>A fault of the program.</summary>
    public const int Crash = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The input data are wrong, and the command was told not to skip them.</summary>
    public const int BadData = 65;

    /// <summary>The broker cannot be reached, and the command was told not to wait.</summary>
    public const int BrokerUnreachable = 69;

    /// <summary>The disk refused.</summary>
    public const int StorageFailed = 74;

    /// <summary>The configuration is wrong: a restart does not help.</summary>
    public const int Configuration = 78;
}
