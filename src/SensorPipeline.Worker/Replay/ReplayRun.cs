using SensorPipeline.Streams.Frames;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Replay;

/// <summary>Runs recordings through the graph: a CSV file is one more producer of the inputs a live service logs.</summary>
internal static class ReplayRun
{
    /// <summary>Reads everything, writes everything, and says what was there.</summary>
    /// <exception cref="BadInputException">The recording cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ReplaySummary Run(
        IReadOnlyList<ReadingInput> inputs,
        Stream output,
        OutputFormat format,
        Stream? mixtureOutput,
        GraphOptions options,
        bool strict,
        Action<ReadingSource>? progress,
        CancellationToken cancel)
    {
        var names = new SensorNames();
        using var source = new ReadingSource(inputs, names, new ReadingSourceOptions { Strict = strict });
        using var rows = new JudgementWriter(output, format, names, withBlame: options.Joint.Count > 0);
        using MixtureWriter? mixtures = mixtureOutput is null ? null : new MixtureWriter(mixtureOutput);
        using var graph = new SensorGraph(options);
        var writer = new ReplayWriter(source, rows, mixtures, graph.Groups.Groups, names);
        using IDisposable listening = graph.Results.Subscribe(results => results.Visit(ref writer));
        var batch = new InputBatch();
        while (source.Read(batch))
        {
            cancel.ThrowIfCancellationRequested();
            batch.FirstSequence = writer.FirstSequence;
            graph.Process(batch);
            writer.FirstSequence += batch.Count;
            progress?.Invoke(source);
        }

        batch.Clear();
        batch.FirstSequence = writer.FirstSequence;
        batch.AddEnd(EventTime.MaxValue);
        graph.Process(batch);
        rows.Flush();
        foreach (Group group in graph.Groups.Groups)
        {
            if (graph.Mixtures.ModelOf(group.Index) is { } model)
            {
                mixtures?.Write(group.Name, model);
            }
        }

        return new ReplaySummary(source.Readings, names.Count, writer.Outliers, writer.Events, source.BadRowCount, source.BadRows) { Unmatched = [.. Unmatched(options, names)] };
    }

    private static IEnumerable<(string Group, string Member)> Unmatched(GraphOptions options, SensorNames names)
    {
        string[] sensors = [.. Enumerable.Range(0, names.Count).Select(sensor => names[sensor])];
        return from @group in options.Fusion.Concat<GroupOptions>(options.Joint).Concat(options.Mixtures)
               from member in @group.Members
               where SensorPattern.TryParse(member, out SensorPattern? pattern, out _) && !sensors.Any(sensor => pattern.TryMatch(sensor, []))
               select (@group.Name, member);
    }
}

