using SensorPipeline.Streams.Inputs;

namespace SensorPipeline.Storage.Tests.Log;

/// <summary>Batches whose every bit follows from their sequence, so that a reader can tell an invented or changed input.</summary>
public static class Batches
{
    private static readonly EventTime Start = new(638_700_000_000_000_000);

    /// <summary>A batch as it must look when it begins at <paramref name="sequence"/>.</summary>
    public static InputBatch At(long sequence, int count)
    {
        var batch = new InputBatch { FirstSequence = sequence };
        for (long i = sequence; i < sequence + count; i++)
        {
            Add(batch, i);
        }

        return batch;
    }

    /// <summary>Appends the next <paramref name="count"/> inputs.</summary>
    public static void Append(IInputLog log, int count)
    {
        InputBatch batch = At(log.NextSequence, count);
        long expected = batch.FirstSequence;
        log.Append(batch);
        Assert.Equal(expected, batch.FirstSequence);
    }

    /// <summary>Appends and commits.</summary>
    public static void Commit(IInputLog log, params ReadOnlySpan<int> counts)
    {
        foreach (int count in counts)
        {
            Append(log, count);
        }

        log.Commit();
    }

    /// <summary>Reads a log to its end, compares every input, and returns the sequence behind the last.</summary>
    public static long Check(IInputLog log, long from)
    {
        long next = from;
        foreach (InputBatch batch in log.ReadFrom(from))
        {
            Assert.Equal(next, batch.FirstSequence);
            AssertEqual(At(next, batch.Count), batch);
            next += batch.Count;
        }

        return next;
    }

    private static void AssertEqual(InputBatch expected, InputBatch actual)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            Input wanted = expected.Inputs[i];
            Input found = actual.Inputs[i];
            if (wanted.Kind is InputKind.SensorAdded or InputKind.OptionsChanged)
            {
                Assert.Equal(expected.TextOf(wanted), actual.TextOf(found));
                Assert.Equal(wanted with { Key = 0 }, found with { Key = 0 });
            }
            else if (wanted != found)
            {
                Assert.Equal(wanted, found);
            }
        }
    }

    private static void Add(InputBatch batch, long sequence)
    {
        EventTime arrival = Start + TimeSpan.FromMilliseconds(sequence);
        switch (sequence % 11)
        {
            case 0:
                batch.AddSensor((int)sequence, $"hall/θ{sequence}/temperature", arrival);
                break;
            case 5:
                batch.AddTick(arrival);
                break;
            case 7:
                batch.AddConnectionEpoch(sequence % 2 == 0, arrival);
                break;
            case 8:
                batch.AddOptions($"{{\"revision\":{sequence}}}", arrival);
                break;
            default:
                batch.AddReading((int)sequence, arrival, arrival, Math.Sqrt(sequence), new DeliveryKey((ushort)sequence, sequence % 3 == 0, (ulong)sequence * 0x9E3779B97F4A7C15));
                break;
        }
    }
}
