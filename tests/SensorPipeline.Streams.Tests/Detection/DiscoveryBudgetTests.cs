using SensorPipeline.Statistics.Distributions;
using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Inputs;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using Xunit;

namespace SensorPipeline.Streams.Tests.Detection;

public class DiscoveryBudgetTests
{
    private const int Spacing = 5000;

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Of_a_rounds_discoveries_no_larger_share_is_false_than_stated_however_alike_the_sensors_are(double correlation)
    {
        const double Rate = 0.2;
        const int Rounds = 600, Sensors = 100, Ticks = 100;
        var random = new Random(11);
        double falseShare = 0, found = 0, anomalies = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var budget = new DiscoveryBudget(Rate);
            budget.Begin(Sensors * Ticks);
            int right = 0, wrong = 0;
            for (int tick = 0; tick < Ticks; tick++)
            {
                double common = NoiseFamily.Normal(random);
                for (int sensor = 0; sensor < Sensors; sensor++)
                {
                    bool isAnomaly = random.NextDouble() < 0.003;
                    double z = (Math.Sqrt(correlation) * common) + (Math.Sqrt(1 - correlation) * NoiseFamily.Normal(random)) + (isAnomaly ? 5 : 0);
                    bool isDiscovery = new Normal(0, 1).SurvivalProbability(z) < budget.Total;
                    budget.Observe(isDiscovery);
                    anomalies += isAnomaly ? 1 : 0;
                    right += isDiscovery && isAnomaly ? 1 : 0;
                    wrong += isDiscovery && !isAnomaly ? 1 : 0;
                }
            }

            falseShare += (double)wrong / Math.Max(1, right + wrong) / Rounds;
            found += right;
        }

        Assert.InRange(falseShare, 0, Rate);
        Assert.True(found > 0.5 * anomalies, $"found {found} of {anomalies}");
    }

    [Fact]
    public void A_fleet_under_a_false_discovery_rate_finds_what_stands_out_and_hardly_anything_else()
    {
        const int Sensors = 20, Seconds = 40_000;
        var kernel = new SensorKernel(new DetectionOptions { FalseDiscoveryRate = 0.1 });
        var batch = new InputBatch();
        var output = new SensorBatch();
        var random = new Random(3);
        int found = 0, wrong = 0, anomalies = 0;
        for (int sensor = 0; sensor < Sensors; sensor++)
        {
            batch.AddSensor(sensor, $"sensor/{sensor}", Recording.Start);
        }

        for (int t = 0; t < Seconds; t++)
        {
            for (int sensor = 0; sensor < Sensors; sensor++)
            {
                batch.AddReading(sensor, Recording.At(t), Recording.At(t), NoiseFamily.Normal(random) + (IsAnomaly(sensor, t) ? 30 : 0));
                anomalies += IsAnomaly(sensor, t) ? 1 : 0;
            }

            output.Clear();
            kernel.Process(batch, output);
            foreach (ref readonly Judgement judgement in output.Judgements.Items)
            {
                bool isRight = IsAnomaly(judgement.Sensor, t);
                found += judgement.IsOutlier && isRight ? 1 : 0;
                wrong += judgement.IsOutlier && !isRight ? 1 : 0;
            }

            batch.Clear();
        }

        Assert.True(found >= 0.95 * anomalies, $"found {found} of {anomalies}");
        Assert.True(wrong <= 0.1 * found, $"{wrong} wrong beside {found} right");
    }

    private static bool IsAnomaly(int sensor, int t) => t > 2 * Spacing && (t + (sensor * 251)) % Spacing == 0;
}
