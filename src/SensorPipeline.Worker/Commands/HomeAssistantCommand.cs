using System.CommandLine;
using System.Text;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Worker.HomeAssistant;
using SensorPipeline.Worker.Listening;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;

namespace SensorPipeline.Worker.Commands;

/// <summary><c>home-assistant purge</c>: has Home Assistant forget the sensors of this instance.</summary>
public static class HomeAssistantCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The command.</summary>
    public static Command Create(ProcessContext process)
    {
        var purge = new ExampleCommand(
            "purge",
            "Have Home Assistant forget every sensor that this instance has announced.",
            "sensor-pipeline home-assistant purge --config my.json");
        var configuration = new ConfigurationArguments(purge, process);
        purge.SetAction((parsed, cancel) => CommandLine.OffTheCaller(() => PurgeAsync(parsed, configuration, process, cancel)));
        return new ExampleCommand("home-assistant", "What concerns Home Assistant.", "sensor-pipeline home-assistant purge --config my.json") { purge };
    }

    private static async Task<int> PurgeAsync(ParseResult parsed, ConfigurationArguments configuration, ProcessContext process, CancellationToken cancel)
    {
        if (!configuration.TryLoad(parsed, out LoadedConfiguration? loaded, needsSources: false))
        {
            return ExitCode.Configuration;
        }

        ServiceOptions options = loaded.Options!;
        TextWriter error = parsed.InvocationConfiguration.Error;
        var topics = new ResultTopics(options.Instance);
        var message = new HomeAssistantMessage(options.Publish.HomeAssistantPrefix, options.Instance);
        var known = new RetainedStates(topics);
        string[] announced = [];
        await using var listener = new BrokerListener(options, [known.Filter], known, process.Clock, error)
        {
            // An empty message is what makes Home Assistant forget.
            AtTheEnd = transport =>
            {
                announced = [.. known.Sensors.Select(message.Topic)];
                foreach (string topic in announced)
                {
                    transport.TryPublish(topic, [], qos: 1, retain: true);
                }
            },
        };
        if (!await listener.RunAsync(Patience, cancel))
        {
            return ExitCode.BrokerUnreachable;
        }

        foreach (string topic in announced)
        {
            parsed.InvocationConfiguration.Output.WriteLine(VisibleText.Of(topic, 300));
        }

        error.WriteLine(FormattableString.Invariant($"{announced.Length} sensors forgotten"));
        return ExitCode.Ok;
    }

    // A sensor whose state the broker holds was perhaps announced, whatever the configuration says by now.
    private sealed class RetainedStates(ResultTopics topics) : IAudience
    {
        private const int Most = 50_000;
        private readonly string before = $"{topics.Prefix}/sensor/";
        private readonly SortedSet<string> sensors = new(StringComparer.Ordinal);

        public bool IsSatisfied => false;

        public string Filter => $"{before}#";

        public string[] Sensors
        {
            get
            {
                lock (sensors)
                {
                    return [.. sensors];
                }
            }
        }

        public void Hear(in Message heard)
        {
            string topic = Encoding.UTF8.GetString(heard.Topic);
            if (!topic.EndsWith("/state", StringComparison.Ordinal))
            {
                return;
            }

            lock (sensors)
            {
                _ = sensors.Count < Most && sensors.Add(topic[before.Length..^"/state".Length]);
            }
        }
    }
}
