using System.CommandLine;
using SensorPipeline.Storage.Disks;
using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Fusion;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Joint;
using SensorPipeline.Streams.Mixtures;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Replay;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>replay</c>: recorded readings through the graph that runs live.</summary>
public static class ReplayCommand
{
    private static readonly Argument<string[]> Inputs = new("INPUT") { Arity = ArgumentArity.OneOrMore, Description = "Recordings in CSV, long or wide; - is standard input. Or the state directory of a service: what its log holds, judged as it was." };
    private static readonly Option<string> Output = new("--output", "-o") { Required = true, HelpName = "OUT", Description = "CSV, or JSON lines when it ends in .jsonl; - is standard output." };
    private static readonly Option<double?> Rate = new("--false-alarm-rate") { HelpName = "P", Description = "Flag each reading whose tail probability is below P." };
    private static readonly Option<double?> PerDay = new("--false-alarms-per-day") { HelpName = "F", Description = "Budget of false alarms a sensor and day, in episodes. Default: the configured one." };
    private static readonly Option<bool> Strict = new("--strict") { Description = "A bad row ends the replay with exit code 65." };
    private static readonly Option<string[]> Joint = new("--group") { HelpName = "NAME[=a,b,c]", Description = "These sensors (default: all) belong together: a row group:NAME a frame, with the member most to blame." };
    private static readonly Option<bool> Virtual = new("--virtual") { Description = "Of each --group, a row virtual:NAME/MEMBER a frame and member: what it should read by the others." };
    private static readonly Option<string[]> Fuse = new("--fuse") { HelpName = "NAME[=a,b,c]", Description = "These sensors (default: all) measure one quantity: a row fused:NAME a frame." };
    private static readonly Option<string[]> Mixture = new("--mixture") { HelpName = "NAME[=a,b,c]", Description = "These sensors (default: all) move between regimes." };
    private static readonly Option<string?> MixtureOutput = new("--mixture-output") { HelpName = "FILE", Description = "The mixtures as JSON lines." };
    private static readonly Option<string?> Config = new("--config", "-c") { HelpName = "FILE", Description = "Configuration file whose budget applies." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "replay",
            "Run recorded readings through the same graph as live ones.",
            "sensor-pipeline replay readings.csv --output judged.csv --false-alarms-per-day 0.1",
            "sensor-pipeline replay wide.csv --output fused.csv --fuse room=a,b,c",
            "sensor-pipeline replay data --output judged.csv")
        {
            Inputs, Output, Rate, PerDay, Strict, Joint, Virtual, Fuse, Mixture, MixtureOutput, Config,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Rate) is { } rate && !(rate is > 0 and < 1))
            {
                result.AddError("--false-alarm-rate: expected a probability between 0 and 1");
            }

            if (result.GetValue(PerDay) is { } perDay && !(perDay > 0 && double.IsFinite(perDay)))
            {
                result.AddError("--false-alarms-per-day: expected a positive number");
            }

            string[] inputs = result.GetResult(Inputs)?.Tokens.Select(token => token.Value).ToArray() ?? [];
            if (inputs.Any(Directory.Exists) && (inputs.Length > 1 || new Option[] { Rate, PerDay, Strict, Joint, Virtual, Fuse, Mixture, Config }.Any(option => result.GetResult(option) is { Implicit: false })))
            {
                result.AddError("a state directory is replayed by itself and under the options its service had");
            }

            foreach (string input in inputs.Where(input => input.Length > 1 && input[0] == '-'))
            {
                result.AddError($"Unrecognized option '{input}'.");
            }

            string[] outputs = [.. new[] { result.GetResult(Output), result.GetResult(MixtureOutput) }.SelectMany(found => found?.Tokens ?? []).Select(token => Path.GetFullPath(token.Value))];
            if (inputs.Select(Path.GetFullPath).Concat(outputs).GroupBy(path => path).Any(path => path.Count() > 1 && outputs.Contains(path.Key)))
            {
                result.AddError("an output would overwrite an input or another output");
            }

            foreach (string group in (result.GetValue(Fuse) ?? []).Concat(result.GetValue(Joint) ?? []).Concat(result.GetValue(Mixture) ?? []).SelectMany(text => Members(text)))
            {
                if (!SensorPattern.TryParse(group, out _, out string? fault))
                {
                    result.AddError($"'{group}' {fault}");
                }
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, process, cancel)));
        return command;
    }

    private static int Run(ParseResult parsed, ProcessContext process, CancellationToken cancel)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        if (GraphOptionsOf(parsed, process, error) is not { } options)
        {
            return ExitCode.Configuration;
        }

        var live = new LiveLine(error, process.IsTerminal, process.Clock);
        try
        {
            string output = parsed.GetValue(Output)!;
            string[] paths = parsed.GetValue(Inputs)!;
            ReadingInput[] inputs = Directory.Exists(paths[0]) ? [] : [.. paths.Select(ReadingInput.FromPath)];
            using Stream stream = Create(output);
            using Stream? mixtures = parsed.GetValue(MixtureOutput) is { } path ? Create(path) : null;
            long started = process.Clock.GetTimestamp();
            ReplaySummary summary = inputs.Length > 0
                ? ReplayRun.Run(inputs, stream, JudgementWriter.FormatOf(output), mixtures, options, parsed.GetValue(Strict), source => Show(live, source), cancel)
                : ReplayLog(paths[0], stream, JudgementWriter.FormatOf(output), mixtures, cancel);
            live.Clear();
            Report(summary, process.Clock.GetElapsedTime(started), error);
            return ExitCode.Ok;
        }
        catch (Exception failure) when (failure is BadInputException or FileNotFoundException)
        {
            live.Clear();
            error.WriteLine(failure.Message);
            return ExitCode.BadData;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            live.Clear();
            error.WriteLine(failure.Message);
            return ExitCode.StorageFailed;
        }
    }

    private static ReplaySummary ReplayLog(string path, Stream stream, OutputFormat format, Stream? mixtureOutput, CancellationToken cancel)
    {
        using MixtureWriter? mixtures = mixtureOutput is null ? null : new MixtureWriter(mixtureOutput);
        return LogReplay.Run(new FileDisk(Path.GetFullPath(path)), stream, format, mixtures, cancel);
    }

    private static void Show(LiveLine live, ReadingSource source)
    {
        if (live.IsDue)
        {
            live.Show(source.TotalBytes is > 0 and var total ? (double)source.BytesRead / total : double.NaN, source.Readings, "readings");
        }
    }

    private static Stream Create(string path) => path == "-"
        ? Console.OpenStandardOutput()
        : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    private static GraphOptions? GraphOptionsOf(ParseResult parsed, ProcessContext process, TextWriter error)
    {
        var detection = new Streams.Detection.DetectionOptions();
        if (parsed.GetValue(Config) is { } file)
        {
            LoadedConfiguration loaded = ConfigurationLoader.Load(new ConfigurationRequest
            {
                File = file,
                Variables = process.Variables,
                WorkingDirectory = process.WorkingDirectory,
                ExecutableDirectory = process.ExecutableDirectory,
            });
            foreach (ConfigurationFault fault in loaded.Faults)
            {
                error.WriteLine(fault);
            }

            if (!loaded.IsValid)
            {
                return null;
            }

            detection = loaded.Options!.ToGraphOptions().Detection;
        }

        return new GraphOptions
        {
            Detection = detection with
            {
                FalseAlarmRate = parsed.GetValue(Rate),
                FalseAlarmsPerSensorPerDay = parsed.GetValue(PerDay) ?? detection.FalseAlarmsPerSensorPerDay,
            },
            Fusion = [.. (parsed.GetValue(Fuse) ?? []).Select(text => new FusionOptions { Name = Name(text), Members = Members(text), Lateness = TimeSpan.Zero })],
            Joint = [.. (parsed.GetValue(Joint) ?? []).Select(text => new JointOptions { Name = Name(text), Members = Members(text), Lateness = TimeSpan.Zero, PredictsEveryMember = parsed.GetValue(Virtual) })],
            Mixtures = [.. (parsed.GetValue(Mixture) ?? []).Select(text => new MixtureOptions { Name = Name(text), Members = Members(text), Lateness = TimeSpan.Zero })],
        };
    }

    private static string Name(string group) => group.Split('=', 2)[0];

    private static string[] Members(string group) => group.Split('=', 2) is [_, { } members] ? members.Split(',') : ["#"];

    private static void Report(ReplaySummary summary, TimeSpan took, TextWriter error)
    {
        foreach (BadRow row in summary.BadRows)
        {
            error.WriteLine(row);
        }

        foreach ((string group, string member) in summary.Unmatched)
        {
            error.WriteLine($"group {group}: no sensor is called '{member}'");
        }

        if (summary.BadRowCount > summary.BadRows.Count)
        {
            error.WriteLine($"… and {summary.BadRowCount - summary.BadRows.Count} more bad rows");
        }

        error.WriteLine(FormattableString.Invariant(
            $"{summary.Readings:N0} readings of {summary.Sensors:N0} sensors in {took.TotalSeconds:F1} s ({summary.Readings / took.TotalSeconds:N0}/s): {summary.Outliers:N0} flagged, {summary.Events:N0} events, {summary.BadRowCount:N0} bad rows skipped"));
    }
}
