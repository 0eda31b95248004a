using System.Security.Cryptography;
using System.Text;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Testing;
using SensorPipeline.Worker.Simulation;
using Xunit;

namespace SensorPipeline.Worker.Tests.Simulation;

public class ScenarioTests
{
    public static TheoryData<string> Names => [.. Scenarios.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_others(string name)
    {
        string first = await DigestAsync(Scenarios.Create(name, 5)!);

        Assert.Equal(first, await DigestAsync(Scenarios.Create(name, 5)!));
        Assert.NotEqual(first, await DigestAsync(Scenarios.Create(name, 6)!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Readings_come_in_order_and_whole_milliseconds_and_a_device_at_a_time(string name)
    {
        Scenario scenario = Scenarios.Create(name, 1)!;
        TimeSpan latest = TimeSpan.Zero;
        var devices = new HashSet<string>();
        string? device = null;
        foreach (SimulatedReading reading in scenario.Readings().Take(20_000))
        {
            Assert.True(reading.Offset >= latest);
            Assert.Equal(0, reading.Offset.Ticks % TimeSpan.TicksPerMillisecond);
            Assert.True(double.IsFinite(reading.Value));
            if (reading.Offset > latest)
            {
                devices.Clear();
                device = null;
            }

            string topic = scenario.Sensors[reading.Sensor].Topic;
            Assert.True(topic == device || devices.Add(topic), $"{topic} reports twice at {reading.Offset}");
            (latest, device) = (reading.Offset, topic);
        }
    }

    [Fact]
    public void An_unknown_scenario_is_none() => Assert.Null(Scenarios.Create("nothing", 1));

    [Fact]
    public void Motes_are_as_autocorrelated_quantised_and_quiet_as_stated()
    {
        var scenario = new MotesScenario(seed: 9, rows: 20_000);
        double[] temperature = ValuesOf(scenario, 2);
        double[] humidity = ValuesOf(scenario, 3);

        Assert.All(temperature, value => Assert.Equal(value, Math.Round(value, 2)));
        Assert.All(humidity, value => Assert.Equal(Math.Round(value / MotesScenario.HumidityResolution), value / MotesScenario.HumidityResolution, 1e-9));

        // Quantisation adds white noise of a twelfth of the resolution's square, which dilutes the autocorrelation.
        Assert.InRange(Autocorrelation(temperature), Diluted(MotesScenario.TemperatureStandardDeviation, MotesScenario.TemperatureResolution) - 0.01, 0.96);
        Assert.InRange(Autocorrelation(humidity), Diluted(MotesScenario.HumidityStandardDeviation, MotesScenario.HumidityResolution) - 0.01, 0.96);
        Assert.InRange(StandardDeviation(temperature) / MotesScenario.TemperatureStandardDeviation, 0.9, 1.1);
        Assert.InRange(StandardDeviation(humidity) / MotesScenario.HumidityStandardDeviation, 0.9, 1.1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_labelled_event_of_a_mote_rises_far_above_its_noise(int mote)
    {
        var scenario = new MotesScenario(seed: 2);
        SimulatedReading[] readings = [.. scenario.Readings().Where(reading => reading.Sensor == (mote - 1) * 2)];
        (int start, int length) = scenario.EventOf(mote).GetOffsetAndLength(scenario.Rows);
        double before = readings[..start].Average(reading => reading.Value);

        Assert.True(length >= 30);
        Assert.All(readings.Select((reading, row) => (reading, row)), pair =>
            Assert.Equal(pair.row >= start && pair.row < start + length, pair.reading.Injection > 0));
        Assert.True(readings[start].Value - before > 5 * MotesScenario.TemperatureStandardDeviation);
        Assert.True(readings.Max(reading => reading.Value) - before > 100 * MotesScenario.TemperatureStandardDeviation);
        Assert.Equal(MotesScenario.Interval * start, readings[start].Offset);
    }

    [Fact]
    public void Motes_2_and_3_see_nothing() =>
        Assert.DoesNotContain(new MotesScenario(1).Readings(), reading => reading.Sensor is >= 2 and <= 5 && reading.Injection > 0);

    [Fact]
    public void The_fleet_injects_the_stated_share_and_keeps_the_stated_rate()
    {
        var scenario = new FleetScenario(seed: 3, sensors: 100, rate: 20, injectedShare: 0.01);
        SimulatedReading[] readings = [.. scenario.Readings().TakeWhile(reading => reading.Offset < TimeSpan.FromSeconds(50))];

        Assert.Equal(100 * 20 * 50, readings.Length);
        Assert.InRange(readings.Count(reading => reading.Injection > 0) / (double)readings.Length, 0.01 - 0.0016, 0.01 + 0.0016);
    }

    [Fact]
    public void The_demo_injects_the_stated_share_into_healthy_thermometers_only_and_none_while_it_is_quiet()
    {
        var scenario = new DemoScenario(seed: 4);
        SimulatedReading[] readings = [.. scenario.Readings().TakeWhile(reading => reading.Offset < TimeSpan.FromMinutes(10))];
        SimulatedReading[] injected = [.. readings.Where(reading => reading.Injection > 0)];
        int exposed = readings.Count(reading => DemoScenario.IsInjected(reading.Sensor) && reading.Offset >= DemoScenario.Quiet);
        double error = Math.Sqrt(DemoScenario.InjectedShare / exposed);

        Assert.All(injected, reading => Assert.True(DemoScenario.IsInjected(reading.Sensor) && reading.Offset >= DemoScenario.Quiet));
        Assert.Equal(injected.Length, injected.Select(reading => reading.Injection).Distinct().Count());
        Assert.InRange(injected.Length / (double)exposed, DemoScenario.InjectedShare - (5 * error), DemoScenario.InjectedShare + (5 * error));
    }

    [Fact]
    public void Healthy_thermometers_of_the_demo_scatter_about_the_truth_as_their_noise_says()
    {
        var scenario = new DemoScenario(seed: 4);
        ILookup<string, double> errors = scenario.Readings()
            .TakeWhile(reading => reading.Offset < TimeSpan.FromMinutes(5))
            .Where(reading => reading.Injection == 0 && scenario.Sensors[reading.Sensor].Quantity is not null)
            .ToLookup(reading => scenario.Sensors[reading.Sensor].Name, reading => reading.Value - scenario.TruthAt(scenario.Sensors[reading.Sensor].Quantity!, reading.Offset));

        foreach ((string name, double noise) in new[] { ("lounge/ceiling", 0.10), ("lounge/window", 0.20), ("kitchen/door", 0.25), ("bedroom/window", 0.30) })
        {
            double[] values = [.. errors[name + "/temperature"]];
            Assert.InRange(values.Average(), -0.02, 0.02);
            Assert.InRange(StandardDeviation(values) / noise, 0.95, 1.05);
        }
    }

    [Fact]
    public void Half_a_minute_of_the_demo_shows_every_ailment()
    {
        var scenario = new DemoScenario(seed: 1);
        ILookup<string, SimulatedReading> readings = scenario.Readings()
            .TakeWhile(reading => reading.Offset < TimeSpan.FromSeconds(30))
            .ToLookup(reading => scenario.Sensors[reading.Sensor].Name);

        Assert.InRange(readings["kitchen/fridge/temperature"].GroupBy(reading => reading.Value).Max(group => group.Count()), 240, 250);
        Assert.True(readings["bedroom/bed/temperature"].Count() < 600 - 20);
        SimulatedReading[] drifting = [.. readings["bedroom/wardrobe/temperature"].TakeLast(100)];
        Assert.True(drifting.Average(reading => reading.Value - scenario.TruthAt("bedroom/temperature", reading.Offset)) > 1);
        Assert.Contains(readings["boiler/flow"], reading => reading.Value > 65);
        Assert.Contains(readings["boiler/flow"], reading => reading.Value is > 55 and < 61);
        Assert.Contains(readings["boiler/flow"], reading => reading.Value < 33);
    }

    private static async Task<string> DigestAsync(Scenario scenario)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var options = new SimulationOptions { Start = EventTime.FromUnixMilliseconds(0), Speed = double.PositiveInfinity, Duration = TimeSpan.FromMinutes(1) };
        await new SimulationPlayer(scenario, options, new ManualClock()).PlayAsync(
            (topic, payload, _) =>
            {
                hash.AppendData(Encoding.UTF8.GetBytes(topic));
                hash.AppendData(payload.Span);
                return ValueTask.CompletedTask;
            },
            null,
            TestContext.Current.CancellationToken);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static double[] ValuesOf(Scenario scenario, int sensor) =>
        [.. scenario.Readings().Where(reading => reading.Sensor == sensor).Select(reading => reading.Value)];

    private static double Diluted(double standardDeviation, double resolution) =>
        MotesScenario.Autocorrelation / (1 + (resolution * resolution / 12 / (standardDeviation * standardDeviation)));

    private static double StandardDeviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static double Autocorrelation(double[] values)
    {
        double mean = values.Average();
        double products = values.Zip(values.Skip(1), (first, second) => (first - mean) * (second - mean)).Sum();
        return products / values.Sum(value => (value - mean) * (value - mean));
    }
}
