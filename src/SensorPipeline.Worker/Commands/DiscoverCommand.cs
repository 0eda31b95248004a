using System.CommandLine;
using SensorPipeline.Worker.Discovery;
using SensorPipeline.Worker.Listening;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>discover</c>: a proposed configuration after a while of listening; the file goes to the standard output, the explanation to the error output.</summary>
public static class DiscoverCommand
{
    private const int MostTopics = 5000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly Option<TimeSpan?> Duration = new("--duration") { HelpName = "HH:MM:SS", Description = "How long to listen; Ctrl+C ends it earlier. Default: a minute." };
    private static readonly Option<int?> Topics = new("--topics") { HelpName = "N", Description = "Most topics to look at. Default: 5000." };

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var command = new ExampleCommand(
            "discover",
            "Listen for a minute and propose a configuration for what is heard.",
            "sensor-pipeline discover --Broker:Host=broker.lan > my.json",
            "sensor-pipeline discover --duration 00:05:00 --Broker:Username=me --Broker:PasswordFile=secret > my.json")
        {
            Duration, Topics,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Duration) <= TimeSpan.Zero || result.GetValue(Topics) < 1)
            {
                result.AddError("--duration and --topics: expected more than zero");
            }
        });
        var configuration = new ConfigurationArguments(command, process);
        command.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => RunAsync(parsed, configuration, process, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ConfigurationArguments configuration, ProcessContext process, CancellationToken cancel)
    {
        if (!configuration.TryLoad(parsed, out LoadedConfiguration? loaded, needsSources: false))
        {
            return ExitCode.Configuration;
        }

        ServiceOptions options = loaded.Options!;
        TextWriter error = parsed.InvocationConfiguration.Error;
        var samples = new TopicSamples(parsed.GetValue(Topics) ?? MostTopics);
        TimeSpan duration = parsed.GetValue(Duration) ?? Minute;
        await using var listener = new BrokerListener(options, ["#"], samples, process.Clock, error);
        error.WriteLine($"listening on everything at {options.Broker.Host}:{options.Broker.Port} for {duration}; Ctrl+C proposes what there is by then");
        if (!await listener.RunAsync(duration, cancel))
        {
            return ExitCode.BrokerUnreachable;
        }

        return Propose(samples, options, parsed.InvocationConfiguration);
    }

    private static int Propose(TopicSamples samples, ServiceOptions options, InvocationConfiguration streams)
    {
        IReadOnlyList<TopicSample> topics = samples.Topics;
        Proposal proposal = Proposal.For(topics, options);
        streams.Error.WriteLine(FormattableString.Invariant($"{samples.Messages:N0} messages on {topics.Count:N0} topics"));
        if (samples.Beyond > 0)
        {
            streams.Error.WriteLine(FormattableString.Invariant($"{samples.Beyond:N0} messages of further topics were not looked at: see --topics"));
        }

        foreach (string line in ProposalText.Explain(proposal))
        {
            streams.Error.WriteLine(line);
        }

        if (proposal.Findings.Count == 0)
        {
            streams.Error.WriteLine("nothing that could be read: does anybody publish, and may this user read it? sensor-pipeline listen shows every message");
            return ExitCode.BadData;
        }

        streams.Output.WriteLine(ProposalText.ToJson(proposal, options.Broker));
        streams.Error.WriteLine("save it as my.json, then: sensor-pipeline run --config my.json");
        return ExitCode.Ok;
    }
}
