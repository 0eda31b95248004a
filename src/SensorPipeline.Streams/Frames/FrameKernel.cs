using SensorPipeline.Streams.Graph;
using SensorPipeline.Streams.Results;
using SensorPipeline.Streams.Sensors;
using SensorPipeline.Streams.Snapshots;

namespace SensorPipeline.Streams.Frames;

/// <summary>Puts judged readings into the frames of the groups their sensors belong to.</summary>
public sealed class FrameKernel(GroupTable groups) : IKernel<SensorBatch, FrameBatch>, ISnapshot
{
    private readonly List<FrameAssembler> assemblers = [];
    private long late;

    /// <summary>Readings that came after their frame had closed, over all groups.</summary>
    public long Late => Volatile.Read(ref late);

    /// <inheritdoc/>
    public void Process(SensorBatch input, FrameBatch output)
    {
        int added = 0;
        int told = 0;

        // Sensors may have been known before their groups: under other options what is known of the sensors stays.
        AddAssemblers();
        foreach (ref readonly Judgement judgement in input.Judgements.Items)
        {
            added = AddSensors(input, added, judgement.Sequence);
            told = TellSilence(input, told, judgement.Sequence, output);
            foreach (GroupTable.Membership place in groups.Of(judgement.Sensor))
            {
                bool isTaken = assemblers[place.Group].Observe(place.Member, judgement.Time, judgement.Value, judgement.Sequence, output);
                Volatile.Write(ref late, isTaken ? late : late + 1);
            }
        }

        AddSensors(input, added, long.MaxValue);
        TellSilence(input, told, long.MaxValue, output);
        if (input.EndsAt is { } end)
        {
            Flush(end, output);
        }
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(late);
        foreach (FrameAssembler assembler in assemblers)
        {
            assembler.Save(writer);
        }
    }

    /// <summary>Restores the frames; the groups have been rebuilt from the sensors' names.</summary>
    public void Load(ref SnapshotReader reader)
    {
        late = reader.Read<long>();
        AddAssemblers();
        foreach (FrameAssembler assembler in assemblers)
        {
            assembler.Load(ref reader);
        }
    }

    private int AddSensors(SensorBatch input, int from, long before)
    {
        ReadOnlySpan<AddedSensor> added = input.Added.Items;
        while (from < added.Length && added[from].Sequence < before)
        {
            groups.Add(added[from].Sensor, input.Names[added[from].Sensor]);
            AddAssemblers();
            from++;
        }

        return from;
    }

    // A clock moves before the reading that moves it is judged.
    private int TellSilence(SensorBatch input, int from, long until, FrameBatch output)
    {
        while (from < input.Events.Count && input.Events[from].Sequence <= until)
        {
            StreamEvent told = input.Events[from++];
            if (told.Kind != EventKind.Silent)
            {
                continue;
            }

            foreach (GroupTable.Membership place in groups.Of(told.Sensor))
            {
                assemblers[place.Group].FallSilent(place.Member, told.Sequence, output);
            }
        }

        return from;
    }

    private void AddAssemblers()
    {
        while (assemblers.Count < groups.Groups.Count)
        {
            assemblers.Add(new FrameAssembler(groups.Groups[assemblers.Count]));
        }
    }

    private void Flush(long sequence, FrameBatch output)
    {
        foreach (FrameAssembler assembler in assemblers)
        {
            assembler.Flush(sequence, output);
        }
    }
}
