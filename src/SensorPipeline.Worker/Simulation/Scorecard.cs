using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Worker.Simulation;

/// <summary>
/// Compares what the service said of a scenario with what the scenario knows: which injected outliers were flagged, and how far fused
/// estimates and single sensors lie from the truth. Told by two threads, the one that plays and the one that judges.
/// </summary>
public sealed class Scorecard(Scenario scenario, EventTime start)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> sensors = scenario.Sensors.Select((sensor, i) => (sensor.Name, i)).ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<(int Sensor, EventTime Time), int> injectedAt = [];
    private readonly HashSet<int> injected = [];
    private readonly HashSet<int> found = [];
    private readonly SquaredErrors[] ofSensors = new SquaredErrors[scenario.Sensors.Count];
    private readonly Dictionary<string, SquaredErrors> ofFused = new(StringComparer.Ordinal);
    private long flaggedOrdinary;

    /// <summary>Injected outliers that were published; those of one event count once.</summary>
    public int Injected => Locked(() => injected.Count);

    /// <summary>Injected outliers of which at least one reading was flagged.</summary>
    public int Found => Locked(() => found.Count);

    /// <summary>Flagged readings that the scenario did not inject; its ailments are among them.</summary>
    public long FlaggedOthers => Locked(() => flaggedOrdinary);

    /// <summary>Takes a reading that is about to be published.</summary>
    public void Observe(SimulatedReading reading, EventTime time)
    {
        string? quantity = scenario.Sensors[reading.Sensor].Quantity;
        double error = quantity is null ? double.NaN : reading.Value - scenario.TruthAt(quantity, reading.Offset);
        lock (gate)
        {
            if (reading.Injection == 0)
            {
                ofSensors[reading.Sensor] = ofSensors[reading.Sensor].Add(error);
            }
            else
            {
                injected.Add(reading.Injection);
                injectedAt[(reading.Sensor, time)] = reading.Injection;
            }
        }
    }

    /// <summary>Takes a reading that the service flagged, by its sensor's name and event time.</summary>
    public void Flagged(string sensor, EventTime time)
    {
        if (!sensors.TryGetValue(sensor, out int index))
        {
            return;
        }

        lock (gate)
        {
            if (injectedAt.TryGetValue((index, time), out int injection))
            {
                found.Add(injection);
            }
            else
            {
                flaggedOrdinary++;
            }
        }
    }

    /// <summary>Takes a fused estimate of a quantity the scenario knows; others and unavailable ones do not count.</summary>
    public void Fused(string quantity, EventTime time, double mean)
    {
        double truth = scenario.TruthAt(quantity, time - start);
        if (!double.IsFinite(truth) || !double.IsFinite(mean))
        {
            return;
        }

        lock (gate)
        {
            ofFused.TryGetValue(quantity, out SquaredErrors errors);
            ofFused[quantity] = errors.Add(mean - truth);
        }
    }

    /// <summary>Root mean square error of a quantity's fused estimates; NaN before the first.</summary>
    public double FusedError(string quantity) => Locked(() => ofFused.GetValueOrDefault(quantity).RootMean);

    /// <summary>The sensor of a quantity with the least root mean square error, spoilt readings not counted; NaN where there is none.</summary>
    public (string? Sensor, double Error) BestSensor(string quantity)
    {
        lock (gate)
        {
            return scenario.Sensors.Select((sensor, i) => (Sensor: sensor, Error: ofSensors[i].RootMean))
                .Where(candidate => candidate.Sensor.Quantity == quantity && double.IsFinite(candidate.Error))
                .OrderBy(candidate => candidate.Error)
                .Select(candidate => ((string?)candidate.Sensor.Name, candidate.Error))
                .FirstOrDefault((null, double.NaN));
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }

    private readonly record struct SquaredErrors(long Count, double Sum)
    {
        public double RootMean => Count == 0 ? double.NaN : Math.Sqrt(Sum / Count);

        public SquaredErrors Add(double error) => double.IsNaN(error) ? this : new SquaredErrors(Count + 1, Sum + (error * error));
    }
}
