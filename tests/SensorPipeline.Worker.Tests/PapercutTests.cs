using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SensorPipeline.Formats.Decoding;
using SensorPipeline.Formats.Results;
using SensorPipeline.Formats.Sources;
using SensorPipeline.Mqtt;
using SensorPipeline.Storage;
using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Commands;
using SensorPipeline.Worker.HomeAssistant;
using SensorPipeline.Worker.Options;
using SensorPipeline.Worker.Options.Loading;
using SensorPipeline.Worker.Pipeline;
using SensorPipeline.Worker.Tests.Commands;
using SensorPipeline.Worker.Tests.HomeAssistant;
using Xunit;

namespace SensorPipeline.Worker.Tests;

/// <summary>What makes people give up on programs like this one in their first hour, one test each.</summary>
public sealed class PapercutTests : CommandFixture
{
    private static readonly EventTime Noon = EventTime.From(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));


    [Theory]
    [InlineData("{ nonsense", 78)]
    [InlineData("""{ "SensorPipeline": { "Broker": { "Port": "x" } } }""", 78)]
    [InlineData("""{ "SensorPipeline": { "Broker": { "Host": "127.0.0.1", "Port": 1 } } }""", 69)]
    public async Task Papercut_01_a_mistake_is_a_line_and_no_stack_trace(string configuration, int expected)
    {
        Assert.Equal(expected, await InvokeAsync("listen", "--config", Place.Write("my.json", configuration)));
        Assert.NotEmpty(Error.ToString());
        Assert.DoesNotContain("   at ", Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Papercut_02_connected_and_silent_for_half_a_minute_is_said_with_the_filters()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        var clock = new ManualClock();
        var log = new LinesLog();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var options = new ServiceOptions
        {
            Instance = "test",
            Broker = new BrokerOptions { Host = "127.0.0.1", Port = broker.Port },
            Sources = [new SourceOptions { Topic = "nobody/publishes/{this}" }],
            Storage = new StorageOptions { Durability = Durability.None },
        };
        await using var service = new Service(options, clock, logs);
        using var stop = new CancellationTokenSource();
        Task running = service.RunAsync(stop.Token);
        while (!log.Lines.Any(line => line.Contains("no message on nobody/publishes/+", StringComparison.Ordinal)))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }

        await stop.CancelAsync();
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }

        await running;
    }

    [Fact]
    public void Papercut_03_retained_and_cached_repeats_are_no_fresh_samples()
    {
        var decoder = new Decoder(new SourceOptions { Preset = "zigbee2mqtt" });

        Assert.Equal(["a/t=20"], decoder.Decode("zigbee2mqtt/a", """{"t":20}"""));
        Assert.Empty(decoder.Decode("zigbee2mqtt/a", """{"t":20}"""));
        Assert.Empty(decoder.Decode("zigbee2mqtt/b", """{"t":20}""", retained: true));
    }

    [Theory]
    [InlineData("\"2026-01-01T10:00:00\"", 0)]
    [InlineData("\"2026-01-01T12:00:00+02:00\"", -2)]
    [InlineData("1767261600", -2)]
    [InlineData("1767261600000", -2)]
    [InlineData("1767300000", 0)]
    public void Papercut_04_times_without_a_zone_in_other_units_or_from_the_future_poison_nothing(string time, int hours)
    {
        var decoder = new Decoder(new SourceOptions { Topic = "a", Path = "/v", Time = "/t" });
        decoder.Decode("a", $$"""{"v":1,"t":{{time}}}""");

        Assert.Equal(Noon + TimeSpan.FromHours(hours), decoder.LastTime);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+/{instance}/sensor/{name...}")]
    public void Papercut_05_a_source_that_would_read_the_services_own_results_stops_the_start(string topic) =>
        Assert.Contains("own results", Assert.Single(Place.LoadSection($$"""{ "Sources": [ { "Topic": "{{topic}}" } ] }""").Faults).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Papercut_06_two_services_of_one_name_are_told_that_they_take_each_others_session()
    {
        await using DevelopmentBroker broker = await DevelopmentBroker.StartAsync();
        string clientId = new ServiceOptions { Instance = "lab" }.ClientId;
        Assert.Equal("sensor-pipeline-lab", clientId);
        var first = new Faults();
        using var stop = new CancellationTokenSource();
        await using MqttClient one = ClientOf(broker.Port, clientId);
        await using MqttClient two = ClientOf(broker.Port, clientId);
        Task running = one.RunAsync(first, stop.Token);
        await first.Connected;
        Task other = two.RunAsync(new Faults(), stop.Token);

        MqttFault fault = await first.Fault.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(running, other);

        Assert.Equal(MqttFaultKind.ClientIdInUse, fault.Kind);
        Assert.Contains("Instance", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Papercut_07_a_crash_does_not_end_with_success()
    {
        var crash = new System.CommandLine.Command("crash");
        crash.SetAction((_, _) => Task.FromException<int>(new InvalidOperationException()));

        Assert.Equal(ExitCode.Crash, await new CommandLine(crash).InvokeAsync(["crash"], Output, Error, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Papercut_08_numbers_look_the_same_on_a_german_machine()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        german.NumberFormat.NumberGroupSeparator = ".";
        try
        {
            CultureInfo.CurrentCulture = german;
            using SensorGraph graph = Run([.. Enumerable.Range(0, 50).Select(i => 20.5 + (0.1 * (i % 3)))]);
            string state = Encoding.UTF8.GetString(new ResultWriter().State(graph.Sensors.Summarise(0)));

            Assert.Equal(20.6, JsonDocument.Parse(state).RootElement.GetProperty("value").GetDouble());
            Assert.Equal(["a=21.5"], new Decoder(new SourceOptions { Topic = "a" }).Decode("a", "21.5"));
            Assert.Equal(0.5, Place.LoadSection("""{ "Sources": [ { "Topic": "a" } ], "Detection": { "FalseAlarmsPerSensorPerDay": 0.5 } }""").Options!.Detection.FalseAlarmsPerSensorPerDay);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Papercut_09_units_are_converted_or_refused_and_never_mixed()
    {
        ChannelOptions fahrenheit = new() { Unit = "[degF]", ConvertTo = "Cel" };

        string reading = Assert.Single(new Decoder(new SourceOptions { Topic = "a", Channels = [fahrenheit] }).Decode("a", "50"));
        Assert.Equal(10, double.Parse(reading[2..], CultureInfo.InvariantCulture), 1e-12);
        SourceSet.Compile([new SourceOptions { Topic = "a", Channels = [fahrenheit with { ConvertTo = "hPa" }] }], new SourceLimits(), out IReadOnlyList<SourceFault> faults);
        Assert.Equal("Sources[0]:Channels[0]:ConvertTo", Assert.Single(faults).Key);
    }

    [Fact]
    public async Task Papercut_10_home_assistant_hears_of_nothing_unasked_of_a_bounded_number_when_asked_and_keeps_no_ghosts()
    {
        var publish = new PublishOptions();
        Assert.False(publish.HomeAssistant);

        await using var transport = new RecordingTransport();
        var announcer = new HomeAssistantAnnouncer("lab", publish with { HomeAssistant = true }, transport, _ => new ChannelOptions(), NullLogger<HomeAssistantAnnouncer>.Instance);
        for (int sensor = 0; sensor < 5000; sensor++)
        {
            announcer.TryAnnounce(sensor, $"room{sensor}/temperature");
        }

        Assert.Equal(publish.HomeAssistantLimit, transport.Topics.Count);

        // What the broker does not keep cannot come back under a name that is gone.
        Assert.Equal(0, transport.Retained);
    }

    [Fact]
    public void Papercut_11_no_tag_of_a_metric_is_a_topic_or_a_sensor()
    {
        string[] tags =
        [
            .. Enum.GetValues<RejectReason>().Select(reason => reason.Tag()), .. Enum.GetValues<Adjustment>().Select(adjustment => adjustment.Tag()),
        ];

        Assert.Equal(tags.Length, tags.Distinct().Count());
        string approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Telemetry", "metrics.approved.txt"));
        Assert.DoesNotContain("topic=", approved, StringComparison.Ordinal);
        Assert.DoesNotContain("sensor=", approved, StringComparison.Ordinal);
    }

    [Fact]
    public void Papercut_12_what_is_not_known_is_left_out_of_json_and_never_nan()
    {
        using SensorGraph graph = Run([21.5]);

        string state = Encoding.UTF8.GetString(new ResultWriter().State(graph.Sensors.Summarise(0)));

        Assert.DoesNotContain("NaN", state, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Infinity", state, StringComparison.OrdinalIgnoreCase);
        JsonDocument.Parse(state);
    }

    [Fact]
    public void Papercut_13_first_samples_and_a_constant_of_few_digits_are_no_outliers()
    {
        var random = new Random(4);
        double[][] streams =
        [
            [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())],
            [.. Enumerable.Repeat(21.5, 500)],
            [.. Enumerable.Range(0, 500).Select(i => i % 97 == 0 ? 21.6 : 21.5)],
        ];

        foreach (double[] stream in streams)
        {
            using SensorGraph graph = Run(stream, out int outliers);
            Assert.Equal(0, outliers);
        }
    }

    [Fact]
    public void Papercut_14_one_bad_device_does_not_flood_the_log_and_secrets_stay_out_of_it()
    {
        var clock = new ManualClock();
        var log = new LinesLog();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var intake = new IntakeLog(logs.CreateLogger<IntakeLog>(), clock);
        for (int i = 0; i < 6000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            if (intake.Admits(RejectReason.Malformed))
            {
                intake.Rejected("malformed");
            }
        }

        Assert.InRange(log.Lines.Count, 1, 7);
        Place.Write("secret", "hunter2");
        string effective = EffectiveConfiguration.Write(Place.LoadSection("""{ "Sources": [ { "Topic": "a" } ], "Broker": { "Username": "me", "PasswordFile": "secret" } }""").Options!);
        Assert.DoesNotContain("hunter2", effective, StringComparison.Ordinal);
        Assert.DoesNotContain("\"me\"", effective, StringComparison.Ordinal);
    }

    [Fact]
    public void Papercut_15_one_build_runs_on_every_processor_and_a_key_of_another_name_is_told_its_right_one()
    {
        typeof(CommandLine).Module.GetPEKind(out PortableExecutableKinds kind, out _);

        Assert.True(kind.HasFlag(PortableExecutableKinds.ILOnly) && !kind.HasFlag(PortableExecutableKinds.Required32Bit));
        Assert.Contains("did you mean Sources?", Assert.Single(Place.LoadSection("""{ "Source": [], "Sources": [ { "Topic": "a" } ] }""").Faults).Message, StringComparison.Ordinal);
    }

    private static MqttClient ClientOf(int port, string clientId) => new(
        new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = clientId }, TimeProvider.System, new Random(1));

    private static SensorGraph Run(double[] values) => Run(values, out _);

    private static SensorGraph Run(double[] values, out int outliers)
    {
        var graph = new SensorGraph(new GraphOptions());
        int found = 0;
        using IDisposable listening = graph.Results.Subscribe(new Judge(judgement => found += judgement.IsOutlier ? 1 : 0));
        var batch = new InputBatch();
        batch.AddSensor(0, "a", Noon);
        for (int i = 0; i < values.Length; i++)
        {
            EventTime time = Noon + TimeSpan.FromSeconds(i);
            batch.AddReading(0, time, time, values[i]);
        }

        graph.Process(batch);
        outliers = found;
        return graph;
    }

    private Task<int> InvokeAsync(params string[] arguments) =>
        RunAsync([ListenCommand.Create(Process(TimeProvider.System)), CheckCommand.Create(Process(TimeProvider.System))], arguments);

    private sealed class Judge(Action<Judgement> judged) : IObserver<ResultBatch>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => throw error;

        public void OnNext(ResultBatch results)
        {
            foreach (ref readonly Judgement judgement in results.Judgements)
            {
                judged(judgement);
            }
        }
    }

    private sealed class Decoder
    {
        private readonly SensorNames names = new();
        private readonly ReadingDecoder decoder;

        public Decoder(SourceOptions source)
        {
            SourceSet sources = SourceSet.Compile([source], new SourceLimits(), out IReadOnlyList<SourceFault> faults);
            Assert.Empty(faults);
            decoder = new ReadingDecoder(sources, names, new SourceLimits());
        }

        public EventTime LastTime { get; private set; }

        public List<string> Decode(string topic, string payload, bool retained = false)
        {
            var batch = new InputBatch();
            decoder.Decode(new Message { Topic = Encoding.UTF8.GetBytes(topic), Payload = Encoding.UTF8.GetBytes(payload), Arrival = Noon, Retained = retained }, batch);
            var readings = new List<string>();
            foreach (Input input in batch.Inputs)
            {
                if (input.Kind == InputKind.Reading)
                {
                    readings.Add(FormattableString.Invariant($"{names[input.Sensor]}={input.Value}"));
                    LastTime = input.Time;
                }
            }

            return readings;
        }
    }

    private sealed class Faults : IMqttReceiver
    {
        private readonly TaskCompletionSource connected = new();
        private readonly TaskCompletionSource<MqttFault> fault = new();

        public Task Connected => connected.Task;

        public Task<MqttFault> Fault => fault.Task;

        public void OnConnected(in MqttConnected connection) => connected.TrySetResult();

        public ValueTask OnMessages(MqttMessages messages, Receipt receipt) => ValueTask.CompletedTask;

        public void OnDisconnected(MqttFault happened) => fault.TrySetResult(happened);
    }

    private sealed class LinesLog : ILoggerProvider, ILogger
    {
        private readonly List<string> lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (lines)
                {
                    return [.. lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add(formatter(state, exception));
            }
        }
    }
}
