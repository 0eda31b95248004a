using System.CommandLine;
using SensorPipeline.Storage;
using SensorPipeline.Storage.Checkpoints;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Storage.Log;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Pipeline;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>inspect</c>: what a state directory holds, also that of a service that runs.</summary>
public static class InspectCommand
{
    private static readonly Argument<string> Directory = new("DIR") { Description = "State directory of a service: Storage:Directory." };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object a sensor: sensor, count, mean, variance, lastTime." };
    private static readonly Option<bool> Verify = new("--verify") { Description = "Read every byte of checkpoints and log; exit code 74 where anything is damaged." };
    private static readonly Option<bool> Repair = new("--repair") { Description = "Cut the log at its first damage and keep what is cut beside it. The service must not run." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "inspect",
            "Print what checkpoint and input log hold.",
            "sensor-pipeline inspect data",
            "sensor-pipeline inspect data --json",
            "sensor-pipeline inspect data --verify")
        {
            Directory, Json, Verify, Repair,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        string path = Path.GetFullPath(parsed.GetValue(Directory)!);
        if (!System.IO.Directory.Exists(path))
        {
            error.WriteLine($"{path}: no such directory");
            return ExitCode.StorageFailed;
        }

        try
        {
            var disk = new FileDisk(path);
            return parsed.GetValue(Repair) ? DoRepair(path, output)
                : parsed.GetValue(Verify) ? DoVerify(disk, output)
                : Print(disk, parsed.GetValue(Json), output);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            error.WriteLine(ConfigurationFault.OneLine(fault.Message));
            return ExitCode.StorageFailed;
        }
    }

    private static int Print(FileDisk disk, bool asJson, TextWriter output)
    {
        using RecoveredGraph recovered = RecoveredGraph.Read(disk);
        if (asJson)
        {
            recovered.WriteJson(output);
        }
        else
        {
            WriteFiles(disk, output);
            recovered.WriteTable(output);
        }

        return ExitCode.Ok;
    }

    private static int DoVerify(FileDisk disk, TextWriter output)
    {
        WriteFiles(disk, output);
        string? ofArchive = RecoveredGraph.FaultOfArchive(disk);
        if (ofArchive is not null)
        {
            output.WriteLine(ofArchive);
        }

        bool isSound = ofArchive is null && CheckpointInspection.Inspect(disk).All(report => report.Fault is null) && LogInspection.Inspect(disk).All(report => report.Fault is null or { IsTornTail: true });
        output.WriteLine(isSound ? "sound" : "damaged");
        return isSound ? ExitCode.Ok : ExitCode.StorageFailed;
    }

    private static int DoRepair(string path, TextWriter output)
    {
        using StateDirectory directory = StateDirectory.Open(path);
        long needed = CheckpointInspection.Inspect(directory.Disk).FirstOrDefault(report => report.Checkpoint is not null)?.Checkpoint!.NextSequence ?? 0;
        LogRepair repair = LogInspection.Repair(directory.Disk, needed);
        foreach (string file in repair.SetAside)
        {
            output.WriteLine($"set aside {file}");
        }

        output.WriteLine($"the log now ends at input {repair.NextSequence}");
        return ExitCode.Ok;
    }

    private static void WriteFiles(FileDisk disk, TextWriter output)
    {
        foreach (CheckpointReport report in CheckpointInspection.Inspect(disk))
        {
            output.WriteLine($"{report.Path}: {report.Fault ?? $"state of {report.Checkpoint!.State.Length:N0} bytes as of input {report.Checkpoint.NextSequence}"}");
        }

        foreach (SegmentReport report in LogInspection.Inspect(disk))
        {
            string fault = report.Fault is { } found ? $"; at offset {found.Offset} {(found.IsTornTail ? "a torn tail: " : "damage: ")}{found.Reason}" : "";
            output.WriteLine($"{report.Path}: inputs {report.FirstSequence} to {report.NextSequence - 1} in {report.Records} records, {report.Bytes:N0} bytes{fault}");
        }
    }
}
